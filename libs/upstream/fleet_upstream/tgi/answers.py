"""The events of `/generate_stream` as completions.

Format: https://huggingface.github.io/text-generation-inference/#/Text%20Generation%20Inference/generate_stream
"""

import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import msgspec

from fleet.inference.v1 import messages as m
from fleet_upstream.native.chunks import usage
from fleet_upstream.refusals import broke_off, garbage


class Token(msgspec.Struct):
    """A token; a special one is no text."""

    text: str
    logprob: float | None = None
    special: bool = False


class Details(msgspec.Struct):
    """What the last event says of the whole answer."""

    finish_reason: str
    generated_tokens: int = 0
    input_length: int = 0


class Step(msgspec.Struct):
    """An event: a token, and the likeliest ones at its place where those were asked for."""

    token: Token
    top_tokens: list[Token] = []
    details: Details | None = None

    @property
    def text(self) -> str:
        """What the event adds to the text."""
        return "" if self.token.special else self.token.text

    @property
    def reason(self) -> str | None:
        """Why the text ended, by OpenAI's name, once it has."""
        if self.details is None:
            return None
        return "length" if self.details.finish_reason == "length" else "stop"

    def logprobs(self, offset: int, *, likeliest: bool) -> m.CompletionLogprobs:
        """Return how likely the token was, which begins at the character `offset`; and the `likeliest`, if wanted."""
        likely = {
            other.text: other.logprob for other in self.top_tokens if other.logprob is not None
        }
        return m.CompletionLogprobs(
            text_offset=[offset],
            token_logprobs=[self.token.logprob],
            tokens=[self.token.text],
            top_logprobs=[likely] if likeliest else None,
        )


_decode = msgspec.json.Decoder(Step).decode


async def completions(
    events: AsyncGenerator[tuple[int, bytes], None],
    echoes: Sequence[str],
    request: m.CompletionRequest,
) -> AsyncGenerator[m.Completion, None]:
    """Yield a chunk for every token, the first of each answer after its echo, and at the end what all cost.

    Closing the generator closes `events`.

    Args:
        events: The data of each event, with the place of its answer.
        echoes: What each answer is to begin with.
        request: What was asked.

    Raises:
        UpstreamFailed: An event is none, or a stream ends before its answer does.
    """
    told = _Completion(request, echoes)
    async with aclosing(events):
        async for place, data in events:
            yield told.chunk([told.choice(place, _step(data))])
    if told.running:
        raise broke_off()
    if not request.stream or (request.stream_options and request.stream_options.include_usage):
        yield told.chunk([], usage(told.read, told.produced))


class _Completion:
    """Several answers, while they come.

    Attributes:
        running: The places of those that have not ended.
        read: How many tokens those that have ended read.
        produced: How many they produced.
    """

    def __init__(self, request: m.CompletionRequest, echoes: Sequence[str]) -> None:
        self.running = set(range(len(echoes)))
        self.read = self.produced = 0
        self._model = request.model
        self._wanted = request.logprobs
        self._echoes = list(echoes)
        self._sent = [0] * len(echoes)
        self._id, self._created = f"cmpl-{uuid.uuid4().hex}", int(time.time())

    def choice(self, place: int, step: Step) -> m.CompletionChoice:
        """Return what `step` adds to the answer at `place`."""
        echo, self._echoes[place] = self._echoes[place], ""
        logprobs = None
        if self._wanted is not None:
            logprobs = step.logprobs(self._sent[place], likeliest=self._wanted > 0)
        text = echo + step.text
        self._sent[place] += len(text)
        if step.details:
            self.running.discard(place)
            self.produced += step.details.generated_tokens
            self.read += step.details.input_length
        return m.CompletionChoice(
            finish_reason=step.reason, index=place, logprobs=logprobs, text=text
        )

    def chunk(self, choices: list[m.CompletionChoice], cost: m.Usage | None = None) -> m.Completion:
        """Return a piece of the completion."""
        return m.Completion(
            id=self._id, choices=choices, created=self._created, model=self._model, usage=cost
        )


def _step(data: bytes) -> Step:
    try:
        return _decode(data)
    except msgspec.DecodeError:
        raise garbage() from None
