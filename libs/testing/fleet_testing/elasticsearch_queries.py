"""A part of Elasticsearch's query language, evaluated over documents in memory.

Format: https://www.elastic.co/docs/reference/query-languages/querydsl
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from fleet_testing.bm25 import Bm25, words

Document: TypeAlias = dict[str, Any]
Query: TypeAlias = Callable[[str, Document], float | None]
"""Returns the score of the document with an id, or nothing if it does not fit."""

_BOUNDS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda found, bound: found > bound,
    "gte": lambda found, bound: found >= bound,
    "lt": lambda found, bound: found < bound,
    "lte": lambda found, bound: found <= bound,
}
_CLAUSES = {"must", "filter", "should", "must_not", "minimum_should_match"}


class QueryError(Exception):
    """Elasticsearch would not take the query; the text says why."""


class Segment:
    """The documents that searches see, and what their fields are.

    Args:
        properties: The mapping of each field.
        documents: The documents, by id.
    """

    def __init__(self, properties: Mapping[str, Any], documents: Mapping[str, Document]) -> None:
        self.properties = properties
        self.documents = documents

    def compiled(self, query: Any) -> Query:
        """Return what `query` says of a document.

        Raises:
            QueryError: It is no query, or of a field that cannot be searched so.
        """
        ((kind, content),) = query.items()
        compilers: dict[str, Callable[[Any], Query]] = {
            "bool": self._bool,
            "term": self._term,
            "terms": self._terms,
            "range": self._range,
            "match": self._match,
            "match_all": lambda _: lambda _key, _document: 1.0,
        }
        if kind not in compilers:
            raise QueryError(f"unknown query [{kind}]")
        return compilers[kind](content)

    def all_of(self, queries: Any) -> Query:
        """Return what says whether a document fits one or several queries, without a score."""
        listed = queries if isinstance(queries, list) else [queries]
        compiled = [self.compiled(each) for each in listed]

        def fits(key: str, document: Document) -> float | None:
            return None if any(each(key, document) is None for each in compiled) else 0.0

        return fits

    def _bool(self, content: dict[str, Any]) -> Query:
        if content.keys() - _CLAUSES:
            raise QueryError("[bool] query does not support these clauses")
        must = [self.compiled(each) for each in content.get("must", [])]
        should = [self.compiled(each) for each in content.get("should", [])]
        barred = [self.compiled(each) for each in content.get("must_not", [])]
        within = self.all_of(content.get("filter", []))
        needs_one = bool(should) and not must and "filter" not in content
        least = content.get("minimum_should_match", int(needs_one))

        def evaluated(key: str, document: Document) -> float | None:
            scores = [s for each in must if (s := each(key, document)) is not None]
            if len(scores) < len(must) or within(key, document) is None:
                return None
            if any(each(key, document) is not None for each in barred):
                return None
            extra = [s for each in should if (s := each(key, document)) is not None]
            return None if len(extra) < least else sum(scores + extra)

        return evaluated

    def _term(self, content: dict[str, Any]) -> Query:
        ((field, value),) = content.items()
        return self._terms({field: [value["value"] if isinstance(value, dict) else value]})

    def _terms(self, content: dict[str, list[Any]]) -> Query:
        ((field, values),) = content.items()
        self._searchable(field)
        wanted = frozenset(values)
        return lambda _, document: 1.0 if wanted.intersection(_values(document, field)) else None

    def _range(self, content: dict[str, dict[str, Any]]) -> Query:
        """Ask for one value that lies within all bounds, as Lucene does of a field with several."""
        ((field, bounds),) = content.items()
        self._searchable(field)
        if bounds.keys() - _BOUNDS.keys():
            raise QueryError("[range] query does not support these bounds")
        checks = [(_BOUNDS[name], bound) for name, bound in bounds.items()]

        def within(_: str, document: Document) -> float | None:
            values = _values(document, field)
            return 1.0 if any(all(c(v, b) for c, b in checks) for v in values) else None

        return within

    def _match(self, content: dict[str, dict[str, Any]]) -> Query:
        ((field, asked),) = content.items()
        if self.properties[field]["type"] != "text" or asked.get("operator", "or") != "or":
            raise QueryError("the fake matches any word of texts")
        scores = self._texts.scores(words(asked["query"]))
        return lambda key, _: scores.get(key)

    def _searchable(self, field: str) -> None:
        mapped = self.properties.get(field, {})
        if not mapped.get("index", True):
            raise QueryError(f"Cannot search on field [{field}] since it is not indexed.")
        if mapped.get("type") not in ("keyword", "long"):
            raise QueryError(f"the fake has no terms of field [{field}]")

    @cached_property
    def _texts(self) -> Bm25:
        return Bm25({key: document["text"] for key, document in self.documents.items()})

    def nearest(self, knn: Any) -> list[tuple[str, float]]:
        """Return the ids and scores of the documents that a search by vector finds, the best first."""
        field, asked = self.properties[knn["field"]], np.array(knn["query_vector"])
        if asked.shape != (field["dims"],):
            raise QueryError("the query vector has a different number of dimensions")
        if not 0 < knn["k"] <= knn["num_candidates"] <= 10_000:  # noqa: PLR2004 - as documented
            raise QueryError("[num_candidates] must be from [k] to [10000]")
        fits = self.all_of(knn.get("filter", []))
        kept = [n for n, (k, d) in enumerate(self.documents.items()) if fits(k, d) is not None]
        if not kept:
            return []
        rows = self._vectors(knn["field"])[kept]
        lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(asked)
        scores = (1 + rows @ asked / lengths) / 2
        keys = list(self.documents)
        order = np.argsort(-scores, kind="stable")[: knn["k"]]
        return [(keys[kept[place]], float(scores[place])) for place in order]

    def _vectors(self, field: str) -> Any:
        if field not in self.__dict__:
            self.__dict__[field] = np.array([each[field] for each in self.documents.values()])
        return self.__dict__[field]


def _values(document: Document, field: str) -> list[Any]:
    value = document.get(field, [])
    return value if isinstance(value, list) else [value]
