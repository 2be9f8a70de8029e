"""Selections in Postgres' words: conditions on the rows of a table of chunks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from fleet_vector_io.filters import Compound, Equality, Filter, Membership, Order, Scalar
from fleet_vector_io.postgres.texts import held
from fleet_vector_io.provider import Selection

_COMPARED = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL, and the values of its placeholders."""

    sql: str
    values: tuple[Any, ...] = ()


def condition(selection: Selection) -> Condition:
    """Return what rows fulfil if `selection` means them."""
    parts = []
    if selection.ids is not None:
        parts.append(Condition("id = ANY(%s)", ([held(each) for each in selection.ids],)))
    if selection.file_ids is not None:
        parts.append(Condition("file_id = ANY(%s)", ([held(each) for each in selection.file_ids],)))
    if selection.condition is not None:
        parts.append(_filter(selection.condition))
    return _joined(" AND ", parts) if parts else Condition("TRUE")


def stored(attributes: Iterable[tuple[str, Scalar]]) -> str:
    """Return attributes as the JSON that Postgres holds."""
    known = {
        held(key): held(value) if isinstance(value, str) else value for key, value in attributes
    }
    return msgspec.json.encode(known).decode()


def _filter(wanted: Filter) -> Condition:
    match wanted:
        case Compound(operator, filters):
            word = " AND " if operator == "and" else " OR "
            return _joined(word, [_filter(each) for each in filters])
        case Equality(operator, key, value):
            # Containment tells texts, numbers and booleans apart, and takes 1 and 1.0 for the same.
            return _unless(
                operator == "ne", Condition("attributes @> %s::jsonb", (stored([(key, value)]),))
            )
        case Membership(operator, key, values):
            any_of = [stored([(key, value)]) for value in values]
            return _unless(
                operator == "nin", Condition("attributes @> ANY(%s::text[]::jsonb[])", (any_of,))
            )
        case Order(operator, key, str(value)):
            sql = (
                "jsonb_typeof(attributes -> %s::text) = 'string'"
                f' AND (attributes ->> %s::text) COLLATE "C" {_COMPARED[operator]} %s::text'
            )
            return Condition(f"({sql})", (held(key), held(key), held(value)))
        case Order(operator, key, value):
            # As JSON, numbers are compared without being written and read as texts first.
            sql = (
                "jsonb_typeof(attributes -> %s::text) = 'number'"
                f" AND (attributes -> %s::text) {_COMPARED[operator]} %s::jsonb"
            )
            return Condition(f"({sql})", (held(key), held(key), repr(value)))


def _unless(is_opposite: bool, inner: Condition) -> Condition:
    return Condition(f"NOT ({inner.sql})", inner.values) if is_opposite else inner


def _joined(word: str, parts: Sequence[Condition]) -> Condition:
    values = tuple(value for part in parts for value in part.values)
    return Condition("(" + word.join(part.sql for part in parts) + ")", values)
