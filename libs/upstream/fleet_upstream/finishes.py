"""Whether all choices of a stream have come to an end.

Format: https://platform.openai.com/docs/api-reference/chat-streaming
"""

from contextlib import suppress

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.encoded import event_data

# A key of JSON with a text: within a text its quotes would be escaped. Most servers say `null` in all chunks but the
# last one of a choice.
_REASON = b'"finish_reason":"'
_SPACED_REASON = b'"finish_reason": "'


class _Choice(msgspec.Struct):
    index: int = 0
    finish_reason: str | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []


_decode = msgspec.json.Decoder(_Chunk).decode


class Finishes:
    """Notes which choices have had their `finish_reason`.

    Args:
        choices: How many there are.
    """

    def __init__(self, choices: int) -> None:
        self._awaited = set(range(choices))

    @property
    def all(self) -> bool:
        """Whether every choice has had one."""
        return not self._awaited

    def note(self, events: bytes) -> None:
        """Look for reasons in whole events. The others are not read: one token must cost as little as can be."""
        if _REASON in events or _SPACED_REASON in events:
            for data in event_data(events):
                # What is no chunk finishes nothing. It is passed on as it is, like all that is not read.
                with suppress(msgspec.DecodeError):
                    self._finish(_decode(data))

    def _finish(self, chunk: _Chunk) -> None:
        self._awaited.difference_update(
            choice.index for choice in chunk.choices if choice.finish_reason
        )


def choices_of(request: m.ChatCompletionRequest | m.CompletionRequest) -> int:
    """Return how many choices answer `request`: `n`, and as many again for each prompt that it has."""
    each = request.n or 1
    if isinstance(request, m.ChatCompletionRequest) or isinstance(request.prompt, str):
        return each
    one = all(isinstance(token, int) for token in request.prompt)
    return each if one else each * len(request.prompt)
