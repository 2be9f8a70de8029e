"""A request and its answer."""

import asyncio
from typing import Self

from fleet_runtime.errors import UpstreamFailed
from fleet_upstream.connection import Request
from fleet_upstream.pool import Pool
from fleet_upstream.refusals import late

# In seconds. A connection that the server closed while it was idle fails within a round trip.
_STALE = 1.0


class Exchange:
    """A request, and once it is entered, its answer, whose body is not read yet.

    On leaving, a connection whose answer did not come whole is closed: so the server sees that nobody listens.

    A request is sent a second time in one case only: it went over a kept connection, and that was closed at once
    without a byte of an answer, as happens when the server hangs up on an idle connection while we write. Answers have
    no side effects, so a server that did read the first one has at worst worked in vain. On a new connection, or later,
    nothing is repeated: a request that brings one server down must not bring down the next.

    Entering and reading raise `UpstreamFailed` where the server cannot be reached, breaks off or speaks no HTTP, and
    `DeadlineExceeded` where it is silent for too long or the caller's time is up.

    Attributes:
        status: The status of the answer.
        headers: Its headers, their names in lower case.
    """

    __slots__ = ("_connection", "_loop", "_pool", "_request", "headers", "status")

    def __init__(self, pool: Pool, request: Request) -> None:
        self._pool = pool
        self._request = request
        self._loop = asyncio.get_running_loop()

    async def __aenter__(self) -> Self:
        if self._request.deadline <= self._loop.time():
            raise late()
        if not await self._answered():
            self._pool.forget_idle()  # they are older still
            await self._answered()
        answer = self._connection.answer
        self.status, self.headers = answer.status, answer.headers
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pool.give_back(self._connection)

    async def _answered(self) -> bool:
        """Send the request, and wait for the head of its answer. Say no if it may be sent again."""
        self._connection = connection = await self._pool.take(self._request.deadline)
        begun = self._loop.time()
        try:
            await connection.ask(self._request)
        except UpstreamFailed:
            self._pool.give_back(connection)
            stale = connection.used and connection.lost and not connection.answer.begun
            if not stale or self._loop.time() - begun > _STALE:
                raise
            return False
        except BaseException:
            self._pool.give_back(connection)
            raise
        return True

    @property
    def content_type(self) -> str:
        """The type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def complete(self) -> bool:
        """Whether the whole answer is here, read or not."""
        return self._connection.answer.complete

    @property
    def until_close(self) -> bool:
        """Whether nothing but the end of the connection tells where the body ends."""
        return self._connection.answer.until_close

    async def more(self) -> bytes:
        """Return what came of the body since the last time, at least a byte; nothing at its end."""
        return await self._connection.more()

    async def read(self) -> bytes:
        """Return the rest of the body."""
        pieces = []
        while data := await self._connection.more():
            pieces.append(data)
        return b"".join(pieces)
