"""Chroma's library, and what its documentation shows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import chromadb
import numpy as np
from chromadb.config import Settings

from fleet_bench.stores.corpus import NEIGHBOURS, Question, Row
from fleet_bench.stores.load import Ask
from fleet_bench.stores.store import Place, Store
from fleet_vector_io.chroma.engine import CONFIGURATION
from fleet_vector_io.providers.chromadb_local import ChromaLocal

if TYPE_CHECKING:
    from chromadb.api.client import Client


class _Records:
    """A collection in a folder."""

    def __init__(self, place: Place) -> None:
        settings = Settings(anonymized_telemetry=False)
        self._client = cast("Client", chromadb.PersistentClient(place.folder / "own", settings))
        configuration: Any = CONFIGURATION
        self._collection = self._client.create_collection(
            "items", embedding_function=None, configuration=configuration
        )

    def put(self, rows: Sequence[Row]) -> None:
        self._collection.add(
            ids=[str(row.number) for row in rows],
            embeddings=np.stack([row.vector for row in rows]),
            documents=[row.text for row in rows],
            metadatas=[{"group": row.group} for row in rows],
        )

    def ready(self) -> None:
        pass  # rows are linked as they come

    def caller(self, candidates: int | None) -> Ask:
        def ask(question: Question) -> list[int]:
            where: Any = None if question.group is None else {"group": question.group}
            found = self._collection.query(
                query_embeddings=question.vector[np.newaxis], n_results=NEIGHBOURS, where=where
            )
            return [int(each) for each in found["ids"][0]]

        return ask

    def close(self) -> None:
        self._client.close()


def _provider(place: Place, candidates: int | None = None) -> ChromaLocal:
    return ChromaLocal(ChromaLocal.Config(db_path=place.folder / "ours"))


CHROMA = Store(_provider, _Records)
