"""Faiss, flat and as a graph, and what its wiki shows: an index, and beside it a list of what the rows say."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Literal

import faiss
import numpy as np

from fleet_bench.stores.corpus import DIMENSION, NEIGHBOURS, Question, Row
from fleet_bench.stores.load import Ask
from fleet_bench.stores.store import Place, Store
from fleet_vector_io.providers.faiss import Faiss

_DEFAULT = Faiss.Config.model_fields


class _InMemory:
    """An index that nothing keeps."""

    def __init__(self, place: Place, *, is_graph: bool) -> None:
        del place
        self._is_graph = is_graph
        self._index = faiss.IndexFlatIP(DIMENSION)
        if is_graph:
            metric = faiss.METRIC_INNER_PRODUCT
            self._index = faiss.IndexHNSWFlat(DIMENSION, _DEFAULT["hnsw_m"].default, metric)
            self._index.hnsw.efConstruction = _DEFAULT["ef_construction"].default
        self._texts: list[str] = []
        self._groups: defaultdict[int, list[int]] = defaultdict(list)

    def put(self, rows: Sequence[Row]) -> None:
        self._index.add(np.stack([row.vector for row in rows]))
        self._texts += [row.text for row in rows]
        for row in rows:
            self._groups[row.group].append(row.number)

    def ready(self) -> None:
        pass  # rows are linked as they come

    def caller(self, candidates: int | None) -> Ask:
        candidates = candidates or _DEFAULT["ef_search"].default

        def ask(question: Question) -> list[int]:
            # More threads than one for a single vector only wait for each other.
            faiss.omp_set_num_threads(1)
            vectors = question.vector[np.newaxis]
            parameters = self._parameters(question, candidates)
            _, [places] = self._index.search(vectors, NEIGHBOURS, params=parameters)
            found = [(place, self._texts[place]) for place in places.tolist() if place >= 0]
            return [place for place, _ in found]

        return ask

    def close(self) -> None:
        self._index.reset()

    def _parameters(self, question: Question, candidates: int) -> faiss.SearchParameters:
        selector = None
        if question.group is not None:
            selector = faiss.IDSelectorBatch(self._groups[question.group])
        if self._is_graph:
            return faiss.SearchParametersHNSW(sel=selector, efSearch=candidates)
        return faiss.SearchParameters(sel=selector)


def _provider(
    place: Place, candidates: int | None = None, *, index: Literal["flat", "hnsw"]
) -> Faiss:
    width = candidates or _DEFAULT["ef_search"].default
    path = place.folder / "ours.db"
    settings = {"db_path": path, "index": index, "ef_search": width}
    return Faiss(Faiss.Config.model_validate(settings))


FLAT = Store(partial(_provider, index="flat"), partial(_InMemory, is_graph=False))
HNSW = Store(
    partial(_provider, index="hnsw"),
    partial(_InMemory, is_graph=True),
    candidates={"own": (16, 64, 512)},  # ours would make its graph anew each time, for minutes
)
