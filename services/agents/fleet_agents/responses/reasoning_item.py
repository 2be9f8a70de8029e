"""What a reasoning model thinks, piece by piece, then whole."""

from collections.abc import Iterator

from fleet.agents.v1 import messages as m
from fleet_agents.items.ids import item_id
from fleet_agents.responses.events import Event, event, item_added, item_done
from fleet_agents.responses.sealed import seal


class ReasoningItem:
    """Thoughts that are being thought.

    Args:
        place: Their place among the output, from 0.
        response_id: The response that they are put out by.
    """

    def __init__(self, place: int, response_id: str = "") -> None:
        self._place = place
        self._id = item_id("reasoning", response_id)
        self._text: list[str] = []
        self._summary: list[m.SummaryPart] = []

    @property
    def thoughts(self) -> str:
        """All that was thought so far."""
        return "".join(self._text)

    def opening(self) -> Iterator[Event]:
        """Yield the events that they begin."""
        begun = m.Item(type="reasoning", id=self._id, status="in_progress", summary=[], content=[])
        yield item_added(self._place, begun)
        yield self._event("content_part.added", content_index=0, part=_thought(""))

    def text(self, new: str) -> Iterator[Event]:
        """Yield the event of a new thought."""
        self._text.append(new)
        yield self._event("reasoning_text.delta", content_index=0, delta=new)

    def end_of_thoughts(self) -> Iterator[Event]:
        """Yield the events that they are whole."""
        text = self.thoughts
        yield self._event("reasoning_text.done", content_index=0, text=text)
        yield self._event("content_part.done", content_index=0, part=_thought(text))

    def summed_up(self, text: str) -> Iterator[Event]:
        """Yield the events of their summary, which is `text`."""
        empty, part = m.Part(type="summary_text", text=""), m.Part(type="summary_text", text=text)
        yield self._event("reasoning_summary_part.added", summary_index=0, part=empty)
        yield self._event("reasoning_summary_text.delta", summary_index=0, delta=text)
        yield self._event("reasoning_summary_text.done", summary_index=0, text=text)
        yield self._event("reasoning_summary_part.done", summary_index=0, part=part)
        self._summary = [m.SummaryPart(text=text)]

    def closing(self, status: str) -> Iterator[Event]:
        """Yield the event that the item has ended, which it did as `status` says."""
        yield item_done(self._place, self.item(status))

    def item(self, status: str) -> m.Item:
        """Return it as it is now."""
        text = self.thoughts
        return m.Item(
            type="reasoning",
            id=self._id,
            status=status,
            summary=self._summary,
            content=[_thought(text)],
            encrypted_content=seal(text),
        )

    def _event(self, kind: str, **fields: object) -> Event:
        return event(kind, item_id=self._id, output_index=self._place, **fields)


def _thought(text: str) -> m.Part:
    return m.Part(type="reasoning_text", text=text)
