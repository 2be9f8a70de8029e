"""A turn as it is kept: as callers see it, and as the engine goes on from it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec.structs import replace

from fleet.agents.v1 import messages as m
from fleet_agents.responses.steps import Step
from fleet_runtime.store.rows import TENANT

UNANSWERED = "Nothing came of this call: the user went on without it."
"""What the model is told of calls that the caller never answered."""


class Asked(msgspec.Struct, omit_defaults=True):
    """What a turn was asked.

    Attributes:
        items: What was said, as the model reads it.
        toolgroups: The tool groups that stand in place of the agent's.
        tool_config: How tools are called, in place of how the agent calls them.
    """

    items: list[m.Item]
    toolgroups: list[m.AgentToolgroup] | None = None
    tool_config: m.AgentToolConfig | None = None


@dataclass(frozen=True)
class KeptTurn:
    """A turn.

    Attributes:
        turn: As callers see it.
        asked: What was asked.
        steps: What the engine did.
        awaiting: Whether it awaits what its caller's tools give.
    """

    turn: m.AgentTurn
    asked: Asked
    steps: list[Step] = field(default_factory=list)
    awaiting: bool = False

    @property
    def pending(self) -> list[Step]:
        """The calls that await an answer."""
        return [step for step in self.steps if step.use is not None and step.told is None]


def steps_before(turns: Iterable[KeptTurn], answered: Collection[str] = ()) -> list[Step]:
    """Return what a new turn goes on from.

    Args:
        turns: The turns before it, oldest first.
        answered: The calls that the new turn answers itself.
    """
    steps = []
    for kept in turns:
        steps += [Step(item=item) for item in kept.asked.items]
        steps += [_answered(step, answered) for step in kept.steps]
    return steps


def _answered(step: Step, elsewhere: Collection[str]) -> Step:
    """Return a step whose outcome is known: models read no call without one."""
    if step.use is None or step.told is not None or step.use.call_id in elsewhere:
        return step
    return replace(step, told=UNANSWERED)


turn_of = msgspec.json.Decoder(m.AgentTurn).decode
"""Read a turn as callers see it."""
_asked = msgspec.json.Decoder(Asked).decode
_steps = msgspec.json.Decoder(list[Step]).decode


def read_turn(row: Any) -> KeptTurn:
    """Return the turn that a row holds."""
    return KeptTurn(turn_of(row.turn), _asked(row.asked), _steps(row.steps), row.awaiting)


def turn_row(kept: KeptTurn) -> dict[str, Any]:
    """Return the row that holds a turn, but for its position."""
    return {
        "tenant": TENANT,
        "session": kept.turn.session_id,
        "id": kept.turn.turn_id,
        "awaiting": kept.awaiting,
        "turn": msgspec.json.encode(kept.turn).decode(),
        "asked": msgspec.json.encode(kept.asked).decode(),
        "steps": msgspec.json.encode(kept.steps).decode(),
    }
