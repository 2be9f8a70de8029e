"""A message as the model says it: text or a refusal, piece by piece, then whole, with what it cites."""

from collections.abc import Iterator

import msgspec

from fleet.agents.v1 import messages as m
from fleet_agents.items.ids import item_id
from fleet_agents.responses.citations import Citations
from fleet_agents.responses.events import Event, event, item_added, item_done, text_part


class MessageItem:
    """A message that is being said.

    Args:
        place: Its place among the output, from 0.
        citations: Takes the marks of citations out of the text.
        logprobs: Whether it tells how likely its tokens were.
        response_id: The response that it is put out by.
    """

    def __init__(
        self, place: int, citations: Citations, *, logprobs: bool, response_id: str = ""
    ) -> None:
        self._place = place
        self._citations = citations
        self._wants_logprobs = logprobs
        self._id = item_id("message", response_id)
        self._parts: list[m.Part] = []
        self._text: list[str] = []
        self._logprobs: list[msgspec.Raw] = []
        self._kind = ""

    def opening(self) -> Iterator[Event]:
        """Yield the event that it begins."""
        yield item_added(self._place, self._item("in_progress"))

    def text(self, new: str, logprobs: list[msgspec.Raw]) -> Iterator[Event]:
        """Yield the events of new text."""
        if self._kind != "output_text":
            yield from self._close_part()
            yield from self._open_part("output_text")
        self._logprobs += logprobs
        shown = self._citations.feed(new)
        if shown:
            self._text.append(shown)
            yield self._event("output_text.delta", delta=shown, logprobs=logprobs)

    def refusal(self, new: str) -> Iterator[Event]:
        """Yield the events of new text of a refusal."""
        if self._kind != "refusal":
            yield from self._close_part()
            yield from self._open_part("refusal")
        self._text.append(new)
        yield self._event("refusal.delta", delta=new)

    def closing(self, status: str) -> Iterator[Event]:
        """Yield the events that it is whole."""
        yield from self._close_part()
        yield item_done(self._place, self._item(status))

    def item(self, status: str) -> m.Item:
        """Return it as it is now."""
        return self._item(status)

    def _item(self, status: str) -> m.Item:
        return m.Item(
            type="message", id=self._id, status=status, role="assistant", content=list(self._parts)
        )

    def _open_part(self, kind: str) -> Iterator[Event]:
        self._kind = kind
        part = text_part("") if kind == "output_text" else m.Part(type="refusal", refusal="")
        yield self._event("content_part.added", part=part)

    def _close_part(self) -> Iterator[Event]:
        if self._kind == "output_text":
            yield from self._close_text()
        elif self._kind == "refusal":
            refusal = "".join(self._text)
            yield self._event("refusal.done", refusal=refusal)
            part = m.Part(type="refusal", refusal=refusal)
            yield self._event("content_part.done", part=part)
            self._parts.append(part)
        self._kind, self._text = "", []

    def _close_text(self) -> Iterator[Event]:
        rest = self._citations.rest()
        if rest:
            self._text.append(rest)
            yield self._event("output_text.delta", delta=rest, logprobs=[])
        text = "".join(self._text)
        for place, annotation in enumerate(self._citations.found):
            yield self._event(
                "output_text.annotation.added", annotation=annotation, annotation_index=place
            )
        yield self._event("output_text.done", text=text, logprobs=self._logprobs)
        part = text_part(text, self._logprobs if self._wants_logprobs else ())
        part.annotations = list(self._citations.found)
        yield self._event("content_part.done", part=part)
        self._parts.append(part)

    def _event(self, kind: str, **fields: object) -> Event:
        return event(
            kind,
            item_id=self._id,
            output_index=self._place,
            content_index=len(self._parts),
            **fields,
        )
