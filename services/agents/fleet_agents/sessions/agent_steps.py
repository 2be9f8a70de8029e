"""Steps as callers see them."""

from collections.abc import Iterable, Sequence
from typing import Literal
from uuid import uuid4

from fleet.agents.v1 import messages as m
from fleet_agents.responses.chat_content import text_of
from fleet_agents.responses.steps import Step, ToolUse
from fleet_agents.sessions.moments import now

Kind = Literal["inference", "tool_execution", "shield_call"]


def begun(turn_id: str, kind: Kind) -> m.AgentStep:
    """Return a step that begins now."""
    return m.AgentStep(turn_id=turn_id, step_id=str(uuid4()), started_at=now(), step_type=kind)


def tool_call(use: ToolUse) -> m.AgentToolCall:
    """Return a call as callers see it."""
    return m.AgentToolCall(call_id=use.call_id, tool_name=use.name, arguments=use.arguments)


def message(text: str, stop_reason: str, calls: Iterable[ToolUse] = ()) -> m.AgentCompletionMessage:
    """Return what a model, or the agent, said."""
    return m.AgentCompletionMessage(
        content=text, stop_reason=stop_reason, tool_calls=[tool_call(use) for use in calls]
    )


def text_said(steps: Iterable[Step]) -> str:
    """Return what the model said in steps, without what it thought and called."""
    items = [step.item for step in steps if step.item is not None]
    return "".join(text_of(item.content or "") for item in items if item.type == "message")


def uses(steps: Sequence[Step]) -> list[ToolUse]:
    """Return the calls among steps."""
    return [step.use for step in steps if step.use is not None]


def has_pending(steps: Iterable[Step]) -> bool:
    """Whether a call among steps awaits what the caller's tools give."""
    return any(step.use is not None and step.told is None for step in steps)
