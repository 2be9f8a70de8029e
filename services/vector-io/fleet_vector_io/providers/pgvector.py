"""`remote::pgvector`: chunks in a Postgres, whose extension pgvector compares their vectors.

Replicas share it; the embedded Postgres will do as well as one in a cluster. Needs pgvector 0.8 or newer.
Reference: https://github.com/pgvector/pgvector
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal, TypeVar

from psycopg import sql
from psycopg.conninfo import make_conninfo
from pydantic import Field

from fleet_runtime.config import Secret, reveal
from fleet_runtime.errors import Unimplemented
from fleet_vector_io.postgres.pool import Connection, Pool
from fleet_vector_io.postgres.table import Table
from fleet_vector_io.postgres.vector_index import Hnsw, IvfFlat, VectorIndex
from fleet_vector_io.provider import ByWords, Chunk, Collection, Hit, Search, Selection
from fleet_vector_io.store_config import StoreConfig

T = TypeVar("T")

_MOST_DIMENSIONS = 16_000
"""Of a `vector`."""
_CONNECT_TIMEOUT = 5
"""In seconds."""


class PgVector:
    """Keeps chunks in a table a collection."""

    class Config(StoreConfig):
        """Where the server is, and how it searches."""

        url: str | Secret | None = None
        """`postgresql://user@host/database`, in the place of the next five."""
        host: str = "localhost"
        """The server's name, or the folder of its socket."""
        port: int = Field(5432, ge=1, le=65535)
        """Its port."""
        db: str = "postgres"
        """The database."""
        user: str = "postgres"
        """Who connects."""
        password: str | Secret | None = None
        """Their password."""
        db_schema: str = Field("vector_io_chunks", pattern="^[a-z_][a-z0-9_]{0,62}$")
        """The Postgres schema with the tables of chunks, created if absent."""
        distance_metric: Literal["COSINE", "L2", "INNER_PRODUCT"] = "COSINE"
        """Which chunks are near. The three agree, as vectors are kept with length one; scores are cosines."""
        vector_index: Hnsw | IvfFlat = Field(Hnsw(), discriminator="type")
        """How vectors are indexed."""
        index_from: int = Field(20_000, ge=1)
        """How many chunks a collection has when it gets an index. Fewer are compared one by one, which is exact."""
        pool_min_size: int = Field(4, ge=0)
        """How many connections are kept open at least."""
        pool_max_size: int = Field(20, ge=1)
        """The most connections open at once."""
        pool_timeout: float = Field(10.0, gt=0)
        """The longest wait for one of them, in seconds."""
        statement_cache_size: int = Field(512, ge=0)
        """How many statements each connection keeps prepared."""
        command_timeout: float = Field(30.0, gt=0)
        """The longest that one statement may run, in seconds."""

    def __init__(self, config: Config) -> None:
        self._schema = config.db_schema
        self._index = VectorIndex(config.vector_index, config.index_from)
        self._pool = Pool(
            _conninfo(config, self._index.settings),
            smallest=config.pool_min_size,
            largest=config.pool_max_size,
            patience=config.pool_timeout,
            statements=config.statement_cache_size,
        )
        self._preparing = asyncio.Lock()
        self._is_prepared = False

    async def create(self, collection: Collection) -> None:
        if collection.dimension > _MOST_DIMENSIONS:
            message = f"pgvector holds vectors of at most {_MOST_DIMENSIONS} dimensions; use another store"
            raise Unimplemented(message)
        await self._run(self._table(collection).create)

    async def drop(self, collection: Collection) -> None:
        await self._run(self._table(collection).drop)

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        table = self._table(collection)
        await self._run(lambda connection: table.put(connection, chunks))

    async def delete(self, collection: Collection, selection: Selection) -> None:
        table = self._table(collection)
        await self._run(lambda connection: table.delete(connection, selection))

    async def search(self, collection: Collection, query: Search) -> list[Hit]:
        table = self._table(collection)
        if isinstance(query, ByWords):
            return await self._run(lambda connection: table.by_words(connection, query))
        return await self._run(lambda connection: table.by_meaning(connection, query))

    async def chunks(
        self, collection: Collection, selection: Selection, *, offset: int = 0, limit: int = 1000
    ) -> list[Chunk]:
        table = self._table(collection)
        return await self._run(
            lambda connection: table.chunks(connection, selection, offset, limit)
        )

    async def aclose(self) -> None:
        await self._pool.aclose()

    def _table(self, collection: Collection) -> Table:
        return Table(collection, self._index)

    async def _run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        async with self._preparing:
            if not self._is_prepared:
                await self._pool.run(self._prepare)
                self._is_prepared = True
        return await self._pool.run(work)

    async def _prepare(self, connection: Connection) -> None:
        """Have the extension and the schema made, unless they are there."""
        schema = sql.Identifier(self._schema)
        known = "SELECT to_regtype('vector') IS NOT NULL AND to_regnamespace(%s) IS NOT NULL"
        if await (await connection.execute(known, (self._schema,))).fetchone() == (True,):
            return
        async with connection.transaction():
            await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (self._schema,)
            )
            await connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
            await connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))


def _conninfo(config: PgVector.Config, index_settings: dict[str, str]) -> str:
    milliseconds = round(config.command_timeout * 1000)
    settings = {
        "search_path": f"{config.db_schema},public",  # `public` holds the extension
        "statement_timeout": str(milliseconds),
        "work_mem": "64MB",  # or ranking the chunks with a common word goes by the disk
        "jit": "off",  # compiling takes longer than these statements
        "plan_cache_mode": "force_custom_plan",  # the best plan depends on how many a filter leaves
        **index_settings,
    }
    given: dict[str, Any] = {
        "connect_timeout": _CONNECT_TIMEOUT,
        # Without it a server whose network is gone is waited for until the kernel gives up.
        "tcp_user_timeout": milliseconds,
        "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
    }
    if config.url is not None:
        return make_conninfo(reveal(config.url), **given)
    password = reveal(config.password) if config.password else None
    return make_conninfo(
        host=config.host,
        port=config.port,
        dbname=config.db,
        user=config.user,
        password=password,
        **given,
    )
