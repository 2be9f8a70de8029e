"""Selections as conditions of Cypher.

Attributes are tokens (`fleet_vector_io.tokens`) in a list: properties of their own would have to be called what callers
call them. Cypher compares texts by code points.

Format: https://neo4j.com/docs/cypher-manual/current
"""

from typing import Any

from fleet_vector_io.filters import Compound, Equality, Filter, Membership, Order
from fleet_vector_io.provider import Selection
from fleet_vector_io.tokens import asked, span


class Condition:
    """A condition on the node `c`.

    Attributes:
        text: What stands after `WHERE`.
        parameters: The values that it names, so that none is part of the text.
    """

    def __init__(self, selection: Selection) -> None:
        self.parameters: dict[str, Any] = {}
        parts = ["true"]
        if selection.ids is not None:
            parts.append(f"c.id IN {self._named(list(selection.ids))}")
        if selection.file_ids is not None:
            parts.append(f"c.file_id IN {self._named(list(selection.file_ids))}")
        if selection.condition is not None:
            parts.append(self._said(selection.condition))
        self.text = " AND ".join(parts)

    def _named(self, value: Any) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"${name}"

    def _said(self, condition: Filter) -> str:
        match condition:
            case Compound(operator, filters):
                inner = f" {operator.upper()} ".join(map(self._said, filters))
                return f"({inner})"
            case Order():
                return self._within(condition)
            case Equality() | Membership():
                named = f"any(t IN c.tokens WHERE t IN {self._named(asked(condition))})"
                return named if condition.operator in ("eq", "in") else f"NOT {named}"

    def _within(self, condition: Order) -> str:
        """Ask for one token between both bounds."""
        bounds = span(condition)
        above = f"t {'>=' if bounds.with_lower else '>'} {self._named(bounds.lower)}"
        below = f"t {'<=' if bounds.with_upper else '<'} {self._named(bounds.upper)}"
        return f"any(t IN c.tokens WHERE {above} AND {below})"
