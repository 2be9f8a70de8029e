"""pgvector in the embedded Postgres, and what its README shows, by psycopg."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
from psycopg.types.json import Jsonb

from fleet_bench.stores.corpus import DIMENSION, NEIGHBOURS, Question, Row
from fleet_bench.stores.load import Ask
from fleet_bench.stores.store import Place, Store
from fleet_runtime.postgres.embedded import EmbeddedPostgres
from fleet_vector_io.postgres.vector_index import Hnsw
from fleet_vector_io.postgres.vectors import VectorDumper, WireVector
from fleet_vector_io.providers.pgvector import PgVector

_DEFAULT = Hnsw()
_INDEX_FROM = 20_000
"""As our provider has it: fewer rows have no index on either side."""
_CANDIDATES = (20, 40, 200, 400)
_CREATE = f"""
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE items (
  id bigint PRIMARY KEY, content text, metadata jsonb, embedding vector({DIMENSION})
);
CREATE INDEX ON items USING gin (metadata jsonb_path_ops);
"""
_INSERT = "INSERT INTO items VALUES (%s, %s, %s, %b::vector)"
_INDEX = (
    "CREATE INDEX by_vector ON items USING hnsw (embedding vector_cosine_ops)"
    f" WITH (m = {_DEFAULT.m}, ef_construction = {_DEFAULT.ef_construction})"
)
_ANY = (
    "SELECT id, content, metadata, embedding <=> %b::vector FROM items"
    f" ORDER BY embedding <=> %b::vector LIMIT {NEIGHBOURS}"
)
_OF_GROUP = (
    "SELECT id, content, metadata, embedding <=> %b::vector FROM items WHERE metadata @> %s"
    f" ORDER BY embedding <=> %b::vector LIMIT {NEIGHBOURS}"
)


@asynccontextmanager
async def _postgres(folder: Path) -> AsyncIterator[Place]:
    """Run a Postgres in `folder`, which does nothing in the background while it is measured."""
    embedded = EmbeddedPostgres(folder)
    async with embedded.running():
        with _superuser(embedded.url) as connection:
            connection.execute("ALTER SYSTEM SET autovacuum = off")
            connection.execute("SELECT pg_reload_conf()")
        yield Place(folder, embedded.url)


def _superuser(url: str) -> psycopg.Connection:
    """Connect as the role that the socket lets in."""
    return psycopg.connect(url, user="postgres", autocommit=True)


def _settle(place: Place) -> None:
    """Do what autovacuum would."""
    with _superuser(place.url) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


class _Items:
    """A table with an HNSW index, in plain SQL."""

    def __init__(self, place: Place) -> None:
        self._url = place.url
        self._writer = self._connect()
        self._writer.execute(_CREATE)
        self._readers: list[psycopg.Connection] = []

    def put(self, rows: Sequence[Row]) -> None:
        values = [
            (row.number, row.text, Jsonb({"group": row.group}), WireVector(row.vector))
            for row in rows
        ]
        with self._writer.transaction(), self._writer.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS by_vector")  # made anew when all is in
            cursor.executemany(_INSERT, values)

    def ready(self) -> None:
        [(count,)] = self._writer.execute("SELECT count(*) FROM items").fetchall()
        if count >= _INDEX_FROM:
            self._writer.execute("SET maintenance_work_mem = '512MB'")
            self._writer.execute("SET max_parallel_maintenance_workers = 0")
            self._writer.execute(_INDEX)

    def caller(self, candidates: int | None) -> Ask:
        connection = self._connect()
        connection.execute("SET hnsw.iterative_scan = relaxed_order")
        connection.execute(f"SET hnsw.ef_search = {candidates or _DEFAULT.ef_search}")
        self._readers.append(connection)

        def ask(question: Question) -> list[int]:
            vector = WireVector(question.vector)
            if question.group is None:
                cursor = connection.execute(_ANY, (vector, vector))
            else:
                within = Jsonb({"group": question.group})
                cursor = connection.execute(_OF_GROUP, (vector, within, vector))
            return [row[0] for row in cursor]

        return ask

    def close(self) -> None:
        for connection in (self._writer, *self._readers):
            connection.close()

    def _connect(self) -> psycopg.Connection:
        connection = psycopg.connect(self._url, autocommit=True)
        # What the package `pgvector` does: vectors travel as bytes.
        connection.adapters.register_dumper(WireVector, VectorDumper)
        return connection


def _provider(place: Place, candidates: int | None = None) -> PgVector:
    index = Hnsw(ef_search=candidates or _DEFAULT.ef_search)
    return PgVector(PgVector.Config.model_validate({"url": place.url, "vector_index": index}))


PGVECTOR = Store(
    provider=_provider,
    engine=_Items,
    candidates={"ours": _CANDIDATES, "own": _CANDIDATES},
    place=_postgres,
    settle=_settle,
)
