"""Selections as conditions of Oracle's SQL.

Attributes are tokens (`fleet_vector_io.tokens`) in a table of their own. Lists are bound as JSON, for which there is no
limit as there is for `IN`.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from fleet_vector_io.filters import Compound, Equality, Filter, Membership, Order
from fleet_vector_io.oracle.rows import key, written
from fleet_vector_io.provider import Selection
from fleet_vector_io.tokens import asked, span


class Condition:
    """A condition on the row `c` of a table of chunks.

    Args:
        selection: What is meant.
        tokens: The table of tokens.

    Attributes:
        text: What stands after `WHERE`.
        values: What is bound to the names in it.
        lists: Which of the names are lists.
    """

    def __init__(self, selection: Selection, tokens: str) -> None:
        self.values: dict[str, Any] = {}
        self.lists: set[str] = set()
        self._tokens = tokens
        parts = ["1 = 1"]
        if selection.ids is not None:
            parts.append(f"c.chunk_key IN ({self._listed(map(key, selection.ids))})")
        if selection.file_ids is not None:
            parts.append(f"c.file_id IN ({self._listed(map(written, selection.file_ids))})")
        if selection.condition is not None:
            parts.append(self._said(selection.condition))
        self.text = " AND ".join(parts)

    def _named(self, value: Any) -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def _listed(self, values: Iterable[str]) -> str:
        name = self._named(msgspec.json.encode(list(values)).decode())
        self.lists.add(name[1:])
        columns = "COLUMNS (item VARCHAR2(4000) PATH '$')"
        return f"SELECT j.item FROM JSON_TABLE({name}, '$[*]' {columns}) j"  # noqa: S608 - a name of ours

    def _said(self, condition: Filter) -> str:
        match condition:
            case Compound(operator, filters):
                inner = f" {operator.upper()} ".join(map(self._said, filters))
                return f"({inner})"
            case Order():
                return self._has(self._within(condition))
            case Equality() | Membership():
                named = self._has(f"k.token IN ({self._listed(map(written, asked(condition)))})")
                return named if condition.operator in ("eq", "in") else f"NOT {named}"

    def _has(self, holds: str) -> str:
        """Ask for one token of which something holds."""
        of_chunk = f"{self._tokens} k WHERE k.chunk_key = c.chunk_key"
        return f"EXISTS (SELECT 1 FROM {of_chunk} AND {holds})"  # noqa: S608 - values are bound

    def _within(self, condition: Order) -> str:
        bounds = span(condition)
        above = f"k.token {'>=' if bounds.with_lower else '>'} {self._named(written(bounds.lower))}"
        below = f"k.token {'<=' if bounds.with_upper else '<'} {self._named(written(bounds.upper))}"
        return f"{above} AND {below}"
