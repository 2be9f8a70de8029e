"""The connections to one model server."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from fleet_upstream.connection import Connection
from fleet_upstream.refusals import broke_off, late
from fleet_upstream.settings import Network

Dial: TypeAlias = Callable[[Callable[[], Connection]], Awaitable[Connection]]


class Pool:
    """Lends connections, for one exchange each, and keeps them in between.

    A connection has a place from the moment it is dialled until it is gone. Who finds none free waits, and is served
    in order.

    Attributes:
        opened: How many connections were ever opened.
        places: How many places are taken.
        busy: How many callers have a connection, or wait for one.
    """

    def __init__(self, dial: Dial, network: Network) -> None:
        self.opened = self.places = self.busy = 0
        self._dial = dial
        self._limits = network.limits
        self._timeouts = network.timeouts
        self._loop = asyncio.get_running_loop()
        # The one used last is taken first, so that those which are too many grow old.
        self._idle: list[Connection] = []
        self._all: set[Connection] = set()
        # Each is handed a connection, or a place to dial one.
        self._queue: deque[asyncio.Future[Connection | None]] = deque()
        self._gone: asyncio.Future[None] | None = None

    @property
    def crowded(self) -> bool:
        """Whether there are as many callers already as connections are to be kept."""
        kept = self._limits.max_keepalive_connections
        return kept is not None and self.busy >= kept

    async def take(self, deadline: float) -> Connection:
        """Lend a connection, which is to be given back.

        Raises:
            UpstreamFailed: There is no way to the server.
            DeadlineExceeded: There is none in time, or not before `deadline`, by the loop's clock.
        """
        self.busy += 1
        while self._idle:
            connection = self._idle.pop()
            if connection.reusable:
                return connection
        try:
            return await self._wait(deadline)
        except BaseException:
            self.busy -= 1
            raise

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next caller, if it is of use."""
        self.busy -= 1
        self._keep(connection)

    def forget_idle(self) -> None:
        """Close all connections that nobody uses."""
        while self._idle:
            self._idle.pop().close()

    async def aclose(self) -> None:
        """Close all connections, for good."""
        if self._gone is None or self._gone.done():
            self._gone = self._loop.create_future()
        for connection in self._all:
            connection.close()
        if self._all:
            await self._gone

    async def _wait(self, deadline: float) -> Connection:
        """Wait for a connection, given back or new."""
        limit = min(deadline, self._loop.time() + self._timeouts.connect)
        try:
            async with asyncio.timeout_at(limit):
                return await self._turn() or await self._new()
        except TimeoutError:
            raise late() from None

    async def _turn(self) -> Connection | None:
        """Wait for a connection, or for a place to dial one."""
        if self.places < self._limits.max_connections:
            self.places += 1
            return None
        turn: asyncio.Future[Connection | None] = self._loop.create_future()
        self._queue.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._queue.remove(turn)
            elif connection := turn.result():
                self._keep(connection)
            else:
                self._free_place()
            raise

    async def _new(self) -> Connection:
        """Dial a connection, for which there is a place."""
        try:
            connection = await self._dial(self._unconnected)
        except BaseException:
            self._free_place()
            raise
        self.opened += 1
        self._all.add(connection)
        if self._gone:
            connection.close()
            raise broke_off()
        return connection

    def _unconnected(self) -> Connection:
        return Connection(self._timeouts.read, self._lost)

    def _keep(self, connection: Connection) -> None:
        if not connection.reusable:
            connection.close()
            return
        connection.rest(self._limits.keepalive_expiry)
        if not self._hand_on(connection):
            self._idle.append(connection)

    def _lost(self, connection: Connection) -> None:
        """Forget a connection that is gone; one that failed while it was dialled was never here."""
        if connection not in self._all:
            return
        self._all.remove(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._free_place()
        if self._gone and not self._all and not self._gone.done():
            self._gone.set_result(None)

    def _free_place(self) -> None:
        if not self._hand_on(None):
            self.places -= 1

    def _hand_on(self, given: Connection | None) -> bool:
        """Give a connection or a place to the caller who has waited longest. Say whether there was one."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(given)
                return True
        return False
