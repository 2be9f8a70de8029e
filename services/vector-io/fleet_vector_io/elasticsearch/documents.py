"""Chunks as documents of Elasticsearch.

Format: https://www.elastic.co/docs/reference/elasticsearch/mapping-reference
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

from fleet_vector_io.provider import Chunk
from fleet_vector_io.tokens import tokens
from fleet_vector_io.vectors import unit

_UNSEARCHED = {"type": "keyword", "index": False, "doc_values": False}


def mappings(dimension: int) -> dict[str, Any]:
    """Return the fields of an index. No other field is taken.

    The vectors' graph is of full floats: quantised ones, the default, make of cosines something near them.
    """
    vector = {
        "type": "dense_vector",
        "dims": dimension,
        "index": True,
        "similarity": "cosine",
        "index_options": {"type": "hnsw"},
    }
    return {
        "dynamic": "strict",
        "properties": {
            "chunk_id": {"type": "keyword"},
            "file_id": {"type": "keyword"},
            "position": {"type": "long"},
            "text": {"type": "text"},
            "embedding": vector,
            "tokens": {"type": "keyword", "doc_values": False},
            "attributes": _UNSEARCHED,
            "payload": _UNSEARCHED,
        },
    }


def bulk(chunks: Iterable[Chunk]) -> bytes:
    """Return the body of `_bulk` that puts chunks in, each in the place of the one with its id."""
    lines: list[Any] = []
    for chunk in chunks:
        lines += [{"index": {"_id": _document_id(chunk.id)}}, _document(chunk)]
    return msgspec.json.Encoder().encode_lines(lines)


def _document_id(chunk: str) -> str:
    """Return a chunk's id in at most 512 bytes, which is all that Elasticsearch takes."""
    return hashlib.sha256(chunk.encode()).hexdigest()


def _document(chunk: Chunk) -> dict[str, Any]:
    return {
        "chunk_id": chunk.id,
        "file_id": chunk.file_id,
        "position": chunk.position,
        "text": chunk.text,
        "embedding": unit(chunk.embedding).tolist(),
        "tokens": tokens(chunk.attributes),
        "attributes": msgspec.json.encode(dict(chunk.attributes)).decode(),
        "payload": chunk.payload,
    }
