"""Chunks as nodes of Neo4j."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from fleet_vector_io.filters import Scalar
from fleet_vector_io.provider import Chunk
from fleet_vector_io.tokens import tokens
from fleet_vector_io.vectors import NO_VECTOR, unit

_attributes_of = msgspec.json.Decoder(dict[str, Scalar]).decode


def row(chunk: Chunk) -> dict[str, Any]:
    """Return the properties of a chunk's node."""
    return {
        "id": chunk.id,
        "file_id": chunk.file_id,
        "position": chunk.position,
        "text": chunk.text,
        "embedding": unit(chunk.embedding).tolist(),
        "tokens": tokens(chunk.attributes),
        "attributes": msgspec.json.encode(dict(chunk.attributes)).decode(),
        "payload": chunk.payload,
    }


def chunk_of(found: Mapping[str, Any]) -> Chunk:
    """Return the chunk of a record, without its vector if that was not asked for."""
    embedding = found.get("embedding")
    return Chunk(
        found["id"],
        found["text"],
        NO_VECTOR if embedding is None else np.array(embedding, np.float32),
        found["file_id"],
        found["position"],
        _attributes_of(found["attributes"]),
        found["payload"],
    )
