"""Keeping agents. Each tenant sees its own."""

from typing import Any
from uuid import uuid4

import msgspec
import sqlalchemy as sa

from fleet.agents.v1 import messages as m
from fleet_agents.sessions.moments import moment
from fleet_agents.sessions.refusals import no_agent
from fleet_agents.sessions.tables import AGENTS, SESSIONS, TURNS
from fleet_runtime.store import Database, Page
from fleet_runtime.store.rows import TENANT, now_ms

_OF = AGENTS.c
_config = msgspec.json.Decoder(m.AgentConfig).decode


class AgentStore:
    """Keeps agents, which never change once they are there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, config: m.AgentConfig) -> str:
        """Keep a new agent, and return its id."""
        agent_id = str(uuid4())
        new = sa.insert(AGENTS).values(
            tenant=TENANT,
            id=agent_id,
            created=now_ms(),
            config=msgspec.json.encode(config).decode(),
        )
        async with self._database.begin() as connection:
            await connection.execute(new)
        return agent_id

    async def get(self, agent_id: str) -> m.Agent:
        """Return an agent, or raise `NotFound`."""
        query = sa.select(AGENTS).where(*_named(agent_id))
        async with self._database.begin() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            raise no_agent(agent_id)
        return _agent(row)

    async def list(self, start: int, limit: int) -> Page[m.Agent]:
        """Return at most `limit` agents, oldest first, but the first `start`."""
        query = (
            sa.select(AGENTS)
            .where(_OF.tenant == TENANT)
            .order_by(_OF.created, _OF.id)
            .offset(start)
            .limit(limit + 1)
        )
        async with self._database.begin() as connection:
            rows = (await connection.execute(query)).all()
        return Page([_agent(row) for row in rows[:limit]], len(rows) > limit)

    async def delete(self, agent_id: str) -> None:
        """Forget an agent, its sessions and their turns, or raise `NotFound`."""
        sessions = sa.select(SESSIONS.c.id).where(
            SESSIONS.c.tenant == TENANT, SESSIONS.c.agent == agent_id
        )
        turns = sa.delete(TURNS).where(
            TURNS.c.tenant == TENANT, TURNS.c.session.in_(sessions.scalar_subquery())
        )
        own = sa.delete(SESSIONS).where(SESSIONS.c.tenant == TENANT, SESSIONS.c.agent == agent_id)
        async with self._database.begin() as connection:
            gone = await connection.execute(sa.delete(AGENTS).where(*_named(agent_id)))
            if not gone.rowcount:
                raise no_agent(agent_id)
            await connection.execute(turns)
            await connection.execute(own)


def _named(agent_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _OF.tenant == TENANT, _OF.id == agent_id


def _agent(row: Any) -> m.Agent:
    return m.Agent(
        agent_id=row.id, agent_config=_config(row.config), created_at=moment(row.created)
    )
