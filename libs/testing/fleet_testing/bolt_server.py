"""A fake Neo4j: Bolt 5.4, and a graph in memory that evaluates the Cypher it is sent.

    async with neo4j_server() as engine:
        ...  # connect a driver to engine.url

Transactions come one after another, and one that fails leaves nothing.

Format: https://neo4j.com/docs/bolt/current
"""

import asyncio
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from fleet_testing.cypher_expressions import CypherError
from fleet_testing.cypher_statements import Graph, run
from fleet_testing.packstream import Structure, packed, unpacked

_MAGIC = b"\x60\x60\xb0\x17"
_MAJOR, _MINOR = 5, 4
_MOST_CHUNK = 0xFFFF
_HELLO, _GOODBYE, _LOGON, _TELEMETRY, _RESET = 0x01, 0x02, 0x6A, 0x54, 0x0F
_RUN, _PULL, _BEGIN, _COMMIT, _ROLLBACK = 0x10, 0x3F, 0x11, 0x12, 0x13
_SUCCESS, _RECORD, _IGNORED, _FAILURE = 0x70, 0x71, 0x7E, 0x7F


class BoltServer:
    """The engine.

    Attributes:
        url: Where it is.
        password: The password of the user `neo4j`. Anybody is let in if it is `None`.
        statements: Every statement, in order.
        fails: How many of the next statements fail for a reason that passes.
    """

    def __init__(self) -> None:
        self.url = ""
        self.password: str | None = None
        self.statements: list[str] = []
        self.fails = 0
        self.graph = Graph()
        self.lock = asyncio.Lock()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it ends."""
        session = _Session(self, writer)
        try:
            await _shake_hands(reader, writer)
            while await session.answered(await _message(reader)):
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has left
        finally:
            session.end(keep=False)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


class _Session:
    """One connection: whether it is let in, its transaction, and what it has still to pull."""

    def __init__(self, server: BoltServer, writer: asyncio.StreamWriter) -> None:
        self._server, self._writer = server, writer
        self._failed = self._let_in = False
        self._before: Graph | None = None
        self._rows: list[list[Any]] = []

    async def answered(self, message: Structure) -> bool:
        """Answer a message. Say no if it was the last."""
        if message.tag == _GOODBYE:
            return False
        if message.tag == _RESET:
            self._failed = False
            self.end(keep=False)
            self._say(_SUCCESS, {})
        elif self._failed:
            self._write(Structure(_IGNORED))
        else:
            try:
                await self._answer(message)
            except CypherError as error:
                self._failed = True
                self._say(_FAILURE, {"code": error.code, "message": str(error)})
        return True

    async def _answer(self, message: Structure) -> None:
        match message.tag, message.fields:
            case 0x01, _:
                hello = {"server": "Neo4j/5.26.0", "connection_id": "bolt-1", "hints": {}}
                self._say(_SUCCESS, hello)
            case 0x6A, (proof,):
                self._log_on(proof)
            case 0x54, _:
                self._say(_SUCCESS, {})
            case 0x11, _:
                await self._begin()
                self._say(_SUCCESS, {})
            case 0x10, (text, parameters, _):
                await self._run(text, parameters)
            case 0x3F, (extra,):
                self._pull(extra["n"])
            case (0x12 | 0x13) as tag, _:
                self.end(keep=tag == _COMMIT)
                self._say(_SUCCESS, {"bookmark": "b"} if tag == _COMMIT else {})
            case tag, _:
                raise CypherError(f"no message {tag:#x}", "Neo.ClientError.Request.Invalid")

    def _log_on(self, proof: dict[str, Any]) -> None:
        wanted = self._server.password
        if wanted and (proof.get("principal"), proof.get("credentials")) != ("neo4j", wanted):
            code = "Neo.ClientError.Security.Unauthorized"
            raise CypherError("The client is unauthorized due to authentication failure.", code)
        self._let_in = True
        self._say(_SUCCESS, {})

    async def _begin(self) -> None:
        if not self._let_in:
            raise CypherError("not logged on", "Neo.ClientError.Request.Invalid")
        await self._server.lock.acquire()
        self._before = self._server.graph.copy()

    async def _run(self, text: str, parameters: dict[str, Any]) -> None:
        alone = self._before is None
        if alone:
            await self._begin()
        self._server.statements.append(text)
        try:
            if self._server.fails:
                self._server.fails -= 1
                code = "Neo.TransientError.Transaction.DeadlockDetected"
                raise CypherError("try again", code)  # noqa: TRY301 - as a statement would
            names, self._rows = run(self._server.graph, text, parameters)
        except CypherError:
            self.end(keep=False)
            raise
        if alone:
            self.end(keep=True)
        self._say(_SUCCESS, {"fields": names, "t_first": 0})

    def _pull(self, most: int) -> None:
        count = len(self._rows) if most < 0 else most
        for row in self._rows[:count]:
            self._write(Structure(_RECORD, (row,)))
        self._rows = self._rows[count:]
        more = {"has_more": True}
        self._say(_SUCCESS, more if self._rows else {"type": "rw", "t_last": 0, "db": "neo4j"})

    def end(self, *, keep: bool) -> None:
        """End the transaction, if there is one."""
        if self._before is None:
            return
        if not keep:
            self._server.graph = self._before
        self._before = None
        self._server.lock.release()

    def _say(self, tag: int, content: dict[str, Any]) -> None:
        self._write(Structure(tag, (content,)))

    def _write(self, message: Structure) -> None:
        data = packed(message)
        for start in range(0, len(data), _MOST_CHUNK):
            chunk = data[start : start + _MOST_CHUNK]
            self._writer.write(struct.pack(">H", len(chunk)) + chunk)
        self._writer.write(b"\0\0")


@asynccontextmanager
async def neo4j_server() -> AsyncGenerator[BoltServer, None]:
    """Run a fake Neo4j on a free port of the loopback interface."""
    engine = BoltServer()
    server = await asyncio.start_server(engine.serve, "127.0.0.1", 0)
    engine.url = f"bolt://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield engine
    finally:
        server.close()


async def _shake_hands(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Choose the version, if the client offers it."""
    if await reader.readexactly(4) != _MAGIC:
        raise ConnectionError
    offers = await reader.readexactly(16)
    versions = [offers[start : start + 4] for start in range(0, 16, 4)]
    offered = any(
        major == _MAJOR and minor - span <= _MINOR <= minor for _, span, minor, major in versions
    )
    chosen = bytes([0, 0, _MINOR, _MAJOR]) if offered else bytes(4)
    writer.write(chosen)


async def _message(reader: asyncio.StreamReader) -> Structure:
    """Read the chunks of a message; empty ones before it keep the connection alive."""
    data = b""
    while True:
        (size,) = struct.unpack(">H", await reader.readexactly(2))
        if size:
            data += await reader.readexactly(size)
        elif data:
            message = unpacked(data)
            if not isinstance(message, Structure):
                raise ConnectionError
            return message
