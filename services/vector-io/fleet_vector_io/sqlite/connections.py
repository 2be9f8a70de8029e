"""Connections to one file of SQLite: several that read, and one that writes, used off the event loop; and one on it.

By APSW, which brings an SQLite of its own: many Pythons are built with one that loads no extensions, or an old one.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import apsw

from fleet_runtime.errors import Unavailable

T = TypeVar("T")

READERS = 8
"""The most reads at once. The others wait."""
_PATIENCE = 30_000
"""In milliseconds: the longest wait for another process that writes."""
_PAGE = 16_384
"""In bytes: room for several vectors, which rows of 4 KiB pages would be split over."""
_SETTINGS = (
    f"PRAGMA page_size = {_PAGE}",
    "PRAGMA journal_mode = WAL",  # readers and the one writer do not wait for each other
    "PRAGMA synchronous = FULL",  # what was put outlives a power cut
    "PRAGMA cache_size = -16384",
    "PRAGMA mmap_size = 17179869184",
    "PRAGMA temp_store = MEMORY",
)


class Connections:
    """The connections of one provider.

    Args:
        path: The file, created if absent.
        schema: The statement that makes what the file always has.
        extension: A library that SQLite shall load.
        readers: The most reads at once.
    """

    def __init__(
        self, path: Path, schema: str, *, extension: str | None = None, readers: int = READERS
    ) -> None:
        path = path.expanduser()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._threads = ThreadPoolExecutor(readers + 1, thread_name_prefix="sqlite")
        self._writer = _connect(path, extension)
        self._writer.execute(schema)
        self._writing = asyncio.Lock()
        self._readers = [_connect(path, extension) for _ in range(readers)]
        self._on_loop = _connect(path, extension)
        self._on_loop.set_busy_timeout(0)
        self._idle: asyncio.LifoQueue[apsw.Connection] = asyncio.LifoQueue()
        for reader in self._readers:
            self._idle.put_nowait(reader)

    def at_once(self, ask: Callable[[apsw.Connection], T | None]) -> T | None:
        """Return what `ask` finds, in the thread of the event loop, which it must not hold up.

        Returns nothing where `ask` does, or where the file cannot be read without waiting: then `read` does it, or says
        why not.
        """
        try:
            return ask(self._on_loop)
        except apsw.Error:
            return None

    async def read(self, ask: Callable[[apsw.Connection], T]) -> T:
        """Return what `ask` finds, all of it as it was at one moment, if it asks within `snapshot`.

        Raises:
            Unavailable: Another process holds the file, or the disk failed.
        """
        reader = await self._idle.get()
        try:
            return await self._run(reader, ask)
        finally:
            self._idle.put_nowait(reader)

    async def write(self, change: Callable[[apsw.Connection], T]) -> T:
        """Have `change` change something, in full or not at all; one at a time. Raises as `read` does."""

        def changed(connection: apsw.Connection) -> T:
            with _transaction(connection, "IMMEDIATE"):
                return change(connection)

        async with self._writing:
            return await self._run(self._writer, changed)

    async def _run(self, connection: apsw.Connection, work: Callable[[apsw.Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._threads, work, connection)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            # Nobody waits for it any more; and the connection must be free before another uses it.
            connection.interrupt()
            await asyncio.wait([running])
            running.exception()  # which says only that it was interrupted
            raise
        except (apsw.BusyError, apsw.LockedError) as error:
            raise Unavailable("another process is writing to the store; try again") from error
        except (apsw.FullError, apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError) as error:
            message = f"the store's file cannot be used ({type(error).__name__}); look at its disk"
            raise Unavailable(message) from error

    async def aclose(self) -> None:
        """Close all. Called once, after the last use."""
        for connection in (*self._readers, self._writer, self._on_loop):
            connection.close()
        self._threads.shutdown()


def _connect(path: Path, extension: str | None) -> apsw.Connection:
    connection = apsw.Connection(str(path))
    connection.set_busy_timeout(_PATIENCE)
    if extension:
        connection.enable_load_extension(True)
        connection.load_extension(extension)
        connection.enable_load_extension(False)
    for setting in _SETTINGS:
        connection.execute(setting).fetchall()
    return connection


@contextmanager
def snapshot(connection: apsw.Connection) -> Iterator[None]:
    """See what is in the file as it was at one moment, while the block runs."""
    with _transaction(connection, "DEFERRED"):
        yield


@contextmanager
def _transaction(connection: apsw.Connection, kind: str) -> Iterator[None]:
    connection.execute(f"BEGIN {kind}")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
