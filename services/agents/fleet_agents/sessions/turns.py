"""Asking agents something: new turns of sessions, and turns that go on."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from uuid import uuid4

from msgspec.structs import replace

from fleet.agents.v1 import messages as m
from fleet_agents.responses.history import named_items
from fleet_agents.responses.steps import Step
from fleet_agents.sessions.agent_steps import begun, message, tool_call, uses
from fleet_agents.sessions.agent_store import AgentStore
from fleet_agents.sessions.content import input_items, said
from fleet_agents.sessions.hold import Hold
from fleet_agents.sessions.kept_turn import Asked, KeptTurn, steps_before
from fleet_agents.sessions.moments import now
from fleet_agents.sessions.payloads import Payload, step_complete, turn_start
from fleet_agents.sessions.planning import TurnPlanner
from fleet_agents.sessions.refusals import no_turn, not_awaiting
from fleet_agents.sessions.session_store import SessionStore
from fleet_agents.sessions.turn_run import TurnRun, ending
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument


class Turns:
    """Makes turns.

    Args:
        planner: Says what they are made of.
        agents: Where agents are kept.
        sessions: Where sessions are kept.
    """

    def __init__(self, planner: TurnPlanner, agents: AgentStore, sessions: SessionStore) -> None:
        self._planner = planner
        self._agents = agents
        self._sessions = sessions

    async def create(
        self, request: m.CreateAgentTurnRequest, call: Call
    ) -> AsyncGenerator[Payload, None]:
        """Yield the events of a new turn. To close this early stops it, and nothing of it is kept.

        Raises:
            FleetError: It cannot be made.
        """
        agent = (await self._agents.get(request.agent_id)).agent_config
        async with self._sessions.held(request.agent_id, request.session_id) as hold:
            asked = _asked(request)
            answered = {item.call_id or "" for item in asked.items}
            before = steps_before(await self._sessions.kept_turns(request.session_id), answered)
            plan = await self._planner.plan(agent, asked, before, call)
            kept = KeptTurn(_new_turn(request), asked)
            run = TurnRun(kept, plan, plan.engine.history.asked)
            async with aclosing(self._made(run, hold, turn_start(kept.turn.turn_id))) as told:
                async for payload in told:
                    yield payload

    async def resume(
        self, request: m.ResumeAgentTurnRequest, call: Call
    ) -> AsyncGenerator[Payload, None]:
        """Yield the events of a turn that goes on. To close this early stops it, and it awaits the same as before.

        Raises:
            FleetError: It cannot go on.
        """
        agent = (await self._agents.get(request.agent_id)).agent_config
        async with self._sessions.held(request.agent_id, request.session_id) as hold:
            turns = await self._sessions.kept_turns(request.session_id)
            kept = _awaiting(turns, request)
            steps = _with_told(kept, request.tool_responses)
            before = steps_before(turns[:-1])
            plan = await self._planner.plan(agent, kept.asked, before, call, resumed=True)
            executed = _executed(kept, request.tool_responses)
            kept.turn.steps.append(executed)
            news = [new for new, old in zip(steps, kept.steps, strict=True) if new is not old]
            run = TurnRun(KeptTurn(kept.turn, kept.asked, steps), plan, news)
            async with aclosing(self._made(run, hold, step_complete(executed))) as told:
                async for payload in told:
                    yield payload

    async def _made(
        self, run: TurnRun, hold: Hold, opening: Payload
    ) -> AsyncGenerator[Payload, None]:
        """Yield the events of a turn, and keep it before the last one is told."""
        async with aclosing(run.payloads(opening)) as told:
            async for payload in told:
                yield payload
        kept = run.kept()
        await self._sessions.keep(hold, kept)
        yield ending(kept)


def _asked(request: m.CreateAgentTurnRequest) -> Asked:
    items = named_items(input_items(request.messages, request.documents or ()))
    return Asked(items, request.toolgroups, request.tool_config)


def _new_turn(request: m.CreateAgentTurnRequest) -> m.AgentTurn:
    return m.AgentTurn(
        turn_id=str(uuid4()),
        session_id=request.session_id,
        input_messages=request.messages,
        steps=[],
        output_message=message("", "end_of_turn"),
        output_attachments=[],
        started_at=now(),
    )


def _awaiting(turns: Sequence[KeptTurn], request: m.ResumeAgentTurnRequest) -> KeptTurn:
    """Return the turn that a request goes on with."""
    if all(kept.turn.turn_id != request.turn_id for kept in turns):
        raise no_turn(request.turn_id, request.session_id)
    newest = turns[-1]
    if newest.turn.turn_id != request.turn_id or not newest.awaiting:
        raise not_awaiting(request.turn_id)
    return newest


def _with_told(kept: KeptTurn, responses: Sequence[m.AgentToolResponse]) -> list[Step]:
    """Return the steps of a turn with what the caller's tools gave.

    Raises:
        InvalidArgument: A call that the turn awaits is not answered, or another one is.
    """
    told = {
        one.call_id: said(one.content, f"tool_responses[{place}].content")
        for place, one in enumerate(responses)
    }
    awaited = {use.call_id for use in uses(kept.pending)}
    if awaited != set(told):
        raise InvalidArgument(
            f"The turn awaits what these calls gave, no less and no more: {', '.join(sorted(awaited))}.",
            code="tool_responses_do_not_fit",
            param="tool_responses",
        )
    return [
        replace(step, told=told[step.use.call_id])
        if step.use is not None and step.told is None
        else step
        for step in kept.steps
    ]


def _executed(kept: KeptTurn, responses: list[m.AgentToolResponse]) -> m.AgentStep:
    """Return the step of the tools that the caller has run since the turn awaited it."""
    step = begun(kept.turn.turn_id, "tool_execution")
    step.started_at, step.completed_at = kept.turn.completed_at, step.started_at
    step.tool_calls = [tool_call(use) for use in uses(kept.pending)]
    step.tool_responses = responses
    return step
