"""The pooled connections of one service to its database."""

import math
import sqlite3
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator
from sqlalchemy import URL, Engine, Row, Select, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, DataError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from fleet_runtime.config import Config, Secret, reveal
from fleet_runtime.errors import InvalidArgument, Unavailable
from fleet_runtime.store.lookup import File, FileLookup, Lookup
from fleet_runtime.store.notices import notices, ticks
from fleet_runtime.store.rows import with_tenant
from fleet_runtime.store.worker_threads import WorkerThreads

# The steps of SQLite's virtual machine between two looks at the clock: some 0.1 ms.
STEPS = 10_000
# In milliseconds: how long a transaction may wait for its own process before Postgres ends it. One that is paused, or
# on a machine that is cut off, would hold its locks meanwhile.
IDLE = 60_000


class DatabaseConfig(Config):
    """Where a service keeps its state, and how long it waits for it."""

    url: str | Secret
    """`postgresql://user@host/database`, or `sqlite:///path/of/a/file`."""
    pool_size: int = Field(10, ge=1)
    """The most connections open at once."""
    pool_timeout: float = Field(10.0, gt=0)
    """The longest wait for one of them to be free, in seconds."""
    connect_timeout: int = Field(5, ge=1)
    """The longest wait for a new connection, in seconds."""
    statement_timeout: float = Field(10.0, gt=0)
    """The longest that one statement may run, in seconds."""

    @field_validator("url")
    @classmethod
    def _known(cls, url: str | Secret) -> str | Secret:
        if isinstance(url, str):
            _parse(url)
        return url


class Database:
    """A bounded pool of connections, opened when first needed; those to a server are checked before each use.

    Args:
        config: Where the database is.
        schema: The Postgres schema with the service's tables, a plain lower-case name. SQLite
            has no schemas; there each service has a file of its own.
    """

    def __init__(self, config: DatabaseConfig, schema: str) -> None:
        self.schema = schema
        url = _parse(reveal(config.url))
        is_sqlite = url.get_backend_name() == "sqlite"
        self._engine = _sqlite(url, config) if is_sqlite else _postgres(url, config, schema)
        self._notices_at = None if is_sqlite else url
        self._file = File(str(url.database)) if is_sqlite else None
        self._threads = WorkerThreads(self._engine.sync_engine) if is_sqlite else None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction: committed when the block ends, rolled back when it raises.

        Raises:
            Unavailable: The database could not be reached, had no connection free, or needed
                longer for a statement than it may.
            InvalidArgument: The database cannot hold a value, such as U+0000 in a text.
        """
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (InternalError, OperationalError, PoolTimeoutError) as error:
            if _is_mistake(error):
                raise
            message = "the database did not answer in time; try again in a moment"
            raise Unavailable(message, code="database_unavailable") from error
        except DataError as error:
            message = "a value of the request is none that the database can hold"
            raise InvalidArgument(message, code="invalid_value") from error

    def lookup(self, query: Select[Any]) -> Lookup:
        """Return what reads the row that `query` finds: with SQLite at a fiftieth of what a transaction costs.

        Args:
            query: Finds a row by its key, so at once. What it looks for are `bindparam`s.
        """

        async def read(**values: Any) -> Sequence[Any] | None:
            async with self.begin() as connection:
                row: Row[Any] | None = (await connection.execute(query, values)).first()
                return row

        return FileLookup(self._file, query, self._engine.dialect, read) if self._file else read

    async def announce(self, connection: AsyncConnection, topic: str, about: str = "") -> None:
        """Tell all who follow `topic`, in any process, that it changed, once the transaction of `connection` holds.

        Args:
            connection: Whose transaction.
            topic: What has changed.
            about: What of it, such as the id of a row.
        """
        if self._notices_at is not None:
            await connection.execute(select(func.pg_notify(self._channel(topic), about)))

    async def changes(self, topic: str) -> AsyncGenerator[None, None]:
        """Yield soon after each change of `topic` that was announced, within a second; now and then for none."""
        async with aclosing(self.news(topic)) as news:
            async for _ in news:
                yield

    def news(self, topic: str) -> AsyncGenerator[str, None]:
        """As `changes`, and yield what each is about; an empty text if that may be anything."""
        if self._notices_at is None:
            return ticks()
        return notices(self._notices_at, self._channel(topic))

    def _channel(self, topic: str) -> str:
        return f"{self.schema}.{topic}"

    async def aclose(self) -> None:
        """Close all connections. Called once, after the last transaction."""
        if self._file:
            self._file.close()
        await self._engine.dispose()
        if self._threads:
            await self._threads.ended()


def _parse(text: str) -> URL:
    """Return the URL that `text` spells, if it is of a database that we speak to."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError("not a database URL; write postgresql://… or sqlite:///path") from None
    if url.drivername not in ("postgresql", "sqlite"):
        raise ValueError(f"no database {url.drivername!r}; write postgresql://… or sqlite:///path")
    if url.drivername == "sqlite" and url.database in (None, "", ":memory:"):
        raise ValueError("each connection would have its own memory; name a file: sqlite:///path")
    return url


