"""Connections to a Postgres, kept open and prepared."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

import psycopg
from psycopg import AsyncConnection, errors
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from fleet_runtime.errors import InvalidArgument, NotFound, Unavailable
from fleet_vector_io.postgres.vectors import VectorDumper, WireVector

Connection: TypeAlias = AsyncConnection[tuple[Any, ...]]
T = TypeVar("T")


class Pool:
    """A bounded number of connections in autocommit, whose statements the server has prepared.

    Args:
        conninfo: Where the server is, in libpq's words.
        smallest: How many connections are kept open at least.
        largest: The most connections open at once; who comes then waits.
        patience: The longest wait for one of them, in seconds.
        statements: How many statements each keeps prepared.
    """

    def __init__(
        self, conninfo: str, *, smallest: int, largest: int, patience: float, statements: int
    ) -> None:
        async def prepare(connection: Connection) -> None:
            connection.prepare_threshold = 2  # the second time is not the last
            connection.prepared_max = statements
            connection.adapters.register_dumper(WireVector, VectorDumper)

        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            conninfo,
            kwargs={"autocommit": True},
            min_size=smallest,
            max_size=max(smallest, largest),
            timeout=patience,
            configure=prepare,
            open=False,  # which is for the first request: the server may not be up yet
        )

    async def run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Return what `work` does over a connection; once more if the connection was found broken.

        Raises:
            Unavailable: The server cannot be reached, or needed longer than it may.
            NotFound: A table is not there.
            InvalidArgument: A value is none that Postgres can hold.
        """
        try:
            return await self._once(work)
        except _BrokenError:
            await self._pool.check()  # the others may have broken with it
        try:
            return await self._once(work)
        except _BrokenError as error:
            raise Unavailable("Postgres closed the connection; try again in a moment") from error

    async def _once(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        if self._pool.closed:
            await self._pool.open()
        try:
            async with self._pool.connection() as connection:
                try:
                    return await work(connection)
                except psycopg.Error as error:
                    raise _explained(error, connection) from error
        except PoolTimeout as error:
            message = "Postgres could not be reached, or had no connection free; try again"
            raise Unavailable(message) from error

    async def aclose(self) -> None:
        """Close all connections. Called once, after the last use."""
        await self._pool.close()


class _BrokenError(Exception):
    """The connection broke, and with it what was asked over it: nothing was changed, or all."""


def _explained(error: psycopg.Error, connection: Connection) -> Exception:
    if isinstance(error, psycopg.OperationalError):
        return _BrokenError() if connection.broken else Unavailable(_failure(error))
    match error:
        case errors.UndefinedTable():
            return NotFound("There is no such collection; it was dropped or never made.")
        case errors.InsufficientPrivilege():
            return Unavailable(f"Postgres does not let this role: {error.diag.message_primary}")
        case psycopg.DataError():
            return InvalidArgument("A value is none that Postgres can hold.", code="invalid_value")
    return error


def _failure(error: psycopg.OperationalError) -> str:
    if isinstance(error, errors.QueryCanceled):
        return "Postgres needed longer than `command_timeout`; try again"
    return f"Postgres failed with {type(error).__name__}; look at its log"
