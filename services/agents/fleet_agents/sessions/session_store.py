"""Keeping sessions and their turns. Each tenant sees its own."""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.sessions.hold import Hold, held
from fleet_agents.sessions.kept_turn import KeptTurn, read_turn, turn_of, turn_row
from fleet_agents.sessions.moments import moment
from fleet_agents.sessions.refusals import no_agent, no_session, no_turn
from fleet_agents.sessions.tables import AGENTS, SESSIONS, TURNS
from fleet_runtime.store import Database, Page
from fleet_runtime.store.rows import TENANT, now_ms

_OF, _EACH = SESSIONS.c, TURNS.c


class SessionStore:
    """Keeps sessions.

    Args:
        database: Where.
        lease_seconds: How long a session counts as busy after the last sign of life of who makes a turn of it.
    """

    def __init__(self, database: Database, lease_seconds: float) -> None:
        self._database = database
        self._lease_seconds = lease_seconds

    async def create(self, agent_id: str, name: str) -> str:
        """Keep a new session and return its id, or raise `NotFound` if there is no such agent."""
        session_id = str(uuid4())
        row = {"tenant": TENANT, "id": session_id, "agent": agent_id, "created": now_ms()}
        async with self._database.begin() as connection:
            await _agent_there(connection, agent_id)
            await connection.execute(
                sa.insert(SESSIONS), {**row, "name": name, "next_position": 0, "held_until": 0}
            )
        return session_id

    async def get(
        self, agent_id: str, session_id: str, turn_ids: Collection[str] | None = None
    ) -> m.AgentSession:
        """Return a session with its turns, or with some of them, or raise `NotFound`."""
        async with self._database.begin() as connection:
            row = await _get(connection, agent_id, session_id)
            turns = await _turns(connection, [session_id])
        wanted = [turn for turn in turns if turn_ids is None or turn.turn_id in turn_ids]
        return _session(row, wanted)

    async def list(self, agent_id: str, start: int, limit: int) -> Page[m.AgentSession]:
        """Return at most `limit` sessions with their turns, oldest first, but the first `start`.

        Raises:
            NotFound: There is no such agent.
        """
        query = (
            sa.select(SESSIONS)
            .where(_OF.tenant == TENANT, _OF.agent == agent_id)
            .order_by(_OF.created, _OF.id)
            .offset(start)
            .limit(limit + 1)
        )
        async with self._database.begin() as connection:
            await _agent_there(connection, agent_id)
            rows = (await connection.execute(query)).all()
            turns = await _turns(connection, [row.id for row in rows[:limit]])
        found = [
            _session(row, [turn for turn in turns if turn.session_id == row.id])
            for row in rows[:limit]
        ]
        return Page(found, len(rows) > limit)

    async def delete(self, agent_id: str, session_id: str) -> None:
        """Forget a session with its turns, or raise `NotFound`."""
        async with self._database.begin() as connection:
            await _get(connection, agent_id, session_id)
            for table, key in ((SESSIONS, _OF.id), (TURNS, _EACH.session)):
                gone = sa.delete(table).where(table.c.tenant == TENANT, key == session_id)
                await connection.execute(gone)

    def held(self, agent_id: str, session_id: str) -> AbstractAsyncContextManager[Hold]:
        """Hold a session while a block runs; raises `NotFound`, or `Conflict` if somebody else holds it."""
        return held(self._database, agent_id, session_id, self._lease_seconds)

    async def kept_turns(self, session_id: str) -> Sequence[KeptTurn]:
        """Return the turns of a session with all that is kept of them, oldest first."""
        query = sa.select(TURNS).where(*_inside(session_id)).order_by(_EACH.position)
        async with self._database.begin() as connection:
            return [read_turn(row) for row in await connection.execute(query)]

    async def keep(self, hold: Hold, kept: KeptTurn) -> None:
        """Keep a turn, in place of what was kept of it, and let its session go.

        Raises:
            Conflict: The session is not held any more.
        """
        row = turn_row(kept)
        same = (*_inside(hold.session_id), _EACH.id == kept.turn.turn_id)
        async with self._database.begin() as connection:
            position = await hold.next_position(connection)
            changed = await connection.execute(sa.update(TURNS).where(*same).values(**row))
            if not changed.rowcount:
                await connection.execute(sa.insert(TURNS), {**row, "position": position})

    async def turn(self, agent_id: str, session_id: str, turn_id: str) -> m.AgentTurn:
        """Return a turn, or raise `NotFound`."""
        query = sa.select(_EACH.turn).where(*_inside(session_id), _EACH.id == turn_id)
        async with self._database.begin() as connection:
            await _get(connection, agent_id, session_id)
            found = await connection.scalar(query)
        if found is None:
            raise no_turn(turn_id, session_id)
        return turn_of(found)


async def _agent_there(connection: AsyncConnection, agent_id: str) -> None:
    query = sa.select(AGENTS.c.id).where(AGENTS.c.tenant == TENANT, AGENTS.c.id == agent_id)
    if await connection.scalar(query) is None:
        raise no_agent(agent_id)


async def _get(connection: AsyncConnection, agent_id: str, session_id: str) -> Any:
    query = sa.select(SESSIONS).where(
        _OF.tenant == TENANT, _OF.id == session_id, _OF.agent == agent_id
    )
    row = (await connection.execute(query)).first()
    if row is None:
        raise no_session(session_id, agent_id)
    return row


async def _turns(connection: AsyncConnection, session_ids: Sequence[str]) -> list[m.AgentTurn]:
    """Return the turns of some sessions, oldest first in each."""
    query = (
        sa.select(_EACH.turn)
        .where(_EACH.tenant == TENANT, _EACH.session.in_(session_ids))
        .order_by(_EACH.session, _EACH.position)
    )
    return [turn_of(text) for text in await connection.scalars(query)]


def _inside(session_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _EACH.tenant == TENANT, _EACH.session == session_id


def _session(row: Any, turns: list[m.AgentTurn]) -> m.AgentSession:
    return m.AgentSession(
        session_id=row.id, session_name=row.name, turns=turns, started_at=moment(row.created)
    )
