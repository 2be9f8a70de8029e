"""Chunks as Chroma's records.

Chroma finds parts of documents, in their case, and the values of metadata. So a record's document is the chunk's words
with a space around each, in which a whole word is a part; its text is metadata, beside its marks and places
(`fleet_vector_io.marks`); attributes are JSON, so that they come back just as they were. Its URI says where the chunk
stands in its file, as nothing else comes back without all metadata.

Format: https://docs.trychroma.com/docs/collections/add-data
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from fleet_vector_io.filters import Scalar
from fleet_vector_io.marks import marks, places
from fleet_vector_io.provider import Chunk
from fleet_vector_io.vectors import NO_VECTOR, unit
from fleet_vector_io.words import words

ID = "id"
FILE = "file_id"
MARKS = "marks"

_encode = msgspec.json.Encoder().encode
_attributes = msgspec.json.Decoder(dict[str, Scalar])
_place = msgspec.json.Decoder(tuple[str, int])


def records(chunks: Sequence[Chunk], present: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Return chunks as Chroma takes them.

    Args:
        chunks: The chunks, each id once.
        present: The metadata keys of those that Chroma has already, by their ids. Chroma leaves there what is not
            overwritten, and takes out what is `None`.
    """
    return {
        "ids": [each.id for each in chunks],
        "embeddings": [unit(each.embedding).tolist() for each in chunks],
        "documents": [document(words(each.text)) for each in chunks],
        "metadatas": [
            {**dict.fromkeys(present.get(each.id, ())), **_metadata(each)} for each in chunks
        ],
        "uris": [_encode((each.file_id, each.position)).decode() for each in chunks],
    }


def document(found: Sequence[str]) -> str:
    """Return words as documents have them."""
    return f" {' '.join(found)} "


def chunk(metadata: Mapping[str, Any], embedding: Any = None) -> Chunk:
    """Return the chunk of a record, with its vector if that came too."""
    return Chunk(
        id=metadata[ID],
        text=metadata["text"],
        embedding=NO_VECTOR if embedding is None else np.array(embedding, np.float32),
        file_id=metadata[FILE],
        position=metadata["position"],
        attributes=_attributes.decode(metadata["attributes"]),
        payload=metadata["payload"],
    )


def place(uri: str) -> tuple[str, int]:
    """Return the file and the position that a URI says."""
    return _place.decode(uri)


def _metadata(chunk: Chunk) -> dict[str, Any]:
    return {
        ID: chunk.id,
        "text": chunk.text,
        FILE: chunk.file_id,
        "position": chunk.position,
        "attributes": _encode(chunk.attributes).decode(),
        "payload": chunk.payload,
        MARKS: marks(chunk.attributes) or None,  # Chroma takes no empty list
        **places(chunk.attributes),
    }
