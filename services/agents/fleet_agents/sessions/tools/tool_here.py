"""A tool of an agent that is run here. The caller sees its calls as those of functions."""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Protocol

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.items.ids import item_id
from fleet_agents.responses.events import Event, tool
from fleet_agents.responses.steps import Said
from fleet_agents.responses.tools.functions import FunctionCall
from fleet_agents.responses.tools.runtime import Given
from fleet_runtime.call import Call

More = MutableMapping[str, Mapping[str, Any]]
"""What calls gave besides what the model is told, by their items' ids."""

CALL_BEGUN, CALL_ENDED = "function_call.in_progress", "function_call.completed"
"""What happens to a call: events of the engine that are none of a response."""


class Runner(Protocol):
    """Runs one tool."""

    async def __call__(self, arguments: Mapping[str, Any], call: Call) -> Given:
        """Run it.

        Raises:
            FleetError: It could not be run.
        """
        ...


class ToolHere:
    """A tool that is run here.

    Args:
        definition: What the model is told of it.
        runner: Runs it.
        more: Takes what calls gave besides.
    """

    def __init__(self, definition: i.FunctionDefinition, runner: Runner, more: More) -> None:
        self.definition = definition
        self._runner = runner
        self._more = more

    def called(self, place: int, call_id: str) -> "CallHere":
        """Return a new call of it."""
        item = m.Item(
            type="function_call",
            id=item_id("function_call"),
            call_id=call_id,
            name=self.definition.name,
            arguments="",
            status="in_progress",
        )
        return self.resumed(place, item)

    def resumed(self, place: int, item: m.Item) -> "CallHere":
        """Return a call that has been written before."""
        return CallHere(place, item, self)

    async def run(self, item: m.Item, arguments: Mapping[str, Any], call: Call) -> Said:
        """Run a call, and return what the model is told."""
        given = await self._runner(arguments, call)
        if item.id is not None:
            self._more[item.id] = given.metadata
        return given.told


class CallHere(FunctionCall):
    """One call. Nobody knows what it changes, so it is not run twice."""

    repeatable = False

    def __init__(self, place: int, item: m.Item, own: ToolHere) -> None:
        super().__init__(place, item)
        self._own = own
        self._at = place

    def beginning(self) -> Iterator[Event]:
        """Yield the event that it is run."""
        yield tool(CALL_BEGUN, self._at, self.item)

    async def run(self, arguments: Mapping[str, Any], call: Call) -> Said:
        """Run it, and return what the model is told."""
        return await self._own.run(self.item, arguments, call)

    def fail(self, why: str) -> None:
        """Note that it failed. Why is told to the model."""
        del why
        self.item.status = "failed"

    def ending(self) -> Iterator[Event]:
        """Yield the event that it has ended."""
        yield tool(CALL_ENDED, self._at, self.item)
