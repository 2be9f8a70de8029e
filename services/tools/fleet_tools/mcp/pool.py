"""The open sessions."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fleet_runtime.errors import ResourceExhausted
from fleet_tools.mcp.server import Server
from fleet_tools.mcp.session import Session


@dataclass
class _Kept:
    """A session that is open.

    Attributes:
        session: The session.
        users: How many use it now.
        timer: Ends it, while nobody uses it.
    """

    session: Session
    users: int = 0
    timer: asyncio.TimerHandle | None = None


class SessionPool:
    """Keeps sessions open, one for each server and those whom it takes for the same.

    Args:
        start: Begins a session.
        most: How many at once.
        idle_seconds: How long one is kept that nobody uses.
    """

    def __init__(self, start: Callable[[Server], Session], most: int, idle_seconds: float) -> None:
        self._start = start
        self._most = most
        self._idle_seconds = idle_seconds
        # Those that were used last stand last.
        self._kept: dict[Server, _Kept] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._kept)

    @asynccontextmanager
    async def session(self, server: Server) -> AsyncGenerator[Session, None]:
        """Yield a session with a server, which may not be open yet; it is used by others as well.

        Raises:
            ResourceExhausted: There are as many sessions as may be, and all are used.
        """
        kept = self._used(server)
        try:
            yield kept.session
        finally:
            kept.users -= 1
            if kept.session.is_over:
                self.drop(server, kept.session)
            elif not kept.users:
                later = asyncio.get_running_loop().call_later
                kept.timer = later(self._idle_seconds, self.drop, server, kept.session)

    def drop(self, server: Server, session: Session) -> None:
        """Let nobody use a session any more, and end it."""
        kept = self._kept.get(server)
        if kept is not None and kept.session is session:
            del self._kept[server]
            if kept.timer:
                kept.timer.cancel()
            task = asyncio.create_task(session.aclose())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def aclose(self) -> None:
        """End all sessions."""
        for server, kept in list(self._kept.items()):
            self.drop(server, kept.session)
        if self._closing:
            await asyncio.wait(self._closing)

    def _used(self, server: Server) -> _Kept:
        """Return the session with a server, which is used from now on."""
        kept = self._kept.pop(server, None)
        if kept is not None and kept.session.is_over:
            self._kept[server] = kept
            self.drop(server, kept.session)
            kept = None
        if kept is None:
            self._make_room()
            kept = _Kept(self._start(server))
        if kept.timer:
            kept.timer.cancel()
            kept.timer = None
        kept.users += 1
        self._kept[server] = kept
        return kept

    def _make_room(self) -> None:
        """End the session that was not used for longest, if there are as many as may be."""
        if len(self._kept) < self._most:
            return
        for server, kept in self._kept.items():
            if not kept.users:
                self.drop(server, kept.session)
                return
        raise ResourceExhausted(
            f"All {self._most} sessions with MCP servers are in use; try again shortly.",
            code="too_many_sessions",
            retry_after=1.0,
        )
