"""What Elasticsearch answers.

Format: https://www.elastic.co/docs/api/doc/elasticsearch
"""

from typing import Any

import msgspec
import numpy as np

from fleet_runtime.errors import FleetError, NotFound, Unavailable, UpstreamFailed
from fleet_vector_io.filters import Scalar
from fleet_vector_io.provider import Chunk
from fleet_vector_io.vectors import NO_VECTOR

_MISSING = 404
_OVERLOADED = 429

_attributes_of = msgspec.json.Decoder(dict[str, Scalar]).decode


class Source(msgspec.Struct):
    """A document, but for its vector and what only searches look at."""

    chunk_id: str
    file_id: str
    position: int
    text: str
    attributes: str
    payload: str


SOURCE = list(Source.__struct_fields__)
"""The fields of a `Source`."""


class Fields(msgspec.Struct):
    """What is asked for beside the source: newer versions keep no vectors there."""

    embedding: list[float]


class Document(msgspec.Struct):
    """A document that was found.

    Attributes:
        score: How well it fits; none where all are listed.
        source: Itself, if that was asked for.
        fields: Its vector, if that was.
        sort: What it was sorted by.
    """

    score: float | None = msgspec.field(default=None, name="_score")
    source: Source | None = msgspec.field(default=None, name="_source")
    fields: Fields | None = None
    sort: list[Any] = []

    def chunk(self) -> Chunk:
        """Return the chunk that it is, of a search that asked for the source."""
        if self.source is None:
            raise ValueError("the search did not ask for the source")
        source = self.source
        return Chunk(
            source.chunk_id,
            source.text,
            np.array(self.fields.embedding, np.float32) if self.fields else NO_VECTOR,
            source.file_id,
            source.position,
            _attributes_of(source.attributes),
            source.payload,
        )


class _Hits(msgspec.Struct):
    hits: list[Document]


class Found(msgspec.Struct):
    """The answer to `_search`."""

    hits: _Hits


class _Cause(msgspec.Struct):
    type: str = ""
    reason: str | None = None


class Refused(msgspec.Struct):
    """An answer that is an error."""

    error: _Cause

    @property
    def exists(self) -> bool:
        """Whether the index is there already."""
        return self.error.type == "resource_already_exists_exception"


class _Item(msgspec.Struct):
    status: int
    error: _Cause | None = None

    def failure(self) -> FleetError | None:
        """Return why a document was not taken."""
        if self.error is None:
            return None
        reason = self.error.reason or self.error.type
        if self.status == _OVERLOADED:
            return Unavailable(f"Elasticsearch has too much to do: {reason}")
        if self.status == _MISSING:
            return NotFound("Elasticsearch has no such collection; create it first.")
        return UpstreamFailed(
            f"Elasticsearch refused a chunk with {self.status}: {reason}", status=502
        )


class Bulk(msgspec.Struct):
    """The answer to `_bulk`, whose items each have a fate of their own."""

    errors: bool
    items: list[dict[str, _Item]]

    def check(self) -> None:
        """Raise what went wrong first, if anything did."""
        for item in self.items if self.errors else ():
            for done in item.values():
                if failure := done.failure():
                    raise failure


class Deleted(msgspec.Struct):
    """The answer to `_delete_by_query`.

    Attributes:
        version_conflicts: How many documents were changed meanwhile, and are there still.
        failures: What went wrong.
    """

    version_conflicts: int = 0
    failures: list[Any] = []
