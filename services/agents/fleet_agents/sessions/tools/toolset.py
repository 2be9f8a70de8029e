"""All tools of one turn."""

from collections.abc import Iterable
from dataclasses import dataclass

from fleet.agents.v1 import messages as m
from fleet_agents.config import ServiceConfig
from fleet_agents.neighbours import Neighbours
from fleet_agents.responses.toolbox import Toolbox
from fleet_agents.sessions.tools.client import client_tool
from fleet_agents.sessions.tools.group import group_tools
from fleet_agents.sessions.tools.knowledge_search import GROUPS, knowledge_search
from fleet_agents.sessions.tools.named_group import NamedGroup, named_group
from fleet_agents.sessions.tools.tool_here import More, ToolHere
from fleet_runtime.call import Call

_KIND = "function"


@dataclass(frozen=True)
class Toolset:
    """The tools of one turn.

    Attributes:
        toolbox: What the model may use.
        callers: The names of the tools that the caller runs.
        more: What calls gave besides what the model is told, by their items' ids.
    """

    toolbox: Toolbox
    callers: frozenset[str]
    more: More


class Tools:
    """Finds the tools that agents name.

    Args:
        neighbours: The services that run them.
        config: The names of tool groups, and what the model is told of searches.
    """

    def __init__(self, neighbours: Neighbours, config: ServiceConfig) -> None:
        self._neighbours = neighbours
        self._config = config
        self._groups = {
            "builtin::websearch": config.web_search_toolgroup,
            "builtin::code_interpreter": config.code_interpreter_toolgroup,
        }

    async def of(
        self,
        groups: Iterable[m.AgentToolgroup],
        own: Iterable[m.AgentClientTool],
        call: Call,
    ) -> Toolset:
        """Return the tools of a turn.

        Args:
            groups: The tool groups, or tools of groups, that are run here.
            own: The tools that the caller runs.
            call: On whose behalf.

        Raises:
            NotFound: There is no such group or tool.
            InvalidArgument: Two tools have one name, or a group lacks what it needs.
            FleetError: Who has the tools cannot be asked.
        """
        more: More = {}
        toolbox = Toolbox((), self._neighbours, self._config)
        functions = [client_tool(one) for one in own]
        for function in functions:
            toolbox.add(function, _KIND)
        for entry in groups:
            for tool in await self._group(named_group(entry), more, call):
                toolbox.add(tool, _KIND)
        names = frozenset(function.definition.name for function in functions)
        return Toolset(toolbox, names, more)

    async def _group(self, named: NamedGroup, more: More, call: Call) -> list[ToolHere]:
        if named.group in GROUPS:
            stores = self._neighbours.stores
            return [knowledge_search(named, stores, self._config.file_search, more)]
        group = self._groups.get(named.group, named.group)
        return await group_tools(named, group, self._neighbours.tools, more, call)
