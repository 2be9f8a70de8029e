"""Filters on the attributes of chunks.

One meaning for all stores, which `matches` spells out; providers say the same in their engine's own words. A
comparison holds only for values of its own kind: texts with texts, numbers with numbers, booleans with booleans. What
lacks the key fulfils `ne` and `nin`, which are the opposites of `eq` and `in`, and no other comparison.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Scalar: TypeAlias = str | float | int | bool
"""What an attribute can be."""

Attributes: TypeAlias = Mapping[str, Scalar]

EqualityOperator: TypeAlias = Literal["eq", "ne"]
OrderOperator: TypeAlias = Literal["gt", "gte", "lt", "lte"]

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


@dataclass(frozen=True, slots=True)
class Equality:
    """Whether an attribute is, or is not, a value."""

    operator: EqualityOperator
    key: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class Order:
    """Whether an attribute is on one side of a number, or of a text by its code points."""

    operator: OrderOperator
    key: str
    value: float | int | str


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether an attribute is, or is not, one of some values, all of one kind. There is at least one."""

    operator: Literal["in", "nin"]
    key: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Compound:
    """Whether all, or any, of some filters hold. There is at least one."""

    operator: Literal["and", "or"]
    filters: "tuple[Filter, ...]"


Filter: TypeAlias = Equality | Order | Membership | Compound


def matches(condition: Filter, attributes: Attributes) -> bool:
    """Whether `attributes` fulfil `condition`: what every store must answer."""
    match condition:
        case Compound("and", filters):
            return all(matches(each, attributes) for each in filters)
        case Compound(filters=filters):
            return any(matches(each, attributes) for each in filters)
        case Equality(how, key, value):
            return _is_one_of(attributes.get(key), (value,)) == (how == "eq")
        case Membership(how, key, values):
            return _is_one_of(attributes.get(key), values) == (how == "in")
        case Order(how, key, value):
            found = attributes.get(key)
            return found is not None and kind(found) is kind(value) and _ORDERS[how](found, value)


def _is_one_of(found: Scalar | None, values: tuple[Scalar, ...]) -> bool:
    return any(
        found == value and kind(found) is kind(value) for value in values if found is not None
    )


def kind(value: Scalar) -> type[Scalar]:
    """Return `str`, `bool` or `float`, the last for all numbers."""
    return float if type(value) is int else type(value)
