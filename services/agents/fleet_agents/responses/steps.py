"""What has happened in a response so far: its output, and what the model was told that its output does not show.

A response's steps are all that is needed to go on with it: the next request to the model is made of them, and so is the
response that callers see. They are kept as JSON.
"""

from collections.abc import Iterable

import msgspec

from fleet.agents.v1 import messages as m
from fleet_agents.items.inclusion import shown

Said = str | list[m.Part]
"""What a model is told: a text, or parts."""


CUT_OFF = "This call was cut off."
"""What is told of a call that the model did not write to its end."""


UNKNOWN_OUTCOME = (
    "Nobody knows whether this call was made: the service ended while it was at it. It is not made again, as that may"
    " do harm."
)
"""What is told of a call that a process left undone, and that must not be made twice."""


class ToolUse(msgspec.Struct, frozen=True, omit_defaults=True):
    """One call of a tool, as the model made it.

    Attributes:
        call_id: Names it.
        name: What the model called.
        arguments: JSON text, as the model wrote it.
    """

    call_id: str
    name: str
    arguments: str


class Step(msgspec.Struct, omit_defaults=True):
    """One thing that happened.

    Attributes:
        item: What callers see of it; nothing if that is none of their business, such as a call of a tool that is not
            there.
        use: The call of a tool that it is.
        told: What the model is told of that call's outcome. Unset while it is not known, and where the caller tells it.
        begun: Whether the tool of a call that runs here may have begun.
        turn: Which answer of the model it belongs to, from 1; 0 for what was asked.
    """

    item: m.Item | None = None
    use: ToolUse | None = None
    told: Said | None = None
    begun: bool = False
    turn: int = 0


def give_up(steps: Iterable[Step], why: str) -> None:
    """Note that the calls that are under way have failed, and tell the model why, should it ever read on."""
    for step in steps:
        if step.begun and step.told is None:
            step.told = why
            if step.item is not None:
                step.item.status = "failed"


def output(steps: Iterable[Step], include: frozenset[str]) -> list[m.Item]:
    """Return what callers see of steps, with what they want included and nothing else."""
    return [shown(step.item, include) for step in steps if step.item is not None]
