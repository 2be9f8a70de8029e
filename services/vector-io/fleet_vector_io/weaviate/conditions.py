"""Selections as conditions of Weaviate, for its two ways to write them.

Attributes are tokens (`fleet_vector_io.tokens`) in one property for `eq`, `ne`, `in` and `nin`. Weaviate's comparisons
hold for any value of a list, not for one and the same, so each attribute to be ordered has a property of its own too.

Format: https://docs.weaviate.io/weaviate/api/graphql/filters
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from fleet_vector_io.filters import Compound, Equality, Filter, Membership, Order
from fleet_vector_io.provider import Selection
from fleet_vector_io.tokens import asked, token
from fleet_vector_io.weaviate.objects import file_token, id_token, property_of, written

_COMPARISONS = {
    "gt": "GreaterThan",
    "gte": "GreaterThanEqual",
    "lt": "LessThan",
    "lte": "LessThanEqual",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a property is to be. Several values are for `ContainsAny`."""

    operator: str
    property: str
    value: str | list[str]


@dataclass(frozen=True, slots=True)
class Joint:
    """Conditions that are all to hold (`And`), or one of them (`Or`)."""

    operator: str
    operands: "Sequence[Condition]"


Condition = Comparison | Joint

# No token is a star.
NOTHING = Comparison("Equal", "tokens", "*")
EVERYTHING = Comparison("NotEqual", "tokens", "*")


def ordered(condition: Filter | None) -> bool:
    """Say whether a filter compares by order, so that the properties of the class matter."""
    if isinstance(condition, Compound):
        return any(map(ordered, condition.filters))
    return isinstance(condition, Order)


def selected(selection: Selection, properties: Collection[str]) -> Condition:
    """Return the condition for a selection, of a class with `properties`."""
    found: list[Condition] = []
    if selection.ids is not None:
        found.append(_any_token([id_token(each) for each in selection.ids]))
    if selection.file_ids is not None:
        found.append(_any_token([file_token(each) for each in selection.file_ids]))
    if selection.condition is not None:
        found.append(_condition(selection.condition, properties))
    return joined("And", found or [EVERYTHING])


def after(place: str) -> Condition:
    """Return the condition for what is listed after an object."""
    return Comparison("GreaterThan", "place", place)


def joined(operator: str, operands: Sequence[Condition]) -> Condition:
    """Return several conditions as one."""
    return operands[0] if len(operands) == 1 else Joint(operator, operands)


def _any_token(wanted: list[str]) -> Condition:
    return Comparison("ContainsAny", "tokens", wanted) if wanted else NOTHING


def _condition(condition: Filter, properties: Collection[str]) -> Condition:
    match condition:
        case Compound(operator, filters):
            inner = [_condition(each, properties) for each in filters]
            return joined(operator.capitalize(), inner)
        case Order(operator, key, value):
            name = property_of(key, value)
            if name not in properties:  # a question for it would be an error
                return NOTHING
            return Comparison(_COMPARISONS[operator], name, written(token(key, value)))
        case Equality() | Membership():
            found = [written(each) for each in asked(condition)]
            if condition.operator in ("eq", "in"):
                return _any_token(found)
            return joined("And", [Comparison("NotEqual", "tokens", each) for each in found])


def as_json(condition: Condition) -> dict[str, Any]:
    """Return a condition as the REST API has it."""
    if isinstance(condition, Joint):
        operands = [as_json(each) for each in condition.operands]
        return {"operator": condition.operator, "operands": operands}
    kind = "valueTextArray" if isinstance(condition.value, list) else "valueText"
    path = [condition.property]
    return {"operator": condition.operator, "path": path, kind: condition.value}


def as_graphql(condition: Condition) -> str:
    """Return a condition as GraphQL has it: names stand bare, texts as in JSON."""
    if isinstance(condition, Joint):
        operands = ", ".join(map(as_graphql, condition.operands))
        return f"{{operator: {condition.operator}, operands: [{operands}]}}"
    value = msgspec.json.encode(condition.value).decode()
    return f'{{operator: {condition.operator}, path: ["{condition.property}"], valueText: {value}}}'
