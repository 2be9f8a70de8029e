"""The operations of the Agents API."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fleet.agents.v1 import messages as m
from fleet_agents.sessions.agent_store import AgentStore
from fleet_agents.sessions.payloads import Payload
from fleet_agents.sessions.refusals import no_step
from fleet_agents.sessions.session_store import SessionStore
from fleet_agents.sessions.turns import Turns
from fleet_runtime.call import Call
from fleet_runtime.errors import Internal
from fleet_runtime.operation import Answer, Stream

_MOST = 100


class Agents:
    """Keeps agents and their sessions, and has agents asked.

    Args:
        agents: Where agents are kept.
        sessions: Where sessions are kept.
        turns: Makes turns.
    """

    def __init__(self, agents: AgentStore, sessions: SessionStore, turns: Turns) -> None:
        self._agents = agents
        self._sessions = sessions
        self._turns = turns

    async def create_agent(
        self, request: m.CreateAgentRequest, call: Call
    ) -> Answer[m.AgentCreated]:
        """Create an agent."""
        del call
        return m.AgentCreated(agent_id=await self._agents.create(request.agent_config))

    async def list_agents(self, request: m.ListAgentsRequest, call: Call) -> Answer[m.AgentList]:
        """List agents, oldest first."""
        del call
        page = await self._agents.list(request.start_index or 0, _limit(request.limit))
        return m.AgentList(data=list(page.items), has_more=page.has_more, url="/v1/agents")

    async def get_agent(self, request: m.GetAgentRequest, call: Call) -> Answer[m.Agent]:
        """Get an agent."""
        del call
        return await self._agents.get(request.agent_id)

    async def delete_agent(self, request: m.DeleteAgentRequest, call: Call) -> None:
        """Delete an agent with its sessions."""
        del call
        await self._agents.delete(request.agent_id)

    async def create_agent_session(
        self, request: m.CreateAgentSessionRequest, call: Call
    ) -> Answer[m.AgentSessionCreated]:
        """Create a session."""
        del call
        created = await self._sessions.create(request.agent_id, request.session_name)
        return m.AgentSessionCreated(session_id=created)

    async def list_agent_sessions(
        self, request: m.ListAgentSessionsRequest, call: Call
    ) -> Answer[m.AgentSessionList]:
        """List the sessions of an agent, oldest first."""
        del call
        page = await self._sessions.list(
            request.agent_id, request.start_index or 0, _limit(request.limit)
        )
        url = f"/v1/agents/{request.agent_id}/sessions"
        return m.AgentSessionList(data=list(page.items), has_more=page.has_more, url=url)

    async def get_agent_session(
        self, request: m.GetAgentSessionRequest, call: Call
    ) -> Answer[m.AgentSession]:
        """Get a session with its turns, or with some of them."""
        del call
        return await self._sessions.get(request.agent_id, request.session_id, request.turn_ids)

    async def delete_agent_session(self, request: m.DeleteAgentSessionRequest, call: Call) -> None:
        """Delete a session with its turns."""
        del call
        await self._sessions.delete(request.agent_id, request.session_id)

    async def create_agent_turn(
        self, request: m.CreateAgentTurnRequest, call: Call
    ) -> Answer[m.AgentTurn] | Stream[m.AgentTurnChunk]:
        """Ask an agent something."""
        payloads = self._turns.create(request, call)
        return _chunks(payloads) if request.stream else await _whole(payloads)

    async def resume_agent_turn(
        self, request: m.ResumeAgentTurnRequest, call: Call
    ) -> Answer[m.AgentTurn] | Stream[m.AgentTurnChunk]:
        """Go on with a turn that awaits what the caller's tools gave."""
        payloads = self._turns.resume(request, call)
        return _chunks(payloads) if request.stream else await _whole(payloads)

    async def get_agent_turn(
        self, request: m.GetAgentTurnRequest, call: Call
    ) -> Answer[m.AgentTurn]:
        """Get a turn."""
        del call
        return await self._sessions.turn(request.agent_id, request.session_id, request.turn_id)

    async def get_agent_step(
        self, request: m.GetAgentStepRequest, call: Call
    ) -> Answer[m.AgentStepFound]:
        """Get a step of a turn."""
        del call
        turn = await self._sessions.turn(request.agent_id, request.session_id, request.turn_id)
        found = next((step for step in turn.steps if step.step_id == request.step_id), None)
        if found is None:
            raise no_step(request.step_id, request.turn_id)
        return m.AgentStepFound(step=found)


async def _chunks(
    payloads: AsyncGenerator[Payload, None],
) -> AsyncGenerator[m.AgentTurnChunk, None]:
    async with aclosing(payloads):
        async for payload in payloads:
            yield m.AgentTurnChunk(event=m.AgentTurnEvent(payload=payload))


async def _whole(payloads: AsyncGenerator[Payload, None]) -> m.AgentTurn:
    """Return the turn that events end with."""
    turn: m.AgentTurn | None = None
    async with aclosing(payloads):
        async for payload in payloads:
            turn = payload.turn
    if turn is None:
        raise Internal("A turn ended without an end.")
    return turn


def _limit(asked: int | None) -> int:
    """Return how many to list; -1 is as many as there may be."""
    return _MOST if asked is None or asked < 0 else min(asked, _MOST)