def _postgres(url: URL, config: DatabaseConfig, schema: str) -> AsyncEngine:
    milliseconds = round(config.statement_timeout * 1000)
    return _engine(
        url.set(drivername="postgresql+psycopg"),
        config,
        ping=True,
        connect_timeout=config.connect_timeout,
        # Without it a server whose network is gone is waited for until the kernel gives up.
        tcp_user_timeout=milliseconds,
        # `public` holds the extensions, such as pgvector.
        options=f"-c search_path={schema},public -c statement_timeout={milliseconds}"
        f" -c idle_in_transaction_session_timeout={IDLE}",
    )


def _sqlite(url: URL, config: DatabaseConfig) -> AsyncEngine:
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    url = url.set(drivername="sqlite+aiosqlite")
    # SQLite's own `timeout` is for locks that other connections hold. A file does not hang up.
    engine = _engine(url, config, ping=False, timeout=config.statement_timeout)
    _limit_statements(engine.sync_engine, config.statement_timeout)
    return engine


def _engine(url: URL, config: DatabaseConfig, *, ping: bool, **connect_args: Any) -> AsyncEngine:
    engine = create_async_engine(
        url,
        connect_args=connect_args,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=config.pool_size,
        max_overflow=0,
        pool_timeout=config.pool_timeout,
        pool_pre_ping=ping,
        hide_parameters=True,  # else prompts stand in the texts of errors, and so in logs
    )
    _put_tenants_in(engine.sync_engine)
    return engine


def _put_tenants_in(engine: Engine) -> None:
    """Execute every statement for the tenant of its caller."""

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def put_in(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> tuple[str, Any]:
        return statement, with_tenant(parameters)


def _limit_statements(engine: Engine, seconds: float) -> None:
    """Interrupt statements that run longer than `seconds`, as SQLite has no such setting."""

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        def is_late() -> bool:
            deadline: float = record.info.get("deadline", math.inf)
            return time.monotonic() > deadline

        connection.run_async(lambda driver: driver.set_progress_handler(is_late, STEPS))
        # Readers and the one writer do not wait for each other.
        connection.run_async(lambda driver: driver.execute("PRAGMA journal_mode = WAL"))

    @event.listens_for(engine, "before_cursor_execute")
    def start(connection: Any, *_: Any) -> None:
        connection.info["deadline"] = time.monotonic() + seconds


def _is_mistake(error: Exception) -> bool:
    """Tell a mistake in a statement, which SQLite calls operational, from a database in trouble."""
    if isinstance(error, InternalError):  # trouble if Postgres ended a transaction that was idle
        return not error.connection_invalidated
    cause = getattr(error, "orig", None)
    code: int | None = getattr(cause, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_ERROR
