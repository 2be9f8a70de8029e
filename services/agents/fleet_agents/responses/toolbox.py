"""The tools of one response: what the model is offered, and who runs what it calls."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.config import ServiceConfig
from fleet_agents.neighbours import Neighbours
from fleet_agents.responses.tools.code_interpreter import CodeInterpreter
from fleet_agents.responses.tools.file_search import FileSearch
from fleet_agents.responses.tools.functions import CustomTool, Function
from fleet_agents.responses.tools.mcp import McpTool, names
from fleet_agents.responses.tools.mcp_server import McpServer
from fleet_agents.responses.tools.tool import Tool
from fleet_agents.responses.tools.web_search import WebSearch
from fleet_runtime.errors import InvalidArgument


@dataclass(frozen=True)
class Offer:
    """What the model is offered for one answer.

    Attributes:
        tools: The tools that it may call.
        choice: Which of them it uses.
    """

    tools: Mapping[str, Tool]
    choice: i.ToolChoice

    @property
    def definitions(self) -> list[i.Tool]:
        """What the model is told of the tools."""
        return [i.Tool(type="function", function=tool.definition) for tool in self.tools.values()]

    def get(self, name: str) -> Tool | None:
        """Return the tool that the model calls `name`, if it is offered."""
        return self.tools.get(name)


_CALLERS_OWN = ("function", "custom")


class Toolbox:
    """The tools of one response.

    Args:
        asked: What the request says.
        neighbours: Who runs them.
        config: What requests leave open.

    Attributes:
        servers: The MCP servers, whose tools are not known before they are asked.
        files: The names of the files that searches have found, by their ids.
    """

    def __init__(
        self, asked: Iterable[m.ResponseTool], neighbours: Neighbours, config: ServiceConfig
    ) -> None:
        self.files: dict[str, str] = {}
        self.servers: list[McpServer] = []
        self._tools: dict[str, Tool] = {}
        self._kinds: dict[str, str] = {}
        make = _makers(neighbours, config, self.files)
        for entry in asked:
            if entry.type == "mcp":
                self._add_server(McpServer(entry, neighbours.tools))
            else:
                self.add(make[entry.type](entry), entry.type)

    def __bool__(self) -> bool:
        return bool(self._tools)

    def get(self, name: str) -> Tool | None:
        """Return the tool that the model calls `name`, if there is one."""
        return self._tools.get(name)

    def names(self) -> list[str]:
        """Return what the model may call."""
        return list(self._tools)

    def has_callers_own(self) -> bool:
        """Whether there are tools that the caller runs."""
        return any(kind in _CALLERS_OWN for kind in self._kinds.values())

    def know(self, server: McpServer, tools: Iterable[m.McpTool]) -> None:
        """Offer the tools of a server from now on."""
        listed = list(tools)
        called = names(((server.label, tool.name) for tool in listed), self._tools)
        for tool, name in zip(listed, called, strict=True):
            self._tools[name] = McpTool(server, tool, name)
            self._kinds[name] = "mcp"

    def mcp(self, server_label: str, name: str) -> McpTool | None:
        """Return a tool of a server, if it is offered."""
        for tool in self._tools.values():
            if isinstance(tool, McpTool) and (tool.server, tool.own_name) == (server_label, name):
                return tool
        return None

    def offered(self, choice: m.ResponseToolChoice) -> Offer:
        """Return what the model is offered.

        Raises:
            InvalidArgument: `choice` names a tool that is not there.
        """
        if choice == "required" and not self._tools:
            raise _no_such_choice("'tool_choice' is 'required', but there are no tools.")
        if isinstance(choice, str):
            return Offer(self._tools, choice)
        if choice.type == "allowed_tools":
            allowed = [name for one in choice.tools or () for name in self._meant(one)]
            return Offer(self._some(allowed), choice.mode or "auto")
        meant = self._meant(choice)
        if len(meant) > 1:
            return Offer(self._some(meant), "required")
        named = i.NamedToolChoice(type="function", function=i.FunctionName(name=meant[0]))
        return Offer(self._tools, named)

    def _some(self, names: Iterable[str]) -> dict[str, Tool]:
        return {name: self._tools[name] for name in names}

    def _meant(self, choice: m.CertainTool | m.AllowedTool) -> list[str]:
        """Return the names of the tools that one entry means."""
        meant = self._of_server(choice) if choice.type == "mcp" else self._of_kind(choice)
        if not meant:
            name = choice.name or choice.server_label or choice.type
            raise _no_such_choice(f"'tool_choice' names '{name}', which is not among 'tools'.")
        return meant

    def _of_server(self, choice: m.CertainTool | m.AllowedTool) -> list[str]:
        return [
            name
            for name, tool in self._tools.items()
            if isinstance(tool, McpTool)
            and tool.server == choice.server_label
            and choice.name in (None, tool.own_name)
        ]

    def _of_kind(self, choice: m.CertainTool | m.AllowedTool) -> list[str]:
        kind = _plain(choice.type)
        return [
            name
            for name, own in self._kinds.items()
            if _plain(own) == kind and choice.name in (None, name)
        ]

    def add(self, tool: Tool, kind: str) -> None:
        """Offer a tool, which is of a kind as `tool_choice` has it.

        Raises:
            InvalidArgument: It has no name, or that of another one.
        """
        name = tool.definition.name
        if not name or name in self._tools:
            raise InvalidArgument(
                f"'tools' has two tools called '{name}'."
                if name
                else "A tool of 'tools' has no 'name'.",
                code="invalid_tool_name",
                param="tools",
            )
        self._tools[name] = tool
        self._kinds[name] = kind

    def _add_server(self, server: McpServer) -> None:
        if any(server.label == other.label for other in self.servers):
            raise InvalidArgument(
                f"'tools' has two servers labelled '{server.label}'.",
                code="invalid_server_label",
                param="tools",
            )
        self.servers.append(server)


def _no_such_choice(message: str) -> InvalidArgument:
    return InvalidArgument(message, code="unknown_tool_choice", param="tool_choice")


def _makers(
    neighbours: Neighbours, config: ServiceConfig, files: dict[str, str]
) -> Mapping[str, Callable[[m.ResponseTool], Tool]]:
    """Return what makes each kind of tool."""

    def web(asked: m.ResponseTool) -> Tool:
        return WebSearch(asked, neighbours.tools, config.web_search_toolgroup)

    def code(asked: m.ResponseTool) -> Tool:
        return CodeInterpreter(asked, neighbours.tools, config.code_interpreter_toolgroup)

    def search(asked: m.ResponseTool) -> Tool:
        return FileSearch(asked, neighbours.stores, config.file_search, files)

    return {
        "function": Function,
        "custom": CustomTool,
        "file_search": search,
        "code_interpreter": code,
        **dict.fromkeys(_WEB, web),
    }


_WEB = (
    "web_search",
    "web_search_2025_08_26",
    "web_search_preview",
    "web_search_preview_2025_03_11",
)


def _plain(kind: str) -> str:
    """Return a kind of tool without its version."""
    return "web_search" if kind in _WEB else kind
