"""How the messages that Oracle Cloud's formats share are turns of a conversation."""

import base64
from collections.abc import Callable, Iterator, Sequence

from fleet_testing.native_script import Image, Part, Turn
from fleet_testing.openai_answers import Json


def one_turn_a_side(
    messages: Sequence[Json], parts_of: Callable[[Json, dict[str, str]], Iterator[Part]]
) -> Iterator[Turn]:
    """Yield the turns; tools speak for the user, turns of one side are one, and what the system says is none.

    Args:
        messages: The messages.
        parts_of: Yields the parts of a message, given the names of the tools by the ids of the calls before.
    """
    names: dict[str, str] = {}
    role, parts = "", list[Part]()
    for message in messages:
        if message["role"] == "SYSTEM":
            continue
        speaker = "assistant" if message["role"] == "ASSISTANT" else "user"
        if speaker != role and parts:
            yield Turn(role, tuple(parts))  # type: ignore[arg-type]  # it is one of the two
            parts = []
        role = speaker
        parts += parts_of(message, names)
    yield Turn(role, tuple(parts))  # type: ignore[arg-type]  # as above


def image(url: str) -> Image:
    """Return the picture at `url`, which may hold it."""
    head, _, data = url.partition(";base64,")
    if not head.startswith("data:"):
        return Image(url=url)
    return Image(head.removeprefix("data:"), base64.b64decode(data, validate=True))
