"""What an index in memory is: numbered vectors of length one, whose products are cosines."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fleet_vector_io.provider import Vector
from fleet_vector_io.sqlite.tables import Tables

Numbers: TypeAlias = NDArray[np.int64]
Vectors: TypeAlias = NDArray[np.float32]
"""Of shape `(vectors, dimension)`."""
Scored: TypeAlias = list[tuple[int, float]]
"""Numbers of vectors and their products with what was asked, the greatest first."""

NO_NUMBERS: Numbers = np.zeros(0, dtype=np.int64)


class Index(Protocol):
    """Vectors with numbers, which grow."""

    @property
    def numbers(self) -> Numbers:
        """Those of the vectors that are in, in order."""
        ...

    def __len__(self) -> int:
        """How many vectors it has room for now, with those that were taken out and only are found no more."""
        ...

    def add(self, numbers: Numbers, vectors: Vectors) -> None:
        """Put vectors in, whose numbers are above all that are in."""
        ...

    def remove(self, numbers: Numbers) -> None:
        """Take vectors out."""
        ...

    def nearest(self, asked: Vector, limit: int, within: Sequence[int] | None) -> Scored:
        """Return the vectors nearest to `asked`, of all or of those `within`."""
        ...


class IndexSource(Protocol):
    """Where a collection's index comes from, and where it may be kept."""

    @property
    def vector_bytes(self) -> int:
        """About how many bytes of memory each vector takes."""
        ...

    def start(self, tables: Tables) -> Index:
        """Return an index to go on with: an empty one, or one whose vectors are all in `tables`, up to some number."""
        ...

    def keep(self, index: Index) -> None:
        """Keep what `index` has become, if that is worth it by now."""
        ...

    def close(self, index: Index) -> None:
        """Keep what `index` has become, as it is needed here no more."""
        ...
