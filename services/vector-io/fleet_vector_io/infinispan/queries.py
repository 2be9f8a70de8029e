"""Searches and selections in Ickle, Infinispan's query language.

Attributes are tokens (`fleet_vector_io.tokens`) in one field. `between` is the one comparison that holds for one value
of a list between two bounds; it takes the bounds in, so where a bound is to be left out, its token is ruled out too.

Format: https://infinispan.org/docs/stable/titles/query/query.html
"""

from collections.abc import Iterable, Iterator

from fleet_vector_io.filters import Compound, Equality, Filter, Membership, Order
from fleet_vector_io.infinispan.entities import file_token, id_token, written
from fleet_vector_io.provider import Selection, Vector
from fleet_vector_io.tokens import asked, span
from fleet_vector_io.vectors import unit
from fleet_vector_io.words import words

# Lucene refuses more than 1,024 clauses in a query, those of its condition included.
_CLAUSES = 500
_SCORED = "select c, score(c) from"
# No token is this.
_NOTHING = "c.tokens = 'none'"


def nearest(name: str, vector: Vector, limit: int, within: Selection) -> str:
    """Return the query for the entities whose vectors point most nearly where `vector` does."""
    # Without exponents, which the language may not know.
    numbers = ",".join(f"{number:.9f}" for number in unit(vector))
    condition = _selected(within)
    narrowed = f" filtering ({condition})" if condition else ""
    return f"{_scored(name)} where c.embedding <-> [{numbers}]~{limit}{narrowed}"


def worded(name: str, text: str, within: Selection) -> Iterator[str]:
    """Yield queries for the entities that have any of the words of a text; what they score is to be added up."""
    condition = _selected(within)
    narrowed = f" and ({condition})" if condition else ""
    asked_for = list(dict.fromkeys(words(text)))
    for start in range(0, len(asked_for), _CLAUSES):
        any_word = " or ".join(f"c.words : '{w}'" for w in asked_for[start : start + _CLAUSES])
        yield f"{_scored(name)} where ({any_word}){narrowed}"


def listed(name: str, within: Selection) -> str:
    """Return the query for all entities of a selection, in order."""
    condition = _selected(within)
    narrowed = f" where {condition}" if condition else ""
    return f"from {name} c{narrowed} order by c.place"


def _scored(name: str) -> str:
    return f"{_SCORED} {name} c"


def _selected(selection: Selection) -> str:
    """Return the condition for a selection; empty for all."""
    found: list[str] = []
    if selection.ids is not None:
        found.append(_any(map(id_token, selection.ids)))
    if selection.file_ids is not None:
        found.append(_any(map(file_token, selection.file_ids)))
    if selection.condition is not None:
        found.append(_condition(selection.condition))
    return " and ".join(found)


def _any(wanted: Iterable[str]) -> str:
    listed_tokens = ", ".join(f"'{each}'" for each in wanted)
    return f"c.tokens in ({listed_tokens})" if listed_tokens else _NOTHING


def _condition(condition: Filter) -> str:
    match condition:
        case Compound(operator, filters):
            return f"({f' {operator} '.join(map(_condition, filters))})"
        case Order():
            return _within(condition)
        case Equality() | Membership():
            named = _any(map(written, asked(condition)))
            return named if condition.operator in ("eq", "in") else f"not ({named})"


def _within(condition: Order) -> str:
    bounds = span(condition)
    lower, upper = written(bounds.lower), written(bounds.upper)
    held = f"c.tokens between '{lower}' and '{upper}'"
    if condition.operator in ("gte", "lte"):
        return f"({held})"
    return f"({held} and not (c.tokens = '{lower if condition.operator == 'gt' else upper}'))"
