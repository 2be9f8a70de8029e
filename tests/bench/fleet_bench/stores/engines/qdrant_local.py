"""Qdrant's library in its local mode, and what its documentation shows."""

from collections.abc import Sequence

from qdrant_client import QdrantClient
from qdrant_client import models as q

from fleet_bench.stores.corpus import DIMENSION, NEIGHBOURS, Question, Row
from fleet_bench.stores.load import Ask
from fleet_bench.stores.store import Place, Store
from fleet_vector_io.providers.qdrant_local import QdrantLocal

_NAME = "items"


class _Points:
    """A collection in a folder."""

    def __init__(self, place: Place) -> None:
        # Callers are in several threads, and only read.
        self._client = QdrantClient(
            path=str(place.folder / "own"), force_disable_check_same_thread=True
        )
        vectors = q.VectorParams(size=DIMENSION, distance=q.Distance.COSINE)
        self._client.create_collection(_NAME, vectors_config=vectors)

    def put(self, rows: Sequence[Row]) -> None:
        points = [
            q.PointStruct(
                id=row.number,
                vector=row.vector.tolist(),
                payload={"content": row.text, "group": row.group},
            )
            for row in rows
        ]
        self._client.upsert(_NAME, points)

    def ready(self) -> None:
        pass  # every search compares all

    def caller(self, candidates: int | None) -> Ask:
        def ask(question: Question) -> list[int]:
            within = None
            if question.group is not None:
                of_group = q.FieldCondition(key="group", match=q.MatchValue(value=question.group))
                within = q.Filter(must=[of_group])
            found = self._client.query_points(
                _NAME, query=question.vector, query_filter=within, limit=NEIGHBOURS
            )
            return [int(point.id) for point in found.points]

        return ask

    def close(self) -> None:
        self._client.close()


def _provider(place: Place, candidates: int | None = None) -> QdrantLocal:
    return QdrantLocal(QdrantLocal.Config(path=place.folder / "ours"))


QDRANT_LOCAL = Store(_provider, _Points)
