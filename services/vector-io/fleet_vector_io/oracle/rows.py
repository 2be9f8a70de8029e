"""Chunks as rows of Oracle.

Oracle takes an empty text for no text at all, and compares texts as a session's language has it. So all that is looked
up, compared and sorted is written in hexadecimal digits behind a letter, which is never empty and sorts the same in
every language.
"""

import hashlib
from array import array
from typing import Any

import msgspec
import numpy as np

from fleet_runtime.errors import InvalidArgument
from fleet_vector_io.filters import Scalar
from fleet_vector_io.provider import Chunk, Vector
from fleet_vector_io.tokens import tokens
from fleet_vector_io.vectors import NO_VECTOR, unit

_LONGEST = 4000
"""The longest text of a column that has an index, in bytes."""

_attributes_of = msgspec.json.Decoder(dict[str, Scalar]).decode


def written(text: str) -> str:
    """Return a text as it is looked up."""
    return f"x{text.encode().hex()}"


def read(text: str) -> str:
    """Return the text that `written` wrote."""
    return bytes.fromhex(text[1:]).decode()


def key(chunk_id: str) -> str:
    """Return the primary key of a chunk."""
    return hashlib.sha256(chunk_id.encode()).hexdigest()


def bound(vector: Vector) -> "array[float]":
    """Return a vector's direction as the driver takes it."""
    return array("f", unit(vector).tobytes())


def chunk_row(chunk: Chunk) -> dict[str, Any]:
    """Return the columns of a chunk."""
    return {
        "chunk_key": key(chunk.id),
        "chunk_id": written(chunk.id),
        "file_id": written(chunk.file_id),
        "position": chunk.position,
        "text": chunk.text,
        "attributes": msgspec.json.encode(dict(chunk.attributes)).decode(),
        "payload": chunk.payload,
        "embedding": bound(chunk.embedding),
    }


def token_rows(chunk: Chunk) -> list[dict[str, str]]:
    """Return a row for each attribute of a chunk.

    Raises:
        InvalidArgument: One is longer than Oracle can look up.
    """
    found = [written(token) for token in tokens(chunk.attributes)]
    for name, token in zip(chunk.attributes, found, strict=True):
        if len(token) > _LONGEST:
            raise InvalidArgument(
                f"The attribute '{name}' is too long for this vector store; use at most 1,700 bytes.",
                param="attributes",
            )
    return [{"chunk_key": key(chunk.id), "token": token} for token in found]


def chunk_of(row: tuple[Any, ...]) -> Chunk:
    """Return the chunk of a row: the columns of `statements.CHUNK`, and then its vector or nothing."""
    chunk_id, file_id, position, text, attributes, payload, *vector = row
    return Chunk(
        read(chunk_id),
        text or "",
        np.array(vector[0], np.float32) if vector else NO_VECTOR,
        read(file_id),
        int(position),
        _attributes_of(attributes),
        payload or "",
    )
