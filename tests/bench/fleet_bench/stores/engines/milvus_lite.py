"""Milvus Lite, and what its documentation shows, by pymilvus."""

from collections.abc import Sequence

from milvus_lite.server_manager import server_manager_instance
from pymilvus import DataType, MilvusClient

from fleet_bench.stores.corpus import DIMENSION, NEIGHBOURS, Question, Row
from fleet_bench.stores.load import Ask
from fleet_bench.stores.store import Place, Store
from fleet_vector_io.providers.milvus_lite import MilvusLite

_NAME = "items"
_MOST_TEXT = 65_535


class _Items:
    """A collection with a flat index, as our provider has it."""

    def __init__(self, place: Place) -> None:
        self._client = MilvusClient(str(place.folder / "own.db"))
        schema = self._client.create_schema()
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("content", DataType.VARCHAR, max_length=_MOST_TEXT)
        schema.add_field("group", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=DIMENSION)
        index = self._client.prepare_index_params()
        index.add_index("vector", index_type="FLAT", metric_type="COSINE")
        self._client.create_collection(_NAME, schema=schema, index_params=index)

    def put(self, rows: Sequence[Row]) -> None:
        self._client.insert(
            _NAME,
            [
                {"id": row.number, "content": row.text, "group": row.group, "vector": row.vector}
                for row in rows
            ],
        )

    def ready(self) -> None:
        self._client.flush(_NAME)

    def caller(self, candidates: int | None) -> Ask:
        def ask(question: Question) -> list[int]:
            [found] = self._client.search(
                _NAME,
                data=[question.vector],
                limit=NEIGHBOURS,
                filter="" if question.group is None else f"group == {question.group}",
                output_fields=["content", "group"],
            )
            return [hit["id"] for hit in found]

        return ask

    def close(self) -> None:
        self._client.close()
        server_manager_instance.release_all()


def _provider(place: Place, candidates: int | None = None) -> MilvusLite:
    return MilvusLite(MilvusLite.Config(db_path=place.folder / "ours.db"))


MILVUS_LITE = Store(_provider, _Items)
