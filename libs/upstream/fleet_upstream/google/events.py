"""The events of Google's stream as chunks of a chat completion.

Each event is a piece of generated content; the last has the reason why it ended, and after it the transfer ends.
Format: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing

import msgspec

from fleet.inference.v1 import messages as m
from fleet_upstream.google.answers import Called, calls, finish_reason, kept, passed_on
from fleet_upstream.google.generated import Candidate, Cost, Generated
from fleet_upstream.native.chunks import Chunks, wants_usage
from fleet_upstream.refusals import broke_off, garbage

Keep = Callable[[dict[str, msgspec.Raw]], Awaitable[None]]
"""Keeps what the vendor wants back with the next turn; as `completion` returns it."""

_events = msgspec.json.Decoder(Generated)


async def chunks(
    events: AsyncGenerator[bytes, None], request: m.ChatCompletionRequest, keep: Keep
) -> AsyncGenerator[m.ChatCompletionChunk, None]:
    """Yield the chunks of one answer. Closing the generator closes `events`.

    Raises:
        UpstreamFailed: The stream ends before the answer does, or is none.
    """
    answer = _Answer(request)
    async with aclosing(events):
        async for data in events:
            if data:
                for chunk in answer.of(_event(data)):
                    yield chunk
    await keep(kept(answer.called))
    for chunk in answer.closing():
        yield chunk


def _event(data: bytes) -> Generated:
    try:
        return _events.decode(data)
    except msgspec.DecodeError:
        raise garbage() from None


class _Answer:
    """One answer, as far as it came.

    Attributes:
        called: The calls so far that the caller was told of.
    """

    def __init__(self, request: m.ChatCompletionRequest) -> None:
        self.called: list[Called] = []
        self._chunks = Chunks(request.model)
        self._request = request
        self._cost = Cost()
        self._end: Candidate | None = None
        self._begun = False

    def of(self, event: Generated) -> Iterator[m.ChatCompletionChunk]:
        """Yield the chunks that `event` is."""
        if not self._begun:
            self._begun = True
            yield self._chunks.opening()
        candidate = event.candidate
        yield from self._said(candidate)
        if candidate.finish_reason:
            self._end = candidate
        if event.usage_metadata.prompt_token_count:
            self._cost = event.usage_metadata

    def closing(self) -> Iterator[m.ChatCompletionChunk]:
        """Yield the chunks at the end."""
        if self._end is None:
            raise broke_off()
        yield self._chunks.closing(finish_reason(self._end, called=bool(self.called)))
        if wants_usage(self._request):
            yield self._chunks.cost(self._cost.usage())

    def _said(self, candidate: Candidate) -> Iterator[m.ChatCompletionChunk]:
        logprobs = candidate.logprobs()
        for part in candidate.content.parts:
            if part.function_call:
                yield from self._call(calls([part]))
            elif part.text and part.thought:
                yield self._chunks.thought(part.text)
            elif part.text:
                chunk = self._chunks.text(part.text)
                chunk.choices[0].logprobs, logprobs = logprobs, None
                yield chunk

    def _call(self, called: list[Called]) -> Iterator[m.ChatCompletionChunk]:
        for call in passed_on(called, self._request, len(self.called)):
            yield self._chunks.call(len(self.called), call.id, call.function.name)
            yield self._chunks.arguments(len(self.called), call.arguments)
            self.called.append(call)
