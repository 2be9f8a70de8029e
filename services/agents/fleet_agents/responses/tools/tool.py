"""What a tool of a response is, whoever runs it."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, TypeGuard

import msgspec

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.responses.events import Event
from fleet_agents.responses.steps import Said
from fleet_runtime.call import Call


class ToolCall(Protocol):
    """One call of a tool, from the model's first word of it on."""

    @property
    def item(self) -> m.Item:
        """What callers see of it, as it is now."""
        ...

    def opening(self) -> Iterator[Event]:
        """Yield the events that the model begins to write it."""
        ...

    def writing(self, new: str) -> Iterator[Event]:
        """Yield the events of new text of its arguments."""
        ...

    def written(self, arguments: str) -> Iterator[Event]:
        """Yield the events that its arguments are whole."""
        ...

    def cut_off(self, arguments: str) -> Iterator[Event]:
        """Yield the events that the model was stopped while it wrote it; none if nothing was told of it before."""
        ...


class ToolCallHere(ToolCall, Protocol):
    """One call of a tool that is run here."""

    @property
    def repeatable(self) -> bool:
        """Whether it may be run again when nobody knows whether it was: it changes nothing, or twice is as once."""
        ...

    def beginning(self) -> Iterator[Event]:
        """Yield the events that it is run."""
        ...

    async def run(self, arguments: Mapping[str, Any], call: Call) -> Said:
        """Run it, and return what the model is told. To be cancelled is to stop it.

        Raises:
            FleetError: It could not be run.
        """
        ...

    def fail(self, why: str) -> None:
        """Note that it failed, and why."""
        ...

    def ending(self) -> Iterator[Event]:
        """Yield the events that it has ended, well or not."""
        ...


class Tool(Protocol):
    """A tool that the model may call."""

    @property
    def definition(self) -> i.FunctionDefinition:
        """What the model is told of it."""
        ...

    def called(self, place: int, call_id: str) -> ToolCall:
        """Return a new call of it.

        Args:
            place: The place of its item among the output, from 0.
            call_id: What the model calls the call.
        """
        ...

    def resumed(self, place: int, item: m.Item) -> ToolCall:
        """Return a call that has been written before, by a process that died."""
        ...


def runs_here(call: ToolCall) -> TypeGuard[ToolCallHere]:
    """Whether a call is of a tool that is run here."""
    return hasattr(call, "run")


def one_text(
    name: str, what: str, *, description: str, about: str, longest: int | None = None
) -> i.FunctionDefinition:
    """Return the definition of a tool that takes one text.

    Args:
        name: The tool.
        what: The text's name.
        description: What the tool does, for the model.
        about: What the text is, for the model.
        longest: The most characters of the text. It keeps small models, whose calls are guided, from rambling.
    """
    text: dict[str, Any] = {"type": "string", "description": about}
    if longest is not None:
        text["maxLength"] = longest
    schema = {"type": "object", "properties": {what: text}, "required": [what]}
    parameters = msgspec.Raw(msgspec.json.encode(schema))
    return i.FunctionDefinition(name=name, description=description, parameters=parameters)
