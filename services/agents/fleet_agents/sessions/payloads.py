"""The events of a turn's stream."""

import msgspec

from fleet.agents.v1 import messages as m

Payload = m.AgentTurnPayload


def turn_start(turn_id: str) -> Payload:
    """Return the event that a turn begins."""
    return Payload(event_type="turn_start", turn_id=turn_id)


def step_start(step: m.AgentStep, **metadata: str) -> Payload:
    """Return the event that a step begins, with what is known of it."""
    told = msgspec.Raw(msgspec.json.encode(metadata))
    return _of_step("step_start", step, metadata=told)


def text(step: m.AgentStep, new: str) -> Payload:
    """Return the event of new text."""
    return _of_step("step_progress", step, delta=m.AgentDelta(type="text", text=new))


def call(step: m.AgentStep, new: m.AgentToolCallDelta, status: str) -> Payload:
    """Return the event of the new part of a call, which is then `status`."""
    delta = m.AgentDelta(type="tool_call", tool_call=new, parse_status=status)
    return _of_step("step_progress", step, delta=delta)


def step_complete(step: m.AgentStep) -> Payload:
    """Return the event that a step has ended."""
    return _of_step("step_complete", step, step_details=step)


def turn_end(turn: m.AgentTurn, *, awaiting: bool) -> Payload:
    """Return the event that a turn has ended, or awaits its caller."""
    kind = "turn_awaiting_input" if awaiting else "turn_complete"
    return Payload(event_type=kind, turn=turn)


def _of_step(kind: str, step: m.AgentStep, **fields: object) -> Payload:
    return Payload(event_type=kind, step_type=step.step_type, step_id=step.step_id, **fields)  # type: ignore[arg-type] # by name
