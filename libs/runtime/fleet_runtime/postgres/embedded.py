"""The Postgres of a laptop: a child process of ours over one folder, from a wheel.

`python -m fleet_runtime.postgres.embedded --data FOLDER [--port N]` runs it in the foreground.
"""

import argparse
import asyncio
import os
import secrets
import shutil
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import urlencode

import psycopg
import structlog
from psycopg import AsyncConnection, sql

from fleet_runtime.postgres.programs import acquire, own, spawn, stop

log = structlog.get_logger()

NAME = "fleet"  # of the role that services connect as, and of its database
START = 60.0  # the longest start in seconds; after a crash Postgres replays its log first
PAUSE = 0.05  # seconds between two attempts to connect
SOCKET_PATH_MAX = 103  # bytes, on macOS; Linux has 107


class EmbeddedPostgres:
    """One Postgres, whose database `fleet` has the extension pgvector.

    It listens on a Unix socket that only its own user can open. On a TCP port of loopback,
    which every user of the machine can open, it asks for a password that it keeps beside its
    data. It ends with the process that started it, however that one ends.

    Args:
        data: The folder for its files; created if absent.
        port: The TCP port to listen on as well.
    """

    def __init__(self, data: Path, port: int | None = None) -> None:
        data = data.expanduser().absolute()
        self._data = data
        self._cluster = data / "cluster"
        self._sockets = data / "sockets"
        self._passwords = data / "passwords"
        self._port = port
        if len(os.fsencode(self._sockets / ".s.PGSQL.5432")) > SOCKET_PATH_MAX:
            raise ValueError(f"the path is too long for a Unix socket; choose a shorter: {data}")

    @property
    def url(self) -> str:
        """Where it is. Holds no password: that is read from the file it names."""
        if self._port is None:
            return f"postgresql://{NAME}@/{NAME}?{urlencode({'host': self._sockets})}"
        query = urlencode({"passfile": self._passwords})
        return f"postgresql://{NAME}@127.0.0.1:{self._port}/{NAME}?{query}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run it while the block runs, and yield its process once it takes connections.

        Raises:
            TimeoutError: Another Postgres holds the folder, or this one did not get ready.
        """
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._data / "lock").open("w") as lock:
            await acquire(lock.fileno())
            await self._initialise(lock.fileno())
            postgres = await self._start(lock.fileno())
        try:
            await self._wait_for(postgres)
            await self._prepare()
            yield postgres
        finally:
            await stop(postgres)

    async def _initialise(self, lock: int) -> None:
        """Create the cluster, in full or not at all."""
        own(self._sockets)
        if self._cluster.exists():
            return
        half = self._data / "cluster.half"
        shutil.rmtree(half, ignore_errors=True)
        own(half)
        initdb = await spawn(
            "initdb",
            *("--pgdata", str(half), "--username=postgres"),
            # The C locale sorts by bytes, as SQLite does, and alike on every machine.
            *("--encoding=UTF8", "--no-locale"),
            *("--auth-local=trust", "--auth-host=scram-sha-256"),
            lock=lock,
        )
        if await initdb.wait() != 0:
            raise RuntimeError(f"initdb could not create a database in {half}; see above")
        half.rename(self._cluster)

    async def _start(self, lock: int) -> asyncio.subprocess.Process:
        settings = {
            "unix_socket_directories": self._sockets,
            "listen_addresses": "127.0.0.1" if self._port else "",
            "port": self._port or 5432,
            "max_connections": 200,
            "log_checkpoints": "off",
        }
        pairs = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return await spawn("postgres", "-D", str(self._cluster), *pairs, lock=lock)

    async def _connect(self, database: str) -> AsyncConnection:
        """Connect as the superuser, whom only the socket lets in."""
        return await AsyncConnection.connect(
            host=str(self._sockets),
            port=self._port or 5432,
            user="postgres",
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )

    async def _wait_for(self, postgres: asyncio.subprocess.Process) -> None:
        async with asyncio.timeout(START):
            while postgres.returncode is None:
                try:
                    connection = await self._connect("postgres")
                except psycopg.OperationalError:
                    await asyncio.sleep(PAUSE)
                else:
                    return await connection.close()
        raise RuntimeError(f"Postgres ended with {postgres.returncode} as it started; see above")

    async def _prepare(self) -> None:
        """Create the extension, the role, its password and its database, unless they exist.

        The extension comes with the template, as whoever can connect to the database takes it to be whole.
        """
        name = sql.Identifier(NAME)
        async with await self._connect("template1") as connection:
            await connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        async with await self._connect("postgres") as connection:
            if not await _exists(connection, "SELECT FROM pg_roles WHERE rolname = %s"):
                await connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
            password = sql.Literal(self._password())
            await connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, password))
            if not await _exists(connection, "SELECT FROM pg_database WHERE datname = %s"):
                await connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(name))

    def _password(self) -> str:
        """Return the role's password, made up at the first start.

        Source: the format of libpq's password file,
        https://www.postgresql.org/docs/18/libpq-pgpass.html
        """
        if not self._passwords.exists():
            half = self._data / "passwords.half"
            half.touch(mode=0o600)
            half.write_text(f"*:*:*:{NAME}:{secrets.token_urlsafe()}\n")
            half.rename(self._passwords)
        return self._passwords.read_text().strip().rpartition(":")[2]


async def _exists(connection: AsyncConnection, query: LiteralString) -> bool:
    return (await connection.execute(query, [NAME])).rowcount > 0


async def main(data: Path, port: int | None) -> None:
    """Run a Postgres until `SIGTERM`, or until it ends."""
    asked = asyncio.Event()
    for word in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(word, asked.set)
    embedded = EmbeddedPostgres(data, port)
    async with embedded.running() as postgres:
        log.info("serving", url=embedded.url)
        await _first(asked.wait(), postgres.wait())
    if not asked.is_set():
        raise SystemExit(f"Postgres ended by itself, with {postgres.returncode}; see above")


async def _first(*waits: Coroutine[Any, Any, object]) -> None:
    """Return as soon as one of `waits` does."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(wait) for wait in waits]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder for its files")
    parser.add_argument("--port", type=int, help="TCP port on loopback; a Unix socket if absent")
    options = parser.parse_args()
    asyncio.run(main(options.data, options.port))
