"""Chunks to try stores with, what they should answer, and filters by chance."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from fleet_vector_io.filters import (
    Attributes,
    Compound,
    Equality,
    Filter,
    Membership,
    Order,
    Scalar,
    kind,
    matches,
)
from fleet_vector_io.provider import Chunk, Hit, Vector

DIMENSION = 32
"""The length of all vectors here, where nothing else is said."""

_KEYS = ("a", "b", 'it\'s "odd"', "$.ä[0]\\", "id")
_TEXTS = ("", "1", "true", "B", "b", "it's", 'say "x"', "é", "\uffff", "\U00010000", "%", "\\")
_NUMBERS = (0, 1, -1, 1.0, 1.5, -2.25, 10, 9, 2**53 - 1, 1e300, 1e-9)
_BOOLEANS = (True, False)
_VALUES: tuple[Scalar, ...] = (*_TEXTS, *_NUMBERS, *_BOOLEANS)


def vectors(count: int, seed: int = 0, dimension: int = DIMENSION) -> NDArray[np.float32]:
    """Return `count` vectors of all directions, of shape `(count, dimension)`."""
    return np.random.default_rng(seed).standard_normal((count, dimension), dtype=np.float32)


def numbered(count: int, seed: int = 0, text: str = "a chunk") -> list[Chunk]:
    """Return `count` chunks `c0`, `c1`, … of different directions, ten of each file."""
    return [
        Chunk(f"c{n}", text, vector, file_id=f"file-{n // 10}", position=n % 10)
        for n, vector in enumerate(vectors(count, seed))
    ]


def texts(*said: str) -> list[Chunk]:
    """Return a chunk for each text."""
    return [replace(each, text=text) for each, text in zip(numbered(len(said)), said, strict=True)]


def varied(count: int = 60) -> list[Chunk]:
    """Return chunks whose attributes are of every kind and often absent."""
    chance = np.random.default_rng(1)

    def attributes() -> Attributes:
        held = chance.integers(0, 3, len(_KEYS)) > 0
        values = chance.integers(0, len(_VALUES), len(_KEYS))
        return {
            key: _VALUES[value]
            for key, value, is_held in zip(_KEYS, values, held, strict=True)
            if is_held
        }

    return [replace(each, attributes=attributes()) for each in numbered(count)]


def cosines(vector: Vector, chunks: Sequence[Chunk]) -> NDArray[np.float64]:
    """Return the cosine between `vector` and each chunk's, of shape `(chunks,)`."""
    rows = np.stack([chunk.embedding for chunk in chunks]).astype(np.float64)
    asked = vector.astype(np.float64)
    scale = np.linalg.norm(rows, axis=1) * np.linalg.norm(asked)
    found: NDArray[np.float64] = rows @ asked / scale
    return found


def nearest(vector: Vector, chunks: Sequence[Chunk], limit: int) -> list[str]:
    """Return the ids of the `limit` chunks that point most nearly where `vector` does, the nearest first."""
    order = np.argsort(-cosines(vector, chunks), kind="stable")[:limit]
    return [chunks[place].id for place in order]


def ids(found: Iterable[Hit | Chunk]) -> list[str]:
    """Return the ids of what was found, in its order."""
    return [each.chunk.id if isinstance(each, Hit) else each.id for each in found]


def fulfilling(condition: Filter, chunks: Sequence[Chunk]) -> set[str]:
    """Return the ids of the chunks whose attributes fulfil `condition`."""
    return {chunk.id for chunk in chunks if matches(condition, chunk.attributes)}


def seen(chunk: Chunk) -> dict[str, object]:
    """Return all of a chunk but its vector, with the kinds of its attributes, to be compared."""
    return {
        "id": chunk.id,
        "text": chunk.text,
        "file_id": chunk.file_id,
        "position": chunk.position,
        "attributes": {key: (value, kind(value)) for key, value in chunk.attributes.items()},
        "payload": chunk.payload,
    }


def filters() -> st.SearchStrategy[Filter]:
    """Return filters by chance, up to three levels deep, on the attributes that `varied` gives."""
    keys = st.sampled_from((*_KEYS, "absent"))
    one_kind = st.one_of(
        *(st.lists(st.sampled_from(values), min_size=1, max_size=4) for values in _KINDS)
    )
    alone: st.SearchStrategy[Filter] = st.one_of(
        st.builds(Equality, st.sampled_from(("eq", "ne")), keys, st.sampled_from(_VALUES)),
        st.builds(
            Order,
            st.sampled_from(("gt", "gte", "lt", "lte")),
            keys,
            st.sampled_from((*_TEXTS, *_NUMBERS)),
        ),
        st.builds(Membership, st.sampled_from(("in", "nin")), keys, one_kind.map(tuple)),
    )
    return st.recursive(alone, _compounds, max_leaves=6)


_KINDS: tuple[tuple[Scalar, ...], ...] = (_TEXTS, _NUMBERS, _BOOLEANS)


def _compounds(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.builds(Compound, st.sampled_from(("and", "or")), several)
