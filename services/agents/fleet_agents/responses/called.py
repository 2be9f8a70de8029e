"""Calls of tools, while the model writes them and when it has written them."""

from dataclasses import dataclass, field

from fleet.inference.v1 import messages as i
from fleet_agents.responses.steps import Step
from fleet_agents.responses.tools.tool import ToolCall


@dataclass
class Writing:
    """A call that the model is writing.

    Attributes:
        index: Its place among the calls of the answer.
        call_id: What the model calls it.
        name: What it calls.
        arguments: What there is of its arguments.
        call: The call; nothing if there is no such tool.
    """

    index: int
    call_id: str
    name: str
    arguments: list[str] = field(default_factory=list)
    call: ToolCall | None = None

    def is_left_for(self, piece: i.ToolCall) -> bool:
        """Whether a piece begins another call: by its place, or as some servers leave that out, by its name."""
        if piece.index is not None and piece.index != self.index:
            return True
        named = piece.function is not None and bool(piece.function.name)
        return named and piece.id is not None and piece.id != self.call_id


@dataclass(frozen=True)
class Called:
    """A call that the model has written.

    Attributes:
        step: Its step.
        call: The call; nothing if there is no such tool.
    """

    step: Step
    call: ToolCall | None
