"""Holding a session while a turn of it is made, so that of several processes one makes it at a time.

A hold is a name and a time in the session's row. Whoever makes a turn moves the time on now and then; where that stops,
because the process died, the session is free again when the time has passed.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_agents.items.ids import new_id
from fleet_agents.sessions.refusals import busy, lost, no_session
from fleet_agents.sessions.tables import SESSIONS
from fleet_runtime.periodic import PeriodicTask
from fleet_runtime.store import Database
from fleet_runtime.store.rows import TENANT, now_ms

_OF = SESSIONS.c
# How often a hold is renewed within the time that it is believed.
_RENEWALS = 3


class Hold:
    """One session that is held.

    Args:
        database: Where it is.
        session_id: The session.
        seconds: How long a hold is believed without a sign of life.
    """

    def __init__(self, database: Database, session_id: str, seconds: float) -> None:
        self.session_id = session_id
        self._database = database
        self._seconds = seconds
        self._holder: str | None = new_id("hold")

    async def claim(self, agent_id: str) -> None:
        """Begin to hold it.

        Raises:
            NotFound: The agent has no such session.
            Conflict: Somebody else holds it.
        """
        free = sa.or_(_OF.holder.is_(None), _OF.held_until < now_ms())
        named = (_OF.tenant == TENANT, _OF.id == self.session_id, _OF.agent == agent_id)
        claim = sa.update(SESSIONS).where(*named, free)
        async with self._database.begin() as connection:
            got = await connection.execute(claim.values(holder=self._holder, held_until=self._end))
            if got.rowcount:
                return
            known = await connection.scalar(sa.select(_OF.id).where(*named))
        raise no_session(self.session_id, agent_id) if known is None else busy(self.session_id)

    async def next_position(self, connection: AsyncConnection) -> int:
        """Return the place of the session's next turn, and let the session go with the transaction of `connection`.

        Raises:
            Conflict: It is not held any more.
        """
        counted = (
            sa.update(SESSIONS)
            .where(*self._held())
            .values(holder=None, next_position=_OF.next_position + 1)
        )
        position = await connection.scalar(counted.returning(_OF.next_position - 1))
        if position is None:
            raise lost(self.session_id)
        self._holder = None
        return int(position)

    async def release(self) -> None:
        """Let the session go, if it is held still."""
        if self._holder is not None:
            async with self._database.begin() as connection:
                await connection.execute(
                    sa.update(SESSIONS).where(*self._held()).values(holder=None)
                )

    async def renew(self) -> None:
        """Say that it is held still."""
        if self._holder is not None:
            async with self._database.begin() as connection:
                await connection.execute(
                    sa.update(SESSIONS).where(*self._held()).values(held_until=self._end)
                )

    @property
    def _end(self) -> int:
        return now_ms() + int(self._seconds * 1000)

    def _held(self) -> tuple[sa.ColumnElement[bool], ...]:
        return _OF.tenant == TENANT, _OF.id == self.session_id, _OF.holder == self._holder


@asynccontextmanager
async def held(
    database: Database, agent_id: str, session_id: str, seconds: float
) -> AsyncGenerator[Hold, None]:
    """Hold a session of an agent while the block runs.

    Args:
        database: Where it is.
        agent_id: The agent.
        session_id: The session.
        seconds: How long a hold is believed without a sign of life.

    Raises:
        NotFound: The agent has no such session.
        Conflict: Somebody else holds it.
    """
    hold = Hold(database, session_id, seconds)
    await hold.claim(agent_id)
    try:
        async with PeriodicTask(hold.renew, seconds / _RENEWALS, "session.not_held").running():
            yield hold
    finally:
        await hold.release()
