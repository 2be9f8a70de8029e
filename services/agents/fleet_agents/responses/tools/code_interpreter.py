"""Running programs that the model writes: `code_interpreter`."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from fleet.agents.v1 import messages as m
from fleet.tools.v1 import messages as t
from fleet.tools.v1.operations import ToolRuntimeServiceClient
from fleet_agents.items.ids import item_id, new_id
from fleet_agents.responses.events import Event, event, item_added, item_done, tool
from fleet_agents.responses.steps import Said
from fleet_agents.responses.tools.runtime import invoke
from fleet_agents.responses.tools.tool import one_text
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument


class CodeInterpreter:
    """Runs programs by a tool group of the tools service, all those of one container in one folder.

    Args:
        asked: What the request says.
        runtime: The service that runs tools.
        group: Its tool group.
    """

    def __init__(
        self, asked: m.ResponseTool, runtime: ToolRuntimeServiceClient, group: str
    ) -> None:
        self.definition = one_text(
            "code_interpreter",
            "code",
            about="The program.",
            description=(
                "Runs a Python program in a sandbox without network, and returns what it prints, the value of its last"
                " expression, and the images that it leaves in its folder."
            ),
        )
        self._runtime = runtime
        self._group = group
        self._container = _container(asked)

    def called(self, place: int, call_id: str) -> "CodeInterpreterCall":
        """Return a new call of it."""
        del call_id
        item = m.Item(
            type="code_interpreter_call",
            id=item_id("code_interpreter_call"),
            status="in_progress",
            code="",
            container_id=self._container,
            outputs=[],
        )
        return CodeInterpreterCall(place, item, self)

    def resumed(self, place: int, item: m.Item) -> "CodeInterpreterCall":
        """Return a call that has been written before."""
        return CodeInterpreterCall(place, item, self)

    async def run(self, code: str, call: Call) -> tuple[Said, bool]:
        """Run a program, and return what the model is told, and whether it failed."""
        request = t.InvokeToolRequest(tool_name="code_interpreter", toolgroup_id=self._group)
        arguments = {"code": code, "session": self._container}
        given = await invoke(self._runtime, request, arguments, call)
        return given.told, given.failed


class CodeInterpreterCall:
    """One program. It may have changed files, so it is not run again when nobody knows whether it was."""

    repeatable = False

    def __init__(self, place: int, item: m.Item, interpreter: CodeInterpreter) -> None:
        self._place = place
        self._interpreter = interpreter
        self.item = item

    def opening(self) -> Iterator[Event]:
        """Yield the events that the model begins to write it."""
        yield item_added(self._place, msgspec.structs.replace(self.item))
        yield self._event("in_progress")

    def writing(self, new: str) -> Iterator[Event]:
        """Yield nothing yet: the program stands within JSON."""
        del new
        yield from ()

    def written(self, arguments: str) -> Iterator[Event]:
        """Yield the events that the program is whole."""
        try:
            code = msgspec.json.decode(arguments, type=dict[str, str]).get("code", "")
        except msgspec.DecodeError:
            code = arguments
        self.item.code = code
        fields = {"output_index": self._place, "item_id": self.item.id}
        yield event("code_interpreter_call_code.delta", delta=code, **fields)
        yield event("code_interpreter_call_code.done", code=code, **fields)

    def cut_off(self, arguments: str) -> Iterator[Event]:
        """Yield the event that it ends here."""
        del arguments
        self.item.status = "incomplete"
        yield item_done(self._place, self.item)

    def beginning(self) -> Iterator[Event]:
        """Yield the event that it is run."""
        yield self._event("interpreting")

    async def run(self, arguments: Mapping[str, Any], call: Call) -> Said:
        """Run it, and return what the model is told."""
        code = str(arguments.get("code") or "")
        if not code.strip():
            raise InvalidArgument("'code' is empty.", code="empty_code", param="code")
        told, failed = await self._interpreter.run(code, call)
        self.item.outputs = _outputs(told)
        if failed:
            self.item.status = "failed"
        return told

    def fail(self, why: str) -> None:
        """Note that it failed."""
        self.item.status, self.item.outputs = "failed", [m.CodeOutput(type="logs", logs=why)]

    def ending(self) -> Iterator[Event]:
        """Yield the events that it has ended. There is none of its own for one that failed."""
        if self.item.status == "in_progress":
            self.item.status = "completed"
            yield self._event("completed")
        yield item_done(self._place, self.item)

    def _event(self, phase: str) -> Event:
        return tool(f"code_interpreter_call.{phase}", self._place, self.item)


def _container(asked: m.ResponseTool) -> str:
    """Return the id of the container that a request names, or of a new one."""
    named = None if asked.container is ABSENT else msgspec.json.decode(asked.container)
    return named if isinstance(named, str) else new_id("cntr")


def _outputs(told: Said) -> list[m.CodeOutput]:
    if isinstance(told, str):
        return [m.CodeOutput(type="logs", logs=told)]
    return [
        m.CodeOutput(type="image", url=part.image_url)
        if part.type == "input_image"
        else m.CodeOutput(type="logs", logs=part.text or "")
        for part in told
    ]
