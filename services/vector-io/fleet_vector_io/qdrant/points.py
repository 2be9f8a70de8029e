"""Chunks as Qdrant's points.

A point's id is a UUID made of the chunk's id, as Qdrant takes no other texts. Its payload has the chunk's fields by
their names, and its marks and places (`fleet_vector_io.marks`), which filters ask for; attributes are JSON, so that
they come back just as they were.
"""

import hashlib
import uuid
from typing import Any

import msgspec
import numpy as np
from qdrant_client import models as q

from fleet_vector_io.bm25 import numbered, sparse
from fleet_vector_io.filters import Scalar
from fleet_vector_io.marks import marks, places
from fleet_vector_io.provider import Chunk, Vector
from fleet_vector_io.vectors import NO_VECTOR, unit
from fleet_vector_io.words import words

MEANING = "meaning"
"""The vector that a chunk came with."""
WORDS = "words"
"""The sparse vector of its words, whose weights Qdrant multiplies by how rare they are."""

FILE = "file_id"
MARKS = "marks"
ORDER = [FILE, "position", "id"]
"""What chunks are sorted by."""

_attributes = msgspec.json.Decoder(dict[str, Scalar])


def point_id(chunk: str) -> str:
    """Return the id of the point of a chunk."""
    return str(uuid.UUID(bytes=hashlib.blake2b(chunk.encode(), digest_size=16).digest()))


def point(chunk: Chunk) -> q.PointStruct:
    """Return a chunk as a point."""
    vector: dict[str, Any] = {MEANING: unit(chunk.embedding).tolist()}
    weights = sparse(chunk.text)
    if weights:
        vector[WORDS] = q.SparseVector(indices=list(weights), values=list(weights.values()))
    payload = {
        "id": chunk.id,
        "text": chunk.text,
        FILE: chunk.file_id,
        "position": chunk.position,
        "attributes": msgspec.json.encode(chunk.attributes).decode(),
        "payload": chunk.payload,
        MARKS: marks(chunk.attributes),
        **places(chunk.attributes),
    }
    return q.PointStruct(id=point_id(chunk.id), vector=vector, payload=payload)


def chunk(found: q.Record | q.ScoredPoint) -> Chunk:
    """Return the chunk that a point is of, with its vector if it came with the point."""
    payload = found.payload or {}
    return Chunk(
        id=payload["id"],
        text=payload["text"],
        embedding=_vector(found.vector),
        file_id=payload[FILE],
        position=payload["position"],
        attributes=_attributes.decode(payload["attributes"]),
        payload=payload["payload"],
    )


def any_word(text: str) -> q.SparseVector:
    """Return what is asked of the sparse vectors. It is empty if the text has no words."""
    numbers = sorted({numbered(word) for word in words(text)})
    return q.SparseVector(indices=numbers, values=[1.0] * len(numbers))


def _vector(found: Any) -> Vector:
    return np.array(found[MEANING], np.float32) if found else NO_VECTOR
