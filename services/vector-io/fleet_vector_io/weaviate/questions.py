"""Searches and listings as GraphQL, and what Weaviate answers.

Format: https://docs.weaviate.io/weaviate/api/graphql/get
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from fleet_runtime.errors import NotFound, UpstreamFailed
from fleet_vector_io.filters import Scalar
from fleet_vector_io.provider import ByMeaning, Chunk, Hit, Search
from fleet_vector_io.vectors import NO_VECTOR, cosine, unit
from fleet_vector_io.weaviate.conditions import Condition, as_graphql

# How Weaviate says that there is no class of a name, or none at all.
_NO_CLASS = ("Cannot query field", "no graphql provider present")

_attributes_of = msgspec.json.Decoder(dict[str, Scalar]).decode


class _Additional(msgspec.Struct):
    distance: float | None = None
    score: str | None = None
    vector: list[float] | None = None


class Found(msgspec.Struct):
    """An object that was found."""

    chunk_id: str
    file_id: str
    position: int
    text: str
    attributes: str
    payload: str
    place: str
    additional: _Additional = msgspec.field(name="_additional")

    def chunk(self) -> Chunk:
        """Return the chunk that it is."""
        vector = self.additional.vector
        return Chunk(
            self.chunk_id,
            self.text,
            NO_VECTOR if vector is None else np.array(vector, np.float32),
            self.file_id,
            self.position,
            _attributes_of(self.attributes),
            self.payload,
        )

    def hit(self) -> Hit:
        """Return the chunk with its cosine, or else the score that the words gave it."""
        distance = self.additional.distance
        score = cosine(1 - distance) if distance is not None else float(self.additional.score or 0)
        return Hit(self.chunk(), score)


class Place(msgspec.Struct):
    """Where in the listing an object is."""

    place: str


class _Problem(msgspec.Struct):
    message: str


class Answer(msgspec.Struct):
    """The answer to a question in GraphQL."""

    data: dict[str, Any] | None = None
    errors: list[_Problem] = []

    def objects(self, name: str) -> Any:
        """Return what was found in a class.

        Raises:
            NotFound: There is no such class.
            UpstreamFailed: Weaviate did not like the question.
        """
        if not self.errors:
            return (self.data or {})["Get"][name]
        message = self.errors[0].message
        if any(each in message for each in _NO_CLASS):
            raise NotFound("Weaviate has no such collection; create it first.")
        raise UpstreamFailed(f"Weaviate refused: {message}", status=502, code="engine_refused")


def search(name: str, query: Search, within: Condition | None) -> str:
    """Return the question for the best objects of a class."""
    if isinstance(query, ByMeaning):
        vector = msgspec.json.encode(unit(query.vector).tolist()).decode()
        how, score = {"nearVector": f"{{vector: {vector}}}"}, "distance"
    else:
        # Zero is no part of words, nor of GraphQL.
        words = msgspec.json.encode(query.text.replace("\0", " ")).decode()
        how, score = {"bm25": f'{{query: {words}, properties: ["text"]}}'}, "score"
    return _asked(name, how, within, query.limit, _fields(score))


def listing(name: str, within: Condition, limit: int) -> str:
    """Return the question for objects in order, with their vectors."""
    return _asked(name, _SORTED, within, limit, _fields("vector"))


def places(name: str, within: Condition, limit: int) -> str:
    """Return the question for where objects are in their order."""
    return _asked(name, _SORTED, within, limit, "place")


_SORTED = {"sort": '[{path: ["place"], order: asc}]'}


def _fields(additional: str) -> str:
    names = [name for name in Found.__struct_fields__ if name != "additional"]
    return f"{' '.join(names)} _additional {{{additional}}}"


def _asked(
    name: str, how: Mapping[str, str], within: Condition | None, limit: int, fields: str
) -> str:
    arguments = dict(how) | {"limit": str(limit), "consistencyLevel": "QUORUM"}
    if within is not None:
        arguments["where"] = as_graphql(within)
    written = ", ".join(f"{key}: {value}" for key, value in arguments.items())
    return f"{{Get {{{name}({written}) {{{fields}}}}}}}"
