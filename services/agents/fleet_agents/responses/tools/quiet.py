"""Calls of tools that run here and whose arguments callers do not see as they are written."""

from collections.abc import Iterator

import msgspec

from fleet.agents.v1 import messages as m
from fleet_agents.responses.events import Event, item_added, item_done, tool


class QuietCall:
    """Tells of a call when it is run, by events that begin with its item's type.

    Args:
        place: The place of the item among the output, from 0.
        item: What callers see.
        phases: What happens between its beginning and its end, such as `searching`.
    """

    repeatable = True

    def __init__(self, place: int, item: m.Item, phases: tuple[str, ...]) -> None:
        self._place = place
        self._phases = phases
        self.item = item

    def opening(self) -> Iterator[Event]:
        """Yield nothing yet: what it is for is not known."""
        yield from ()

    def writing(self, new: str) -> Iterator[Event]:
        """Yield nothing yet."""
        del new
        yield from ()

    def written(self, arguments: str) -> Iterator[Event]:
        """Yield the event that there is a call."""
        del arguments
        yield item_added(self._place, msgspec.structs.replace(self.item))

    def cut_off(self, arguments: str) -> Iterator[Event]:
        """Yield nothing: nobody knows of it."""
        del arguments
        yield from ()

    def beginning(self) -> Iterator[Event]:
        """Yield the events that it is run."""
        for phase in ("in_progress", *self._phases):
            yield self._event(phase)

    def fail(self, why: str) -> None:
        """Note that it failed. Why is told to the model only."""
        del why
        self.item.status = "failed"

    def ending(self) -> Iterator[Event]:
        """Yield the events that it has ended. There is none of its own for one that failed."""
        if self.item.status == "in_progress":
            self.item.status = "completed"
            yield self._event("completed")
        yield item_done(self._place, self.item)

    def _event(self, phase: str) -> Event:
        return tool(f"{self.item.type}.{phase}", self._place, self.item)
