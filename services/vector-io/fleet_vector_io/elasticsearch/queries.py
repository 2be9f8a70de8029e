"""Searches and selections in Elasticsearch's own words.

Format: https://www.elastic.co/docs/reference/query-languages/querydsl
"""

from typing import Any

from fleet_runtime.errors import InvalidArgument
from fleet_vector_io.filters import Compound, Equality, Filter, Membership, Order
from fleet_vector_io.provider import ByMeaning, ByWords, Search, Selection
from fleet_vector_io.tokens import Span, asked, span
from fleet_vector_io.vectors import unit

_MOST = 10_000
"""The most that one search finds (`index.max_result_window`, and the bound on `num_candidates`)."""
# How many neighbours of the graph are looked at for each that is wanted, and at least.
_CANDIDATES = 10
_LEAST_CANDIDATES = 200


def search(query: Search) -> dict[str, Any]:
    """Return the body of `_search` for the best chunks.

    Raises:
        InvalidArgument: More are wanted than Elasticsearch gives at once.
    """
    if query.limit > _MOST:
        raise InvalidArgument(f"Elasticsearch finds at most {_MOST} chunks at once; ask for fewer.")
    if isinstance(query, ByMeaning):
        return {"knn": _nearest(query), "size": query.limit}
    return {"query": _worded(query), "size": query.limit}


def selected(selection: Selection) -> dict[str, Any]:
    """Return the query for all chunks of a selection."""
    return {"bool": {"filter": _filters(selection)}}


def _nearest(query: ByMeaning) -> dict[str, Any]:
    """Return the search for vectors; the filter is applied while the graph is walked, not to what was found."""
    candidates = min(_MOST, max(_LEAST_CANDIDATES, _CANDIDATES * query.limit))
    return {
        "field": "embedding",
        "query_vector": unit(query.vector).tolist(),
        "k": query.limit,
        "num_candidates": candidates,
        "filter": _filters(query.within),
    }


def _worded(query: ByWords) -> dict[str, Any]:
    words = {"match": {"text": {"query": query.text, "operator": "or"}}}
    return {"bool": {"must": [words], "filter": _filters(query.within)}}


def _filters(selection: Selection) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if selection.ids is not None:
        found.append({"terms": {"chunk_id": list(selection.ids)}})
    if selection.file_ids is not None:
        found.append({"terms": {"file_id": list(selection.file_ids)}})
    if selection.condition is not None:
        found.append(_condition(selection.condition))
    return found


def _condition(condition: Filter) -> dict[str, Any]:
    match condition:
        case Compound("and", filters):
            return {"bool": {"filter": [_condition(each) for each in filters]}}
        case Compound(filters=filters):
            clauses = [_condition(each) for each in filters]
            return {"bool": {"should": clauses, "minimum_should_match": 1}}
        case Order():
            return {"range": {"tokens": _bounds(span(condition))}}
        case Equality() | Membership():
            named = {"terms": {"tokens": asked(condition)}}
            wanted = condition.operator in ("eq", "in")
            return named if wanted else {"bool": {"must_not": [named]}}


def _bounds(within: Span) -> dict[str, str]:
    """Return a range; both ends bind one and the same token."""
    return {
        "gte" if within.with_lower else "gt": within.lower,
        "lte" if within.with_upper else "lt": within.upper,
    }
