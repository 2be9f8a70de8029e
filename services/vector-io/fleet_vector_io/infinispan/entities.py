"""Chunks as entities of Infinispan.

All that is looked up is written in hexadecimal digits: then nothing in it is syntax in a query, and it sorts as the
texts do. Words are cut by us (`fleet_vector_io.words`), and only split at spaces by the index.

Format: https://infinispan.org/docs/stable/titles/query/query.html
"""

import hashlib
from typing import Any

import msgspec
import numpy as np

from fleet_vector_io.filters import Scalar
from fleet_vector_io.provider import Chunk
from fleet_vector_io.tokens import tokens
from fleet_vector_io.vectors import NO_VECTOR, unit
from fleet_vector_io.words import words

_attributes_of = msgspec.json.Decoder(dict[str, Scalar]).decode


def schema(name: str, dimension: int) -> bytes:
    """Return the Protocol Buffers schema of the entities of one collection."""
    return f"""syntax = "proto2";

/** @Indexed */
message {name} {{
  /** @Keyword(sortable = true) */
  optional string place = 1;
  /** @Keyword */
  repeated string tokens = 2;
  /** @Text(analyzer = "whitespace") */
  optional string words = 3;
  /** @Vector(dimension = {dimension}, similarity = COSINE) */
  repeated float embedding = 4;
  optional string chunk_id = 5;
  optional string file_id = 6;
  optional int64 position = 7;
  optional string text = 8;
  optional string attributes = 9;
  optional string payload = 10;
}}
""".encode()


def cache(name: str) -> dict[str, Any]:
    """Return the definition of a cache on disk, whose entries are found as soon as they are in."""
    indexing = {
        "enabled": True,
        "storage": "filesystem",
        "startup-mode": "AUTO",
        "indexed-entities": [name],
    }
    return {
        "distributed-cache": {
            "mode": "SYNC",
            "encoding": {"media-type": "application/x-protostream"},
            "indexing": indexing,
            "persistence": {"file-store": {}},
        }
    }


def key(chunk_id: str) -> str:
    """Return the key of a chunk's entry."""
    return hashlib.sha256(chunk_id.encode()).hexdigest()


def written(text: str) -> str:
    """Return a text as it is looked up."""
    return text.encode().hex()


def file_token(file_id: str) -> str:
    """Return what an entity of a file has among its tokens."""
    return f"f-{written(file_id)}"


def id_token(chunk_id: str) -> str:
    """Return what the entity of a chunk has among its tokens."""
    return f"c-{written(chunk_id)}"


def entity(name: str, chunk: Chunk) -> dict[str, Any]:
    """Return a chunk as an entity of a collection."""
    found = [written(each) for each in tokens(chunk.attributes)]
    return {
        "_type": name,
        "place": f"{written(chunk.file_id)}-{chunk.position:020}-{written(chunk.id)}",
        "tokens": [id_token(chunk.id), file_token(chunk.file_id), *found],
        "words": " ".join(words(chunk.text)),
        "embedding": unit(chunk.embedding).tolist(),
        "chunk_id": chunk.id,
        "file_id": chunk.file_id,
        "position": chunk.position,
        "text": chunk.text,
        "attributes": msgspec.json.encode(dict(chunk.attributes)).decode(),
        "payload": chunk.payload,
    }


class Entity(msgspec.Struct):
    """An entity that was found. Fields that are empty are left out."""

    chunk_id: str = ""
    file_id: str = ""
    position: int = 0
    text: str = ""
    attributes: str = "{}"
    payload: str = "{}"
    embedding: list[float] = []

    def chunk(self, *, with_vector: bool) -> Chunk:
        """Return the chunk that it is."""
        return Chunk(
            self.chunk_id,
            self.text,
            np.array(self.embedding, np.float32) if with_vector else NO_VECTOR,
            self.file_id,
            self.position,
            _attributes_of(self.attributes),
            self.payload,
        )
