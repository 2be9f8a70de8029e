"""The events of a response's stream, but for their numbers.

Format: https://platform.openai.com/docs/api-reference/responses-streaming
"""

from collections.abc import Sequence

import msgspec

from fleet.agents.v1 import messages as m

Event = m.ResponseEvent

_UNNUMBERED = -1


def event(kind: str, **fields: object) -> Event:
    """Return an event that has no number yet."""
    return Event(type=f"response.{kind}", sequence_number=_UNNUMBERED, **fields)  # type: ignore[arg-type] # by name


def whole(kind: str, response: m.Response) -> Event:
    """Return an event on the response as a whole, as it is now."""
    copied = msgspec.structs.replace(response, output=list(response.output))
    return event(kind, response=copied)


def item_added(place: int, item: m.Item) -> Event:
    """Return the event that an item begins."""
    return event("output_item.added", output_index=place, item=item)


def item_done(place: int, item: m.Item) -> Event:
    """Return the event that an item is whole."""
    return event("output_item.done", output_index=place, item=item)


def tool(kind: str, place: int, item: m.Item) -> Event:
    """Return an event on the progress of a tool, such as `mcp_call.completed`."""
    return event(kind, output_index=place, item_id=item.id)


def text_part(text: str, logprobs: Sequence[msgspec.Raw] = ()) -> m.Part:
    """Return a part of what a model says."""
    return m.Part(type="output_text", text=text, annotations=[], logprobs=list(logprobs))
