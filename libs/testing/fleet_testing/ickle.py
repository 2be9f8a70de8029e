"""A part of Ickle, Infinispan's query language, evaluated over entities in memory as Lucene does.

Format: https://infinispan.org/docs/stable/titles/query/query.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from fleet_testing.bm25 import Bm25

Entity: TypeAlias = dict[str, Any]
Score: TypeAlias = Callable[[str, Entity], float | None]
"""Returns the score of the entity with a key, or nothing if it does not fit."""

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_]\w*)|(?P<text>'[^']*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign><->|[-=(),.:~\[\]]))"
)
_MOST_CLAUSES = 1024


class QueryError(Exception):
    """Infinispan would not take the query; the text says why."""


@dataclass(frozen=True)
class Field:
    """A field of an entity: its annotation, with what stands in its brackets."""

    annotation: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """What a query finds.

    Attributes:
        keys: The keys, in order.
        scores: The scores, if they are asked for.
    """

    keys: list[str]
    scores: dict[str, float] | None


class Query:
    """A query over some entities.

    Args:
        text: The query.
        name: The name of the entities' type.
        fields: The indexed fields of the type.
        entities: The entities, by key.
    """

    def __init__(
        self,
        text: str,
        name: str,
        fields: Mapping[str, Field],
        entities: Mapping[str, Entity],
    ) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._name, self._fields, self._entities = name, fields, entities
        self._clauses = 0

    def run(self) -> Found:
        """Return what it finds."""
        scored = self._found("select", "c", ",", "score", "(", "c", ")")
        self._expect("from", self._name, "c")
        fits = self._or() if self._found("where") else _anything
        by = None
        if self._found("order", "by"):
            by = self._field("Keyword")
            if self._fields[by].options.get("sortable") != "true":
                raise QueryError(f"Cannot sort on {by}")
        if self._at < len(self._tokens):
            raise QueryError(f"unexpected token {self._ahead}")
        if self._clauses > _MOST_CLAUSES:
            raise QueryError("maxClauseCount is set to 1024")
        scores = {k: s for k, e in self._entities.items() if (s := fits(k, e)) is not None}
        if by:
            return Found(sorted(scores, key=lambda key: self._entities[key][by]), None)
        return Found(sorted(scores, key=lambda key: -scores[key]), scores if scored else None)

    # Tokens.

    @property
    def _ahead(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._ahead
        self._at += 1
        return token

    def _found(self, *words: str) -> bool:
        if self._tokens[self._at : self._at + len(words)] != list(words):
            return False
        self._at += len(words)
        return True

    def _expect(self, *words: str) -> None:
        if not self._found(*words):
            raise QueryError(f"expected {' '.join(words)} at {self._ahead}")

    def _field(self, *annotations: str) -> str:
        """Read a field that is indexed in one of some ways."""
        self._expect("c", ".")
        name = self._take()
        if name not in self._fields or self._fields[name].annotation not in annotations:
            raise QueryError(f"field {name} is not indexed so")
        return name

    def _text(self) -> str:
        token = self._take()
        if token[:1] != "'":
            raise QueryError(f"expected a text at {token}")
        return token[1:-1]

    # Conditions, from what binds least to what binds most.

    def _or(self) -> Score:
        parts = [self._and()]
        while self._found("or"):
            parts.append(self._and())

        def any_of(key: str, entity: Entity) -> float | None:
            scores = [s for part in parts if (s := part(key, entity)) is not None]
            return sum(scores) if scores else None

        return parts[0] if len(parts) == 1 else any_of

    def _and(self) -> Score:
        parts = [self._not()]
        while self._found("and"):
            parts.append(self._not())

        def all_of(key: str, entity: Entity) -> float | None:
            total = 0.0
            for part in parts:
                score = part(key, entity)
                if score is None:
                    return None
                total += score
            return total

        return parts[0] if len(parts) == 1 else all_of

    def _not(self) -> Score:
        if self._found("not"):
            inner = self._not()
            return lambda key, entity: 0.0 if inner(key, entity) is None else None
        if self._found("("):
            inner = self._or()
            self._expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Score:
        name = self._field("Keyword", "Text", "Vector")
        if self._found("<", "->") or self._found("<->"):
            return self._nearest(name)
        if self._found(":"):
            return self._word(name)
        if self._fields[name].annotation != "Keyword":
            raise QueryError(f"{name} cannot be compared")
        if self._found("="):
            return _holds(name, frozenset([self._text()]))
        if self._found("in", "("):
            wanted = [self._text()]
            while self._found(","):
                wanted.append(self._text())
            self._expect(")")
            return _holds(name, frozenset(wanted))
        self._expect("between")
        lower = self._text()
        self._expect("and")
        upper = self._text()
        return lambda _, entity: (
            1.0 if any(lower <= value <= upper for value in _values(entity, name)) else None
        )

    def _word(self, name: str) -> Score:
        self._clauses += 1
        field = self._fields[name]
        if field.annotation != "Text" or field.options.get("analyzer") != '"whitespace"':
            raise QueryError(f"{name} has no words")
        scores = self._texts(name).scores(self._text().split())
        return lambda key, _: scores.get(key)

    def _texts(self, name: str) -> Bm25:
        """Return the words of all entities, once for a query."""
        if name not in self.__dict__:
            texts = {key: entity.get(name, "") for key, entity in self._entities.items()}
            self.__dict__[name] = Bm25(texts)
        words: Bm25 = self.__dict__[name]
        return words

    def _nearest(self, name: str) -> Score:
        vector, limit = self._vector(name)
        fits: Score = _anything
        if self._found("filtering"):
            self._expect("(")
            fits = self._or()
            self._expect(")")
        kept = [key for key, entity in self._entities.items() if fits(key, entity) is not None]
        if not kept:
            return lambda _key, _entity: None
        rows = np.array([self._entities[key][name] for key in kept])
        lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(vector)
        cosines = rows @ vector / lengths
        best = np.argsort(-cosines, kind="stable")[:limit]
        scores = {kept[place]: float((1 + cosines[place]) / 2) for place in best}
        return lambda key, _: scores.get(key)

    def _vector(self, name: str) -> tuple[Any, int]:
        field = self._fields[name]
        if field.annotation != "Vector" or field.options.get("similarity") != "COSINE":
            raise QueryError(f"{name} is no vector of cosines")
        self._expect("[")
        numbers = [float(self._take())]
        while self._found(","):
            numbers.append(float(self._take()))
        self._expect("]", "~")
        if len(numbers) != int(field.options["dimension"]):
            raise QueryError("vector query dimension differs from field dimension")
        return np.array(numbers), int(self._take())


def _anything(_: str, __: Entity) -> float | None:
    return 1.0


def _values(entity: Entity, name: str) -> list[str]:
    value = entity.get(name, [])
    return value if isinstance(value, list) else [value]


def _holds(name: str, wanted: frozenset[str]) -> Score:
    return lambda _, entity: 1.0 if not wanted.isdisjoint(_values(entity, name)) else None


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise QueryError(f"unexpected character at {text[at : at + 10]}")
        found.append(match[0].strip() if match["text"] is None else match["text"])
        at = match.end()
    return found
