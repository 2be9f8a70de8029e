"""Graphs in files beside the chunks: to link vectors anew takes minutes for a hundred thousand.

A file is never trusted for what it says of itself: its vectors are compared with those of the chunks, one by one. So
what is older than the chunks is caught up, and what is of other chunks is not used.
"""

import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import faiss
import numpy as np
import structlog

from fleet_vector_io.faiss_index.hnsw import Graph, HnswIndex, Links
from fleet_vector_io.in_memory.index import NO_NUMBERS, Index, Numbers
from fleet_vector_io.sqlite.tables import Tables

log = structlog.get_logger()

_GROWN = 1.2
"""How many times as many vectors there are when a graph is written again."""
_WORTH = 1000
"""How many vectors there are at least in a graph that is kept: fewer are linked in a second."""
_WORN = 0.25
"""The part of a graph that may have been taken out from the chunks for it to be used still."""
_BATCH = 4096
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile)
"""What NumPy, its ZIP archives and Faiss raise over files that are none of theirs, or are damaged."""


class KeptGraph:
    """Where the index of one collection is kept.

    Args:
        path: The file. It need not be there.
        dimension: The length of the vectors.
        links: How vectors are linked.
        ef_search: How many candidates are looked at for each search, at least.
    """

    def __init__(self, path: Path, dimension: int, links: Links, ef_search: int) -> None:
        self._path = path
        self._dimension = dimension
        self._links = links
        self._ef_search = ef_search
        self._kept = 0

    @property
    def vector_bytes(self) -> int:
        """A vector, its number, and its links: twice as many as elsewhere among all, and some in the levels above."""
        return 4 * self._dimension + 9 + 12 * self._links.m

    def start(self, tables: Tables) -> Index:
        """Return the index that was kept, without what was deleted since; or an empty one."""
        graph = self._read()
        index = None if graph is None else HnswIndex(graph, self._ef_search)
        if index is None or not _caught_up(index, tables):
            index = HnswIndex(Graph.empty(self._dimension, self._links), self._ef_search)
        self._kept = len(index)
        return index

    def keep(self, index: Index) -> None:
        """Write it if it has grown much."""
        if len(index) >= max(_WORTH, _GROWN * self._kept):
            self._write(index)

    def close(self, index: Index) -> None:
        """Write it if it has grown."""
        if len(index) >= max(_WORTH, self._kept + 1):
            self._write(index)

    def remove(self) -> None:
        """Take the file away."""
        self._path.unlink(missing_ok=True)

    def _write(self, index: Index) -> None:
        assert isinstance(index, HnswIndex)  # noqa: S101 - `start` made it
        self._kept = len(index)
        try:
            _write(index.graph, self._links, self._path)
        except OSError as error:
            # The disk is full, say. The index is there all the same.
            log.warning("graph_not_kept", path=str(self._path), reason=str(error))

    def _read(self) -> Graph | None:
        try:
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                links = Links(*arrays["links"].tolist())
                vectors = faiss.deserialize_index(arrays["graph"])
                graph = Graph(vectors, arrays["numbers"], arrays["gone"])
        except FileNotFoundError:
            return None
        except _UNREADABLE as error:
            log.warning("graph_unreadable", path=str(self._path), reason=type(error).__name__)
            return None
        fits = isinstance(vectors, faiss.IndexHNSWFlat) and links == self._links
        same = len(graph.numbers) == len(graph.gone) == vectors.ntotal
        return graph if fits and same and vectors.d == self._dimension else None


def _write(graph: Graph, links: Links, path: Path) -> None:
    """Write a file in full or not at all, whoever else does the same."""
    with NamedTemporaryFile(prefix=f"{path.name}.", dir=path.parent, delete=False) as file:
        written = Path(file.name)
        try:
            np.savez(
                file,
                links=np.array([links.m, links.ef_construction]),
                numbers=graph.numbers,
                gone=graph.gone,
                graph=faiss.serialize_index(graph.vectors),
            )
            file.flush()
            written.replace(path)
        except BaseException:
            with suppress(OSError):
                written.unlink()
            raise


def _caught_up(index: HnswIndex, tables: Tables) -> bool:
    """Take out what `tables` have no more; or say that it is of other chunks, or worn."""
    if not len(index):
        return False
    last = index.graph.numbers[-1]
    left: list[Numbers] = [NO_NUMBERS]
    for numbers, vectors in tables.vectors(0, _BATCH):
        known = numbers <= last
        if not index.holds(numbers[known], vectors[known]):
            return False
        left.append(numbers[known])
        if not known.all():
            break
    index.remove(np.setdiff1d(index.numbers, np.concatenate(left), assume_unique=True))
    return len(index.numbers) >= (1 - _WORN) * len(index)
