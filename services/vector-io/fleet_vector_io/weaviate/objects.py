"""Chunks as objects of Weaviate.

Weaviate trims texts that it looks up, and sorts without regard to case; hence all that is looked up, compared and
sorted here is written in hexadecimal digits, which keeps its order.

Format: https://docs.weaviate.io/weaviate/config-refs/collections
"""

import hashlib
import uuid
from collections.abc import Iterable
from typing import Any

import msgspec

from fleet_vector_io.filters import Attributes, Scalar
from fleet_vector_io.provider import Chunk
from fleet_vector_io.tokens import head, token, tokens
from fleet_vector_io.vectors import unit

_IDS = uuid.UUID("5a5ad4f4-6c52-4f83-9d5c-16b0c0fdc5f4")


def schema(name: str) -> dict[str, Any]:
    """Return the definition of a class, to which properties are added as attributes come.

    No word is left out of searches, as `the` is by default.
    """
    words = {"indexFilterable": False, "indexSearchable": True, "tokenization": "word"}
    return {
        "class": name,
        "vectorizer": "none",
        "vectorIndexType": "hnsw",
        "vectorIndexConfig": {"distance": "cosine"},
        "invertedIndexConfig": {"stopwords": {"preset": "none"}},
        "properties": [
            _unsearched("chunk_id"),
            _unsearched("file_id"),
            {"name": "position", "dataType": ["int"], "indexFilterable": False},
            {"name": "text", "dataType": ["text"], **words},
            _looked_up("tokens", "text[]"),
            looked_up("place"),
            _unsearched("attributes"),
            _unsearched("payload"),
        ],
    }


def looked_up(name: str) -> dict[str, Any]:
    """Return the definition of a property that is compared as a whole."""
    return _looked_up(name, "text")


def _looked_up(name: str, kind: str) -> dict[str, Any]:
    index = {"indexFilterable": True, "indexSearchable": False, "tokenization": "field"}
    return {"name": name, "dataType": [kind], **index}


def _unsearched(name: str) -> dict[str, Any]:
    index = {"indexFilterable": False, "indexSearchable": False}
    return {"name": name, "dataType": ["text"], **index}


def property_of(key: str, value: Scalar) -> str:
    """Return the name of the property that holds an attribute to be ordered, where its values are as `value` is."""
    return f"o_{hashlib.sha256(head(key, value).encode()).hexdigest()[:32]}"


def properties_of(chunks: Iterable[Chunk]) -> set[str]:
    """Return the names of the properties that chunks have beside those of the schema."""
    return {name for chunk in chunks for name in _ordered(chunk.attributes)}


def written(text: str) -> str:
    """Return a text as it is looked up."""
    return text.encode().hex()


def file_token(file_id: str) -> str:
    """Return what an object of a file has among its tokens."""
    return f"f-{written(file_id)}"


def id_token(chunk_id: str) -> str:
    """Return what the object of a chunk has among its tokens."""
    return f"c-{written(chunk_id)}"


def objects(name: str, chunks: Iterable[Chunk]) -> bytes:
    """Return the body of a batch that puts chunks into a class, each in the place of the one with its id."""
    return msgspec.json.encode({"objects": [_object(name, chunk) for chunk in chunks]})


def _object(name: str, chunk: Chunk) -> dict[str, Any]:
    found = [written(each) for each in tokens(chunk.attributes)]
    properties = {
        "chunk_id": chunk.id,
        "file_id": chunk.file_id,
        "position": chunk.position,
        "text": chunk.text,
        "tokens": [id_token(chunk.id), file_token(chunk.file_id), *found],
        "place": _place(chunk),
        "attributes": msgspec.json.encode(dict(chunk.attributes)).decode(),
        "payload": chunk.payload,
    }
    return {
        "class": name,
        "id": str(uuid.uuid5(_IDS, chunk.id)),
        "properties": properties | _ordered(chunk.attributes),
        "vector": unit(chunk.embedding).tolist(),
    }


def _place(chunk: Chunk) -> str:
    """Return a text that sorts as chunks are listed; the dash comes before all digits."""
    return f"{written(chunk.file_id)}-{chunk.position:020}-{written(chunk.id)}"


def _ordered(attributes: Attributes) -> dict[str, str]:
    """Return the properties for attributes that have an order: numbers and texts."""
    return {
        property_of(key, value): written(token(key, value))
        for key, value in attributes.items()
        if not isinstance(value, bool)
    }
