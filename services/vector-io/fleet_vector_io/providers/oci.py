"""`remote::oci`: chunks in Oracle Database 23ai and later (Oracle AI Vector Search), in the cloud or anywhere.

A collection is a table, with its attributes' tokens in a second one. Vectors are compared with all of a selection
(`VECTOR_DISTANCE` without an index): exactly, after all conditions, and in a time that grows with the selection. Words
are found by an index of Oracle Text that each transaction updates.

Never run against an Oracle: none can be had where this was written, and its wire is not documented, so that there is no
fake either. The tests parse every statement, and run the conditions on another engine.

Format: https://docs.oracle.com/en/database/oracle/oracle-database/23/vecse, https://python-oracledb.readthedocs.io
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import oracledb
from pydantic import Field, PositiveFloat, PositiveInt

from fleet_runtime.config import Secret, reveal
from fleet_runtime.errors import NotFound, Unavailable, UpstreamFailed
from fleet_vector_io.naming import engine_name
from fleet_vector_io.oracle.bindings import declare_lists, put
from fleet_vector_io.oracle.conditions import Condition
from fleet_vector_io.oracle.questions import question
from fleet_vector_io.oracle.rows import bound, chunk_of
from fleet_vector_io.oracle.statements import Statements, VectorFormat
from fleet_vector_io.provider import ByMeaning, Chunk, Collection, Hit, Search, Selection
from fleet_vector_io.store_config import StoreConfig
from fleet_vector_io.vectors import cosine

# ORA-00942: table or view does not exist. ORA-00001: unique constraint violated.
_NO_TABLE, _TAKEN = 942, 1
# How often a batch is put whose chunks somebody else puts too.
_TRIES = 5


class Oracle:
    """Keeps chunks in Oracle Database."""

    class Config(StoreConfig):
        """Where the database is, and how to be let in."""

        conn_str: str | Secret
        """Where it is: a name in `tnsnames.ora`, or a connect string."""
        user: str | Secret
        """The user, who may make tables and indexes of Oracle Text."""
        password: Secret | str = Field(repr=False)
        """The user's password."""
        tnsnames_loc: Path | None = None
        """The folder of `tnsnames.ora`."""
        ewallet_pem_loc: Path | None = None
        """The folder of `ewallet.pem`."""
        ewallet_password: Secret | str | None = Field(default=None, repr=False)
        """The wallet's password."""
        vector_datatype: VectorFormat = "FLOAT32"
        """What vectors are stored as. Smaller ones than these would not keep directions."""
        max_connections: PositiveInt = 8
        """The most connections at once. Calls beyond wait for one."""
        timeout: PositiveFloat = 60.0
        """The longest that a call may take, in seconds."""
        consistency_level: str = "Strong"
        """Of no effect, and here for Llama Stack's configs: what is committed is seen."""

    def __init__(self, config: Config) -> None:
        wallet = config.ewallet_password
        self._pool = oracledb.create_pool_async(
            dsn=reveal(config.conn_str),
            user=reveal(config.user),
            password=reveal(config.password),
            config_dir=str(config.tnsnames_loc) if config.tnsnames_loc else None,
            wallet_location=str(config.ewallet_pem_loc) if config.ewallet_pem_loc else None,
            wallet_password=reveal(wallet) if wallet else None,
            min=0,
            max=config.max_connections,
            tcp_connect_timeout=min(10.0, config.timeout),
        )
        self._format: VectorFormat = config.vector_datatype
        self._seconds = config.timeout

    async def aclose(self) -> None:
        await self._pool.close(force=True)

    async def create(self, collection: Collection) -> None:
        statements = _statements(collection)
        async with self._connected() as connection:
            for statement in statements.create(collection.dimension, self._format):
                await connection.execute(statement)

    async def drop(self, collection: Collection) -> None:
        async with self._connected() as connection:
            for statement in _statements(collection).drop:
                await connection.execute(statement)

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        last = list({chunk.id: chunk for chunk in chunks}.values())
        if not last:
            return
        for tries_left in reversed(range(_TRIES)):
            try:
                async with self._connected(collection) as connection:
                    await put(connection, _statements(collection), last)
            except _TakenError:
                if not tries_left:
                    raise Unavailable("The chunks are being changed all the time.") from None
            else:
                return

    async def delete(self, collection: Collection, selection: Selection) -> None:
        statements = _statements(collection)
        condition = Condition(selection, statements.tokens)
        async with self._connected(collection) as connection:
            with connection.cursor() as cursor:
                declare_lists(cursor, condition)
                await cursor.execute(statements.delete(condition.text), condition.values)
            await connection.commit()

    async def search(self, collection: Collection, query: Search) -> list[Hit]:
        statements = _statements(collection)
        condition = Condition(query.within, statements.tokens)
        values: dict[str, Any] = {"most": query.limit}
        if isinstance(query, ByMeaning):
            values["vector"] = bound(query.vector)
            statement = statements.nearest(condition.text)
            rows = await self._rows(collection, statement, condition, values)
            return [Hit(chunk_of(row[:-1]), cosine(1 - row[-1])) for row in rows]
        values["words"] = question(query.text)
        if not values["words"]:
            return []
        statement = statements.worded(condition.text)
        rows = await self._rows(collection, statement, condition, values)
        return [Hit(chunk_of(row[:-1]), float(row[-1])) for row in rows]

    async def chunks(
        self, collection: Collection, selection: Selection, *, offset: int = 0, limit: int = 1000
    ) -> list[Chunk]:
        statements = _statements(collection)
        condition = Condition(selection, statements.tokens)
        values = {"skipped": offset, "most": limit}
        statement = statements.listed(condition.text)
        return [chunk_of(row) for row in await self._rows(collection, statement, condition, values)]

    async def _rows(
        self,
        collection: Collection,
        statement: str,
        condition: Condition,
        values: Mapping[str, Any],
    ) -> list[tuple[Any, ...]]:
        async with self._connected(collection) as connection:
            with connection.cursor() as cursor:
                declare_lists(cursor, condition)
                bindings = {**condition.values, **values}
                await cursor.execute(statement, bindings, fetch_lobs=False)
                rows: list[tuple[Any, ...]] = await cursor.fetchall()
                return rows

    @asynccontextmanager
    async def _connected(
        self, collection: Collection | None = None
    ) -> AsyncIterator[oracledb.AsyncConnection]:
        """Lend a connection, whose transaction is undone unless it is committed, and raise its failures as ours."""
        try:
            async with asyncio.timeout(self._seconds), self._pool.acquire() as connection:
                yield connection
        except TimeoutError as error:
            raise Unavailable("Oracle did not answer in time.", code="engine_timeout") from error
        except oracledb.Error as error:
            raise _failure(error, collection) from error


class _TakenError(Exception):
    """Somebody else has put a chunk of the same id meanwhile."""


def _failure(error: oracledb.Error, collection: Collection | None) -> Exception:
    """Return what an error of the driver or of the database means."""
    detail = error.args[0] if error.args else None
    code = getattr(detail, "code", 0)
    if code == _TAKEN:
        return _TakenError()
    if code == _NO_TABLE and collection:
        return NotFound(f"Oracle has no collection '{collection.id}'; create it first.")
    if isinstance(error, oracledb.OperationalError | oracledb.InterfaceError):
        return Unavailable("Oracle cannot be reached, or is not ready.", code="engine_unavailable")
    return UpstreamFailed(f"Oracle refused: {detail}", status=502, code="engine_refused")


def _statements(collection: Collection) -> Statements:
    return Statements(engine_name("fleet", collection.id))
