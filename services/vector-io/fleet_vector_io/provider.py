"""What a vector store provider is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fleet_runtime.providers import Provider
from fleet_vector_io.filters import Attributes, Filter

Vector: TypeAlias = NDArray[np.float32]
"""One vector, of shape `(dimension,)`."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Where a provider keeps the chunks of one vector store.

    Attributes:
        id: Names it: 1 to 128 letters, digits, `_`, `-` and `.`. Providers whose engine allows fewer must tell any two
            ids apart all the same.
        dimension: The length of its vectors.
    """

    id: str
    dimension: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a text, with its vector.

    Attributes:
        id: Names it within its collection: any text of 1 to 256 characters.
        text: What it says.
        embedding: Its vector, of any length but zero; only its direction counts.
        file_id: The file that it is of; empty if it was put in by itself.
        position: Its place in its file, from 0.
        attributes: What filters look at. Keys are any texts of 1 to 256 characters.
        payload: What the service wants back with it: a JSON object, which providers neither read nor change.
    """

    id: str
    text: str
    embedding: Vector
    file_id: str = ""
    position: int = 0
    attributes: Attributes = field(default_factory=dict)
    payload: str = "{}"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which chunks of a collection are meant: those that fulfil all that is set, or all if nothing is.

    Attributes:
        ids: Their ids.
        file_ids: Their files.
        condition: What their attributes fulfil.
    """

    ids: Sequence[str] | None = None
    file_ids: Sequence[str] | None = None
    condition: Filter | None = None


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class ByMeaning:
    """A search for the chunks whose vectors point most nearly where `vector` does. Scores are cosines, -1 to 1."""

    vector: Vector
    limit: int
    within: Selection = EVERYTHING


@dataclass(frozen=True, slots=True)
class ByWords:
    """A search for chunks that have words of `text`: any of them, in any case.

    Scores are above 0, and higher for more and for rarer words, as BM25 has it. Chunks without any are not found.
    """

    text: str
    limit: int
    within: Selection = EVERYTHING


Search: TypeAlias = ByMeaning | ByWords
SearchMode: TypeAlias = Literal["vector", "keyword"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, and how well it fits; higher is better."""

    chunk: Chunk
    score: float


class VectorIOProvider(Provider, Protocol):
    """Keeps chunks, and finds them.

    What a method has done when it returns holds: it survives a crash of this process or of the engine, and every
    replica of the service sees it from then on. Every method may be called again with the same arguments, as after a
    crash, and changes nothing then; methods are called by many tasks at once.

    Selections and filters are applied by the engine before it takes the best `limit`, never to what came out of it.
    What the engine cannot do raises `Unimplemented`, with what would help; nothing is answered wrongly. If the engine
    cannot be reached it is `Unavailable`. Vectors come in the collection's dimension: the service has checked.
    """

    async def create(self, collection: Collection) -> None:
        """Make room for a collection. One that is there stays as it is."""
        ...

    async def drop(self, collection: Collection) -> None:
        """Forget a collection with all its chunks. One that is not there is no error."""
        ...

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        """Put chunks in, all or none as far as the engine can; one whose id is in takes its place."""
        ...

    async def delete(self, collection: Collection, selection: Selection) -> None:
        """Take chunks out."""
        ...

    async def search(self, collection: Collection, query: Search) -> list[Hit]:
        """Return the best chunks, the best first, without their vectors: `embedding` is empty, of shape `(0,)`."""
        ...

    async def chunks(
        self, collection: Collection, selection: Selection, *, offset: int = 0, limit: int = 1000
    ) -> list[Chunk]:
        """Return chunks with their vectors, by file, then by position, then by id."""
        ...
