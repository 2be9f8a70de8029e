"""Attributes as marks and places, for engines that only find texts in a list, and whole numbers within bounds.

A mark is a digest of a key, a kind and a value. What has the mark has exactly that attribute, so `eq` and `in` ask for
marks, and `ne` and `nin` for what lacks them: just as for what lacks the key.

Places say where a value stands among others of its kind: whole numbers below 2 ** 53, which every engine compares
exactly, also those that take all numbers for doubles. Values sort as their places do, by the first that differs. A
number has two places, the bits of its token; a text has one for every six bytes of its UTF-8, which sorts as its code
points do. Each byte is a digit to the base 257, from 1 up, so that 0 is where a text ends.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from fleet_runtime.errors import InvalidArgument
from fleet_vector_io.filters import (
    Attributes,
    Compound,
    Equality,
    Filter,
    Membership,
    Order,
    OrderOperator,
    Scalar,
    kind,
)
from fleet_vector_io.tokens import token

_BYTES = 6
"""Of a text in one place: 257 ** 6 is below 2 ** 53."""
_PLACES = 40
"""The most of a value. Where a text goes on, no text that may be asked for does."""
_HALF = 10
"""Hexadecimal digits of a number in one place."""


@dataclass(frozen=True, slots=True)
class Has:
    """Whether a chunk has one of some marks."""

    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lacks:
    """Whether a chunk has none of some marks."""

    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Whether a place is there, and on one side of a number, or that number."""

    name: str
    operator: OrderOperator | Literal["eq"]
    number: int


@dataclass(frozen=True, slots=True)
class All:
    """Whether all of some conditions hold. There are at least two."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """Whether any of some conditions holds. There are at least two."""

    parts: "tuple[Condition, ...]"


Condition: TypeAlias = Has | Lacks | Place | All | Some


def marks(attributes: Attributes) -> list[str]:
    """Return the marks of a chunk: 24 hexadecimal digits each."""
    return [_mark(key, value) for key, value in attributes.items()]


def places(attributes: Attributes) -> Mapping[str, int]:
    """Return the places of a chunk by their names, which begin with a letter and have letters, digits and `_`."""
    return {
        _name(key, value, at): number
        for key, value in attributes.items()
        if not isinstance(value, bool)
        for at, number in enumerate(_numbers(key, value)[:_PLACES])
    }


def spelled(condition: Filter) -> Condition:
    """Return what a filter asks of marks and places.

    Raises:
        InvalidArgument: A text is too long to be compared with.
    """
    match condition:
        case Compound(how, filters):
            parts = tuple(spelled(each) for each in filters)
            return _all(parts) if how == "and" else _some(parts)
        case Equality(how, key, value):
            asked = (_mark(key, value),)
            return Has(asked) if how == "eq" else Lacks(asked)
        case Membership(how, key, values):
            several = tuple(_mark(key, value) for value in values)
            return Has(several) if how == "in" else Lacks(several)
        case Order():
            return _beyond(condition)


def _beyond(condition: Order) -> Condition:
    """Return where a value beyond another one is: equal up to some place, and beyond it there."""
    key, value = condition.key, condition.value
    numbers = _numbers(key, value)
    if len(numbers) > _PLACES:
        raise InvalidArgument(
            f"The text that '{key}' is compared with is too long for this vector store; use at most"
            f" {_PLACES * _BYTES - 1} bytes.",
            param="filters",
        )
    alike: tuple[Condition, ...] = ()
    cases: list[Condition] = []
    for at, number in enumerate(numbers):
        name = _name(key, value, at)
        # What is equal up to the last place is equal.
        how = condition.operator if at == len(numbers) - 1 else _strictly(condition.operator)
        cases.append(_all((*alike, Place(name, how, number))))
        alike += (Place(name, "eq", number),)
    return _some(tuple(cases))


def _all(parts: tuple[Condition, ...]) -> Condition:
    return parts[0] if len(parts) == 1 else All(parts)


def _some(parts: tuple[Condition, ...]) -> Condition:
    return parts[0] if len(parts) == 1 else Some(parts)


def _strictly(operator: OrderOperator) -> OrderOperator:
    return "gt" if operator in ("gt", "gte") else "lt"


def _mark(key: str, value: Scalar) -> str:
    return hashlib.blake2b(token(key, value).encode(), digest_size=12).hexdigest()


def _name(key: str, value: Scalar, at: int) -> str:
    content = f"{kind(value).__name__}:{key}".encode()
    return f"p{hashlib.blake2b(content, digest_size=8).hexdigest()}_{at}"


def _numbers(key: str, value: Scalar) -> list[int]:
    """Return the places of a value, the first first."""
    sortable = token(key, value).partition(":")[2][len(key) + 1 :]
    if not isinstance(value, str):
        return [int(sortable[:_HALF], 16), int(sortable[_HALF:], 16)]
    content = sortable.encode()
    return [_number(content[at : at + _BYTES]) for at in range(0, len(content) + 1, _BYTES)]


def _number(content: bytes) -> int:
    """Return up to six bytes as digits to the base 257, filled up with 0."""
    number = 0
    for at in range(_BYTES):
        number = number * 257 + (content[at] + 1 if at < len(content) else 0)
    return number
