"""Tools of servers that speak the Model Context Protocol: `mcp`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet.tools.v1 import messages as t
from fleet.tools.v1.operations import ToolRuntimeServiceClient
from fleet_agents.items.ids import item_id
from fleet_agents.responses.events import Event, event, item_added, item_done, tool
from fleet_agents.responses.steps import CUT_OFF, Said
from fleet_agents.responses.tools.runtime import invoke
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument


class McpServer:
    """A server as a request names it, with what the caller lets it be told.

    Args:
        asked: What the request says.
        runtime: The service that talks to it.
    """

    def __init__(self, asked: m.ResponseTool, runtime: ToolRuntimeServiceClient) -> None:
        _check(asked)
        self.label = asked.server_label or ""
        self._asked = asked
        self._runtime = runtime

    async def tools(self, call: Call) -> list[m.McpTool]:
        """Return the tools that the model may use.

        Raises:
            FleetError: The server cannot be asked.
        """
        request = t.ListRuntimeToolsRequest(**self._place())
        listed = await self._runtime.list_runtime_tools(request, call)
        return [tool for tool in map(_told, listed.data) if _is_allowed(tool, self._asked)]

    def needs_approval(self, tool: m.McpTool) -> bool:
        """Whether a tool is run only when the caller has agreed."""
        wanted = self._asked.require_approval or "never"
        if isinstance(wanted, str):
            return wanted == "always"
        if wanted.never is not None and _is_in(tool, wanted.never):
            return False
        return wanted.always is None or _is_in(tool, wanted.always)

    async def run(self, name: str, arguments: Mapping[str, Any], call: Call) -> tuple[Said, bool]:
        """Run a tool, and return what the model is told, and whether it failed."""
        request = t.InvokeToolRequest(tool_name=name, **self._place())
        given = await invoke(self._runtime, request, arguments, call)
        return given.told, given.failed

    def _place(self) -> dict[str, Any]:
        asked = self._asked
        return {
            "authorization": asked.authorization,
            "headers": asked.headers,
            "connector_id": asked.connector_id,
            "mcp_endpoint": t.McpEndpoint(uri=asked.server_url) if asked.server_url else None,
        }


class McpTool:
    """A tool of a server.

    Args:
        server: The server.
        tool: What the server says of it.
        name: What the model calls it.
    """

    def __init__(self, server: McpServer, tool: m.McpTool, name: str) -> None:
        self.definition = i.FunctionDefinition(
            name=name, description=tool.description, parameters=tool.input_schema
        )
        self._server = server
        self._tool = tool

    @property
    def server(self) -> str:
        """What the request calls its server."""
        return self._server.label

    @property
    def own_name(self) -> str:
        """What its server calls it."""
        return self._tool.name

    def called(self, place: int, call_id: str) -> "McpCall | ApprovalRequest":
        """Return a new call of it, or a request to let it be called."""
        del call_id
        if self._server.needs_approval(self._tool):
            return ApprovalRequest(place, self._item("mcp_approval_request"))
        item = self._item("mcp_call")
        item.status = "in_progress"
        return self.resumed(place, item)

    def approved(self, place: int, request: m.Item) -> "McpCall":
        """Return the call that the caller has agreed to."""
        item = self._item("mcp_call")
        item.status, item.approval_request_id = "in_progress", request.id
        item.arguments = request.arguments
        return self.resumed(place, item)

    def resumed(self, place: int, item: m.Item) -> "McpCall":
        """Return a call that has been written before."""
        return McpCall(place, item, self._server, repeatable=_is_repeatable(self._tool))

    def _item(self, kind: Literal["mcp_call", "mcp_approval_request"]) -> m.Item:
        return m.Item(
            type=kind,
            id=item_id(kind),
            server_label=self._server.label,
            name=self._tool.name,
            arguments="",
        )


class ApprovalRequest:
    """A call that the caller must agree to first. It ends the response."""

    def __init__(self, place: int, item: m.Item) -> None:
        self._place = place
        self.item = item

    def opening(self) -> Iterator[Event]:
        """Yield nothing yet: there is nothing to agree to."""
        yield from ()

    def writing(self, new: str) -> Iterator[Event]:
        """Yield nothing yet."""
        del new
        yield from ()

    def written(self, arguments: str) -> Iterator[Event]:
        """Yield the events that there is something to agree to."""
        self.item.arguments = arguments
        yield item_added(self._place, msgspec.structs.replace(self.item))
        yield item_done(self._place, self.item)

    def cut_off(self, arguments: str) -> Iterator[Event]:
        """Yield nothing: there is nothing to agree to."""
        del arguments
        yield from ()


class McpCall:
    """One call of a tool of a server."""

    def __init__(self, place: int, item: m.Item, server: McpServer, *, repeatable: bool) -> None:
        self._place = place
        self._server = server
        self.item = item
        self.repeatable = repeatable

    def opening(self) -> Iterator[Event]:
        """Yield the events that the model begins to write it."""
        yield item_added(self._place, msgspec.structs.replace(self.item, arguments=""))
        yield tool("mcp_call.in_progress", self._place, self.item)

    def writing(self, new: str) -> Iterator[Event]:
        """Yield the event of new text of its arguments."""
        yield self._event("mcp_call_arguments.delta", delta=new)

    def written(self, arguments: str) -> Iterator[Event]:
        """Yield the event that its arguments are whole."""
        self.item.arguments = arguments
        yield self._event("mcp_call_arguments.done", arguments=arguments)

    def cut_off(self, arguments: str) -> Iterator[Event]:
        """Yield the events that it ends here."""
        yield from self.written(arguments)
        self.item.status, self.item.error = "incomplete", CUT_OFF
        yield tool("mcp_call.failed", self._place, self.item)
        yield item_done(self._place, self.item)

    def beginning(self) -> Iterator[Event]:
        """Yield nothing: that it began was told when the model began to write it."""
        yield from ()

    async def run(self, arguments: Mapping[str, Any], call: Call) -> Said:
        """Run it, and return what the model is told."""
        told, failed = await self._server.run(self.item.name or "", arguments, call)
        text = told if isinstance(told, str) else "".join(part.text or "" for part in told)
        if failed:
            self.fail(text)
        else:
            self.item.output = text
        return told

    def fail(self, why: str) -> None:
        """Note that it failed, and why."""
        self.item.status, self.item.error = "failed", why

    def ending(self) -> Iterator[Event]:
        """Yield the events that it has ended."""
        if self.item.status == "in_progress":
            self.item.status = "completed"
        phase = "completed" if self.item.status == "completed" else "failed"
        yield tool(f"mcp_call.{phase}", self._place, self.item)
        yield item_done(self._place, self.item)

    def _event(self, kind: str, **fields: object) -> Event:
        return event(kind, output_index=self._place, item_id=self.item.id, **fields)


def _check(asked: m.ResponseTool) -> None:
    """Raise `InvalidArgument` where a request does not say what server is meant."""
    if not asked.server_label:
        raise InvalidArgument(
            "An 'mcp' tool needs a 'server_label'.", code="missing_server_label", param="tools"
        )
    if bool(asked.server_url) == bool(asked.connector_id):
        raise InvalidArgument(
            f"The 'mcp' tool '{asked.server_label}' needs either 'server_url' or 'connector_id'.",
            code="missing_server",
            param="tools",
        )
    if any(name.lower() == "authorization" for name in asked.headers or ()):
        raise InvalidArgument(
            f"Give the token for '{asked.server_label}' as 'authorization', not among 'headers'.",
            code="authorization_in_headers",
            param="tools",
        )


def _told(tool: t.ToolDef) -> m.McpTool:
    """Return what a server says of a tool."""
    metadata = msgspec.json.decode(tool.metadata or b"null") or {}
    annotations = metadata.get("annotations")
    return m.McpTool(
        name=tool.name,
        description=tool.description,
        input_schema=tool.input_schema or msgspec.Raw(b'{"type":"object"}'),
        annotations=ABSENT if annotations is None else _raw(annotations),
    )


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


def _hints(tool: m.McpTool) -> Mapping[str, Any]:
    found: Mapping[str, Any] = msgspec.json.decode(tool.annotations or b"null") or {}
    return found


def _is_repeatable(tool: m.McpTool) -> bool:
    """Whether a server says that a tool changes nothing, or that twice is as once."""
    hints = _hints(tool)
    return hints.get("readOnlyHint") is True or hints.get("idempotentHint") is True


def _is_allowed(tool: m.McpTool, asked: m.ResponseTool) -> bool:
    allowed = asked.allowed_tools
    if allowed is None:
        return True
    return tool.name in allowed if isinstance(allowed, list) else _is_in(tool, allowed)


def _is_in(tool: m.McpTool, some: m.ToolFilter) -> bool:
    named = some.tool_names is None or tool.name in some.tool_names
    reads = some.read_only is None or some.read_only is (_hints(tool).get("readOnlyHint") is True)
    return named and reads


def names(tools: Iterable[tuple[str, str]], taken: Iterable[str]) -> list[str]:
    """Return what the model calls some tools, each given as its server and its name: its name, where that is free."""
    used = set(taken)
    chosen = []
    for server, name in tools:
        wanted = name if name not in used else f"{server}__{name}"
        used.add(wanted)
        chosen.append(wanted)
    return chosen
