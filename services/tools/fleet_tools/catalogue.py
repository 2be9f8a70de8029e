"""Which tools there are, and who has the one that a call names."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog

from fleet_runtime.call import Call
from fleet_runtime.errors import DeadlineExceeded, FleetError, NotFound, UpstreamFailed
from fleet_tools.config import LimitsConfig
from fleet_tools.group import ToolGroup
from fleet_tools.origins import NONE, Credentials, Origin, Origins
from fleet_tools.provider import Tool

log = structlog.get_logger()


class Catalogue:
    """Lists tools, and finds them by name.

    Args:
        origins: Where tools come from.
        limits: How many, and how long to wait.
    """

    def __init__(self, origins: Origins, limits: LimitsConfig) -> None:
        self._origins = origins
        self._limits = limits
        # The names of tools that a group once had: whose server lets only some callers ask is found by them.
        self._seen: dict[str, frozenset[str]] = {}

    async def tools(self, origin: Origin, call: Call) -> Sequence[Tool]:
        """Return the tools that come from one place.

        Raises:
            FleetError: It cannot be asked, or not in time.
        """
        left = call.seconds_left()
        seconds = self._limits.list_seconds
        try:
            async with asyncio.timeout(seconds if left is None else min(seconds, left)):
                found = await origin.provider.tools(origin.source, call)
        except TimeoutError:
            raise DeadlineExceeded(
                "The tools could not be listed in time.", code="tools_timeout"
            ) from None
        tools = found[: self._limits.max_tools]
        if origin.group is not None:
            self._seen[origin.group] = frozenset(tool.name for tool in tools)
        return tools

    async def everywhere(self, call: Call) -> list[tuple[Origin, Tool]]:
        """Return the tools of all groups, with where they come from. Groups that cannot be asked are left out."""
        groups = self._origins.groups.all()
        found = await asyncio.gather(*(self._tolerant(group, call) for group in groups))
        answered = [
            (self._origins.of_group(group), tools)
            for group, tools in zip(groups, found, strict=True)
            if tools is not None
        ]
        return [(origin, tool) for origin, tools in answered for tool in tools]

    async def tool(self, origin: Origin, name: str, call: Call) -> Tool:
        """Return a tool that comes from one place.

        Raises:
            NotFound: There is none of that name.
            FleetError: As for `tools`.
        """
        tools = await self.tools(origin, call)
        for tool in tools:
            if tool.name == name:
                return tool
        raise _unknown_tool(name, f" There are: {_names(tools)}.")

    async def find(self, name: str, credentials: Credentials, call: Call) -> tuple[Origin, str]:
        """Return where a tool comes from that is named alone or as `group/tool`, and its own name.

        A name that several groups have is the first one's. Nobody but the group that has the tool is shown the
        credentials.

        Raises:
            NotFound: No group has it.
            UpstreamFailed: No group has it that could be asked.
        """
        group = self._qualifying(name)
        if group is None and "/" in name:
            await self._origins.groups.refresh()
            group = self._qualifying(name)
        if group is not None:
            return self._origins.of_group(group, credentials), name[len(group.id) + 1 :]
        group = await self._having(name, call)
        return self._origins.of_group(group, credentials), name

    def _qualifying(self, name: str) -> ToolGroup | None:
        """Return the group of `group/tool`; both may have slashes, and the longest name of a group counts."""
        slashes = [place for place, letter in enumerate(name) if letter == "/"]
        found = (self._origins.groups.known(name[:place]) for place in reversed(slashes))
        return next((group for group in found if group), None)

    async def _having(self, name: str, call: Call) -> ToolGroup:
        """Return the first group that has a tool."""
        groups = self._origins.groups.all()
        silent = []
        async with asyncio.TaskGroup() as asking:
            tasks = [asking.create_task(self._tolerant(group, call)) for group in groups]
            try:
                for group, task in zip(groups, tasks, strict=True):
                    tools = await task
                    if tools is None:
                        silent.append(group.id)
                    names = self._seen.get(group.id, ()) if tools is None else _set(tools)
                    if name in names:
                        return group
            finally:
                for task in tasks:
                    task.cancel()
        if silent:
            raise UpstreamFailed(
                f"Tool '{name}' was not found, but not all could be asked: {', '.join(silent)}. Name its group as"
                " 'toolgroup_id'.",
                status=502,
                code="tools_not_listed",
                param="tool_name",
            )
        raise _unknown_tool(name)

    async def _tolerant(self, group: ToolGroup, call: Call) -> Sequence[Tool] | None:
        """Return the tools of a group; nothing if it cannot be asked, which is logged."""
        try:
            return await self.tools(self._origins.of_group(group, NONE), call)
        except FleetError as error:
            log.warning("tools.not_listed", group=group.id, cause=error.code or error.type)
            return None


def _set(tools: Sequence[Tool]) -> frozenset[str]:
    return frozenset(tool.name for tool in tools)


def _names(tools: Sequence[Any], most: int = 20) -> str:
    """Return the names of the first tools, for a message."""
    told = [tool.name for tool in tools[:most]]
    return ", ".join(told + ["…"] * (len(tools) > most)) or "none"


def _unknown_tool(name: str, hint: str = "") -> NotFound:
    return NotFound(
        f"Tool '{name}' not found.{hint or ' Use `client.tools.list()` to list available tools.'}",
        code="tool_not_found",
        param="tool_name",
    )
