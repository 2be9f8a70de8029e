"""The calls of tools that are run here, told as steps one after the other.

The engine runs several at once. Callers are told the end of one before the beginning of the next, as clients expect it.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from fleet.agents.v1 import messages as m
from fleet_agents.responses.steps import CUT_OFF, Step, ToolUse
from fleet_agents.sessions import payloads
from fleet_agents.sessions.agent_steps import begun, tool_call
from fleet_agents.sessions.content import content_of
from fleet_agents.sessions.moments import now
from fleet_agents.sessions.payloads import Payload
from fleet_agents.sessions.tools.toolset import Toolset


@dataclass
class _Execution:
    """A call that is run here.

    Attributes:
        step: The engine's step of it.
        use: The call.
        shown: The step that callers see.
        is_told: Whether callers know that it has begun.
    """

    step: Step
    use: ToolUse
    shown: m.AgentStep
    is_told: bool = False


class Executions:
    """Tells of calls.

    Args:
        turn: The turn whose they are. Its steps are added to.
        toolset: The tools that are called.

    Attributes:
        since: When the last of them ended; unset before.
    """

    def __init__(self, turn: m.AgentTurn, toolset: Toolset) -> None:
        self.since: str | None = None
        self._turn = turn
        self._toolset = toolset
        self._open: deque[_Execution] = deque()

    def begin(self, steps: Iterable[Step]) -> None:
        """Note the calls among the engine's steps that are run here, or refused."""
        for step in steps:
            use = step.use
            if use is not None and use.name not in self._toolset.callers and step.told != CUT_OFF:
                shown = begun(self._turn.turn_id, "tool_execution")
                self._open.append(_Execution(step, use, shown))

    def news(self) -> Iterator[Payload]:
        """Yield what has happened to them since this was asked last."""
        for one in self._open:
            if one.step.told is not None and one.shown.completed_at is None:
                one.shown.completed_at = now()
        while self._open:
            first = self._open[0]
            if not first.is_told:
                first.is_told = True
                yield payloads.step_start(first.shown)
                yield payloads.call(first.shown, tool_call(first.use), "in_progress")
            if first.step.told is None:
                return
            self._open.popleft()
            yield self._ended(first)

    def _ended(self, one: _Execution) -> Payload:
        self.since = now()
        one.shown.tool_calls, one.shown.tool_responses = [tool_call(one.use)], [self._given(one)]
        self._turn.steps.append(one.shown)
        return payloads.step_complete(one.shown)

    def _given(self, one: _Execution) -> m.AgentToolResponse:
        item = one.step.item
        more = self._toolset.more.get(item.id, {}) if item is not None and item.id else {}
        return m.AgentToolResponse(
            call_id=one.use.call_id,
            tool_name=one.use.name,
            content=content_of(one.step.told or ""),
            metadata=msgspec.Raw(msgspec.json.encode(more)),
        )
