"""Calls of tools that are run before the model is asked.

They are those that the caller has agreed to, and those that a process left undone when it died.
"""

from collections.abc import Iterator, Sequence

from fleet.agents.v1 import messages as m
from fleet_agents.responses.called import Called
from fleet_agents.responses.events import Event
from fleet_agents.responses.steps import Step, ToolUse
from fleet_agents.responses.toolbox import Toolbox
from fleet_agents.responses.tools.tool import runs_here
from fleet_runtime.errors import InvalidArgument


def approved(request: m.Item, place: int, toolbox: Toolbox) -> Called:
    """Return the call that the caller has agreed to.

    Args:
        request: What asked for it.
        place: The place of its item among the output, from 0.
        toolbox: The tools of the response.

    Raises:
        InvalidArgument: Its tool is not among them.
    """
    label, name = request.server_label or "", request.name or ""
    found = toolbox.mcp(label, name)
    if found is None:
        raise InvalidArgument(
            f"The call '{request.id}' that was agreed to is of '{name}' of the server '{label}', which is not among"
            " 'tools'. Give the same tools as before.",
            code="approved_tool_not_found",
            param="tools",
        )
    call = found.approved(place, request)
    use = ToolUse(request.id or "", found.definition.name, request.arguments or "{}")
    return Called(Step(item=call.item, use=use), call)


def opening(called: Called) -> Iterator[Event]:
    """Yield the events of a call that no model writes now: it is there, and whole."""
    arguments = called.step.use.arguments if called.step.use else "{}"
    if called.call is not None:
        yield from called.call.opening()
        yield from called.call.writing(arguments)
        yield from called.call.written(arguments)


def left_undone(steps: Sequence[Step], toolbox: Toolbox) -> Iterator[tuple[Called, bool]]:
    """Yield the calls whose outcome is not known, each with whether it may be run once more.

    One that may not may have changed something when it was run, which nobody knows.
    """
    place = 0
    for step in steps:
        if step.use is not None and step.told is None and step.begun and step.item is not None:
            found = toolbox.get(step.use.name)
            call = found.resumed(place, step.item) if found else None
            yield Called(step, call), call is not None and runs_here(call) and call.repeatable
        place += step.item is not None
