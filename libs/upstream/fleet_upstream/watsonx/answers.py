"""watsonx.ai's answers as chat completions, which they are almost.

Format: https://cloud.ibm.com/apidocs/watsonx-ai#text-chat-stream
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

import msgspec

from fleet.inference.v1 import messages as m
from fleet_upstream.native.chunks import wants_usage
from fleet_upstream.refusals import broke_off, garbage
from fleet_upstream.watsonx.problems import Problem, check_problems, check_reason

# An answer that had to end early counts as cut off.
_REASONS = {"time_limit": "length"}


class Answer(msgspec.Struct):
    """The answer of `POST /ml/v1/text/chat`."""

    id: str
    created: int
    choices: list[m.Choice]
    usage: m.Usage | None = None

    def completion(self, model: str) -> m.ChatCompletion:
        """Return it as a chat completion."""
        for choice in self.choices:
            choice.finish_reason = _reason(choice.finish_reason)
        return m.ChatCompletion(
            id=self.id, choices=self.choices, created=self.created, model=model, usage=self.usage
        )


class Event(msgspec.Struct):
    """An event of `POST /ml/v1/text/chat_stream`: a chunk, or errors."""

    id: str = ""
    created: int = 0
    choices: list[m.ChunkChoice] = []
    usage: m.Usage | None = None
    errors: list[Problem] = []
    status_code: int = 502


_decode = msgspec.json.Decoder(Event).decode


async def to_chunks(
    events: AsyncGenerator[bytes, None], request: m.ChatCompletionRequest
) -> AsyncGenerator[m.ChatCompletionChunk, None]:
    """Yield the chunks that `events` are. Closing the generator closes `events`.

    Raises:
        UpstreamFailed: An event is an error, or the stream ends before the answer does.
    """
    answers = _Answers(request)
    async with aclosing(events):
        async for data in events:
            if data:
                for chunk in answers.of(_event(data)):
                    yield chunk
    if not answers.ended:
        raise broke_off()


class _Answers:
    """The answers of one stream, while they come."""

    def __init__(self, request: m.ChatCompletionRequest) -> None:
        self._model = request.model
        self._wants_usage = wants_usage(request)
        self._running = set(range(request.n or 1))
        self._calling: set[int] = set()
        self._told = False

    @property
    def ended(self) -> bool:
        """Whether all answers have ended, and what they cost is told."""
        return self._told or not self._running

    def of(self, event: Event) -> Iterator[m.ChatCompletionChunk]:
        """Yield the chunks that an event is."""
        for choice in event.choices:
            self._note(choice)
        if event.choices:
            yield self._chunk(event, event.choices)
        if event.usage:
            self._told = True
            yield from self._ends(event)
            if self._wants_usage:
                yield self._chunk(event, [], event.usage)

    def _note(self, choice: m.ChunkChoice) -> None:
        """Note how far an answer is, and take out what OpenAI's have not."""
        for call in choice.delta.tool_calls or ():
            self._calling.add(choice.index)
            if call.function and not call.function.name:
                call.function.name = None  # later pieces of a call have an empty one
        if choice.finish_reason:
            choice.finish_reason = _reason(choice.finish_reason)
            self._running.discard(choice.index)

    def _ends(self, event: Event) -> Iterator[m.ChatCompletionChunk]:
        """Yield the ends that are missing: some models do not say that they ended by calling the tool they had to."""
        for index in sorted(self._running & self._calling):
            end = m.ChunkChoice(delta=m.Delta(), index=index, finish_reason="tool_calls")
            yield self._chunk(event, [end])

    def _chunk(
        self, event: Event, choices: list[m.ChunkChoice], usage: m.Usage | None = None
    ) -> m.ChatCompletionChunk:
        return m.ChatCompletionChunk(
            id=event.id, choices=choices, created=event.created, model=self._model, usage=usage
        )


def _event(data: bytes) -> Event:
    """Read an event. Raises `UpstreamFailed` at one that is an error."""
    try:
        event = _decode(data)
    except msgspec.DecodeError:
        raise garbage() from None
    check_problems(event.errors, event.status_code)
    return event


def _reason(reason: str) -> str:
    """Return why an answer ended, by OpenAI's name. Raises `UpstreamFailed` if it did not end well."""
    check_reason(reason)
    return _REASONS.get(reason, reason)
