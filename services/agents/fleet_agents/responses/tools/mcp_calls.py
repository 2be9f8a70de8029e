"""Calls of tools of servers that speak the Model Context Protocol, and requests to let them be made."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from fleet.agents.v1 import messages as m
from fleet_agents.responses.events import Event, event, item_added, item_done, tool
from fleet_agents.responses.steps import CUT_OFF, Said
from fleet_agents.responses.tools.mcp_server import McpServer
from fleet_runtime.call import Call


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
