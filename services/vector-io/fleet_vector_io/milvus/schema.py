"""What Milvus keeps of a chunk.

Texts that filters or keys are made of are digests, as Milvus' expressions have quotes and limits; what a chunk says
comes back out of one field, cut into pieces, as no text of Milvus may be longer than 65,535 bytes. A chunk's places
(`fleet_vector_io.marks`) are dynamic fields by their names.

Format: https://milvus.io/docs/schema.md
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from pymilvus import CollectionSchema, DataType, Function, FunctionType

from fleet_runtime.errors import InvalidArgument
from fleet_vector_io.filters import Scalar
from fleet_vector_io.marks import marks, places
from fleet_vector_io.provider import Chunk, Vector
from fleet_vector_io.vectors import NO_VECTOR, unit
from fleet_vector_io.words import words

KEY = "key"
FILE = "file"
MARKS = "marks"
CONTENT = "content"
VECTOR = "vector"
TERMS = "terms"
ORDER = ["file_id", "position", "id"]
"""What chunks are sorted by."""

_WORDS = "words"
# In bytes, of one text.
_LONGEST = 65_535
# In characters, of up to four bytes each.
_PIECE = _LONGEST // 4
_PIECES = 4096


class _Content(msgspec.Struct, array_like=True):
    """A chunk, but for its vector."""

    id: str
    text: str
    file_id: str
    position: int
    attributes: dict[str, Scalar]
    payload: str


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Content).decode


def schema(dimension: int) -> CollectionSchema:
    """Return the fields of a collection, of which Milvus fills `terms` with what the words weigh (BM25)."""
    made = CollectionSchema([], enable_dynamic_field=True, check_fields=False)
    made.add_field(KEY, DataType.VARCHAR, is_primary=True, max_length=32)
    made.add_field(FILE, DataType.VARCHAR, max_length=32)
    made.add_field("file_id", DataType.VARCHAR, max_length=_LONGEST)
    made.add_field("position", DataType.INT64)
    made.add_field("id", DataType.VARCHAR, max_length=_LONGEST)
    made.add_field(MARKS, DataType.VARCHAR, max_length=_LONGEST)
    made.add_field(
        CONTENT,
        DataType.ARRAY,
        element_type=DataType.VARCHAR,
        max_capacity=_PIECES,
        max_length=_LONGEST,
    )
    made.add_field(
        _WORDS,
        DataType.VARCHAR,
        max_length=_LONGEST,
        enable_analyzer=True,
        analyzer_params={"tokenizer": "standard"},
    )
    made.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dimension)
    made.add_field(TERMS, DataType.SPARSE_FLOAT_VECTOR)
    made.add_function(Function("bm25", FunctionType.BM25, [_WORDS], [TERMS]))
    return made


def row(chunk: Chunk) -> dict[str, Any]:
    """Return a chunk as Milvus keeps it.

    Raises:
        InvalidArgument: It has more different words than Milvus can look for.
    """
    content = _Content(
        chunk.id,
        chunk.text,
        chunk.file_id,
        chunk.position,
        dict(chunk.attributes),
        chunk.payload,
    )
    written = _encode(content).decode()
    return {
        KEY: digest(chunk.id),
        FILE: digest(chunk.file_id),
        "file_id": chunk.file_id,
        "position": chunk.position,
        "id": chunk.id,
        MARKS: "".join(f"{mark}," for mark in ("", *marks(chunk.attributes))),
        CONTENT: [written[at : at + _PIECE] for at in range(0, len(written), _PIECE)],
        _WORDS: _counted(words(chunk.text)),
        VECTOR: unit(chunk.embedding),
        **places(chunk.attributes),
    }


def chunk(pieces: Sequence[str], embedding: Vector = NO_VECTOR) -> Chunk:
    """Return the chunk whose content came in pieces."""
    content = _decode("".join(pieces))
    return Chunk(
        id=content.id,
        text=content.text,
        embedding=embedding,
        file_id=content.file_id,
        position=content.position,
        attributes=content.attributes,
        payload=content.payload,
    )


def digest(text: str) -> str:
    """Return what stands for an id: 32 hexadecimal digits."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _counted(found: Sequence[str]) -> str:
    """Return words for Milvus to count. Where all are too long, those that come often do so less."""
    text = " ".join(found)
    if len(text.encode()) <= _LONGEST:
        return text
    counts = Counter(found)
    text = " ".join(counts)
    if len(text.encode()) > _LONGEST:
        raise InvalidArgument(
            "A chunk has more different words than this vector store can look for; make smaller chunks.",
            param="chunks",
        )
    for most in range(2, max(counts.values()) + 1):
        more = " ".join([text, *(word for word, count in counts.items() if count >= most)])
        if len(more.encode()) > _LONGEST:
            break
        text = more
    return text
