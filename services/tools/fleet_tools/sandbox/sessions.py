"""Folders that are kept from one run to the next: so many at most, and none that is idle for long."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from fleet_runtime.errors import ResourceExhausted
from fleet_tools.sandbox.settings import Sessions
from fleet_tools.sandbox.workplaces import Workplace, Workplaces

log = structlog.get_logger()

# In seconds. How often idle sessions are looked for, at most.
_SELDOM = 60.0
_RETRY_AFTER = 10.0


@dataclass
class _Kept:
    """One session: its folder, who uses it, who waits for it, and since when nobody does."""

    workplace: Workplace
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    idle_since: float = 0.0


class KeptWorkplaces:
    """The sessions of one service.

    Args:
        workplaces: Makes folders.
        config: How many, and for how long.
    """

    def __init__(self, workplaces: Workplaces, config: Sessions) -> None:
        self._workplaces = workplaces
        self._config = config
        self._kept: dict[str, _Kept] = {}
        self._loop = asyncio.get_running_loop()
        self._sweeping = asyncio.create_task(self._sweep())

    async def aclose(self) -> None:
        """Keep none any longer."""
        self._sweeping.cancel()
        await asyncio.wait([self._sweeping])

    @asynccontextmanager
    async def held(self, session: str) -> AsyncGenerator[Workplace, None]:
        """Hold the folder of a session, made if it is not there. Others that want it wait.

        Raises:
            ResourceExhausted: All that may be kept are in use.
        """
        kept = self._kept.get(session) or await self._made(session)
        kept.users += 1
        try:
            async with kept.turn:
                yield kept.workplace
        finally:
            kept.users -= 1
            kept.idle_since = self._loop.time()

    async def _made(self, session: str) -> _Kept:
        if len(self._kept) >= self._config.most:
            await self._make_room()
        if session not in self._kept:  # nobody else made it meanwhile
            self._kept[session] = _Kept(self._workplaces.make())
        return self._kept[session]

    async def _make_room(self) -> None:
        """Remove the session that was idle for longest."""
        idle = [name for name, kept in self._kept.items() if not kept.users]
        if not idle:
            raise ResourceExhausted(
                "All sessions of the code interpreter are in use. Try again later, or raise `sessions.most`.",
                code="too_many_sessions",
                retry_after=_RETRY_AFTER,
            )
        await self._remove(min(idle, key=lambda name: self._kept[name].idle_since))

    async def _remove(self, session: str) -> None:
        kept = self._kept.pop(session)
        await asyncio.to_thread(self._workplaces.remove, kept.workplace)

    async def _sweep(self) -> None:
        """Remove those that are idle for too long, again and again."""
        while True:
            await asyncio.sleep(min(_SELDOM, self._config.idle_seconds / 2))
            since = self._loop.time() - self._config.idle_seconds
            for name, kept in list(self._kept.items()):
                if not kept.users and kept.idle_since <= since and self._kept.get(name) is kept:
                    await self._remove_idle(name)

    async def _remove_idle(self, session: str) -> None:
        try:
            await self._remove(session)
        except OSError as error:  # nobody waits, and the others can still be removed
            log.warning("sandbox.session_not_removed", cause=str(error))
