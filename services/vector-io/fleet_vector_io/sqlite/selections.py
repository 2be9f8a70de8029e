"""Selections in SQLite's words: conditions on the rows of a collection's table of chunks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from fleet_vector_io.filters import Compound, Equality, Filter, Membership, Order, Scalar, kind
from fleet_vector_io.provider import Selection

Value: TypeAlias = str | int | float | bytes
"""What a statement can be given."""

KINDS: dict[type[Scalar], str] = {str: "text", float: "number", bool: "boolean"}
"""The kinds of values, as the table of attributes calls them."""

_COMPARED = {"eq": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_INTEGERS = range(-(2**63), 2**63)
"""What SQLite can hold as an integer."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL, in which `#` stands for the collection's key, and the values of its question marks."""

    sql: str
    values: tuple[Value, ...] = ()

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.sql)


def condition(selection: Selection) -> Condition:
    """Return what rows of `chunks_#` fulfil if `selection` means them; empty if it means all."""
    parts = []
    if selection.ids is not None:
        parts.append(_one_of("id", selection.ids))
    if selection.file_ids is not None:
        parts.append(_one_of("file_id", selection.file_ids))
    if selection.condition is not None:
        parts.append(_filter(selection.condition))
    return _joined(" AND ", parts) if parts else Condition("")


def stored(value: Scalar) -> Value:
    """Return an attribute's value as SQLite holds it."""
    if isinstance(value, int):
        return int(value) if value in _INTEGERS else float(value)
    return value


def _filter(wanted: Filter) -> Condition:
    match wanted:
        case Compound(operator, filters):
            word = " AND " if operator == "and" else " OR "
            return _joined(word, [_filter(each) for each in filters])
        case Equality("ne", key, value):
            return _opposite(_compared("=", key, value))
        case Equality(operator, key, value) | Order(operator, key, value):
            return _compared(_COMPARED[operator], key, value)
        case Membership(operator, key, values):
            found = _attributes("value IN (SELECT value FROM json_each(?))", key, values[0])
            within = Condition(found.sql, (*found.values, _array(map(stored, values))))
            return _opposite(within) if operator == "nin" else within


def _compared(sign: str, key: str, value: Scalar) -> Condition:
    found = _attributes(f"value {sign} ?", key, value)
    return Condition(found.sql, (*found.values, stored(value)))


def _attributes(compared: str, key: str, example: Scalar) -> Condition:
    """Return that a chunk has an attribute of the kind of `example`, and that its value is as `compared` says."""
    return Condition(
        f"n IN (SELECT n FROM attributes_# WHERE key = ? AND kind = ? AND {compared})",  # noqa: S608 - our own words
        (key, KINDS[kind(example)]),
    )


def _opposite(inner: Condition) -> Condition:
    return Condition(f"NOT {inner.sql}", inner.values)


def _one_of(column: str, wanted: Sequence[str]) -> Condition:
    listed = "IN (SELECT value FROM json_each(?))"
    return Condition(f"{column} {listed}", (_array(wanted),))


def _array(values: Iterable[Value]) -> str:
    return msgspec.json.encode(list(values)).decode()


def _joined(word: str, parts: Sequence[Condition]) -> Condition:
    values = tuple(value for part in parts for value in part.values)
    return Condition("(" + word.join(part.sql for part in parts) + ")", values)
