"""watsonx.ai's continuations of texts as completions.

Format: https://cloud.ibm.com/apidocs/watsonx-ai#text-generation,
https://cloud.ibm.com/apidocs/watsonx-ai#text-generation-stream
"""

import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import msgspec

from fleet.inference.v1 import messages as m
from fleet_upstream.native.chunks import usage
from fleet_upstream.refusals import broke_off, garbage
from fleet_upstream.watsonx.problems import Problem, check_problems, check_reason

_RUNNING = "not_finished"
# Texts that had to end early count as cut off; all others ended by themselves or by the caller's `stop`.
_CUT_OFF = ("max_tokens", "time_limit", "token_limit")


class Alternative(msgspec.Struct):
    """A token that could have been chosen."""

    text: str = ""
    logprob: float | None = None


class Token(msgspec.Struct):
    """A token that was chosen."""

    text: str = ""
    logprob: float | None = None
    top_tokens: list[Alternative] | None = None


class Result(msgspec.Struct):
    """A text, or the new piece of it. Streams count the tokens produced so far, and those read once."""

    generated_text: str = ""
    stop_reason: str = _RUNNING
    generated_token_count: int = 0
    input_token_count: int = 0
    generated_tokens: list[Token] | None = None

    def reason(self) -> str | None:
        """Return why the text ended, by OpenAI's name. Raises `UpstreamFailed` if it did not end well."""
        reason = self.stop_reason.lower()
        if reason == _RUNNING:
            return None
        check_reason(reason)
        return "length" if reason in _CUT_OFF else "stop"


class Generated(msgspec.Struct):
    """The answer of `POST /ml/v1/text/generation`, or an event of its stream; the first event is empty."""

    results: list[Result] = []
    errors: list[Problem] = []
    status_code: int = 502


_decode = msgspec.json.Decoder(Generated).decode


def completion(
    answers: Sequence[Generated], echoes: Sequence[str], request: m.CompletionRequest
) -> m.Completion:
    """Return whole answers as one completion.

    Args:
        answers: The answers, in order.
        echoes: What each is to begin with.
        request: What was asked.
    """
    told = _Completion(request, echoes)
    choices = [
        choice
        for place, answer in enumerate(answers)
        for choice in told.choices(place, _only(answer))
    ]
    return told.chunk(choices, told.cost())


async def completions(
    events: AsyncGenerator[tuple[int, bytes], None],
    echoes: Sequence[str],
    request: m.CompletionRequest,
) -> AsyncGenerator[m.Completion, None]:
    """Yield the pieces of several streamed answers as they come. Closing the generator closes `events`.

    Args:
        events: The data of each event, with the place of its answer.
        echoes: What each answer is to begin with.
        request: What was asked.

    Raises:
        UpstreamFailed: An event is an error, or a stream ends before its answer does.
    """
    told = _Completion(request, echoes)
    async with aclosing(events):
        async for place, data in events:
            if data:
                for result in _event(data).results:
                    for choice in told.choices(place, result):
                        yield told.chunk([choice])
    if told.running:
        raise broke_off()
    if request.stream_options and request.stream_options.include_usage:
        yield told.chunk([], told.cost())


class _Completion:
    """Several answers, while they come.

    Attributes:
        running: The places of those that have not ended.
    """

    def __init__(self, request: m.CompletionRequest, echoes: Sequence[str]) -> None:
        self.running = set(range(len(echoes)))
        self._model = request.model
        self._logprobs = request.logprobs
        self._echoes = list(echoes)
        self._sent = [0] * len(echoes)
        self._read = [0] * len(echoes)
        self._produced = [0] * len(echoes)
        self._id, self._created = f"cmpl-{uuid.uuid4().hex}", int(time.time())

    def choices(self, place: int, result: Result) -> list[m.CompletionChoice]:
        """Return what `result` adds to the answer at `place`; nothing where it only counts."""
        self._read[place] += result.input_token_count
        self._produced[place] = max(self._produced[place], result.generated_token_count)
        reason = result.reason()
        if reason:
            self.running.discard(place)
        echo, self._echoes[place] = self._echoes[place], ""
        text = echo + result.generated_text
        logprobs = None
        if self._logprobs is not None:
            tokens = result.generated_tokens or []
            logprobs = _logprobs(tokens, self._sent[place], likeliest=self._logprobs > 0)
        if not (text or reason or (logprobs and logprobs.tokens)):
            return []
        self._sent[place] += len(text)
        return [m.CompletionChoice(finish_reason=reason, index=place, logprobs=logprobs, text=text)]

    def cost(self) -> m.Usage:
        """Return what all answers cost together: each of them read its prompt."""
        return usage(sum(self._read), sum(self._produced))

    def chunk(self, choices: list[m.CompletionChoice], cost: m.Usage | None = None) -> m.Completion:
        """Return a piece of the completion, or all of it."""
        return m.Completion(
            id=self._id, choices=choices, created=self._created, model=self._model, usage=cost
        )


def _logprobs(tokens: list[Token], start: int, *, likeliest: bool) -> m.CompletionLogprobs:
    """Return how likely `tokens` were, which begin at the character `start`; and the `likeliest`, if wanted."""
    offsets = []
    for token in tokens:
        offsets.append(start)
        start += len(token.text)
    return m.CompletionLogprobs(
        text_offset=offsets,
        token_logprobs=[token.logprob for token in tokens],
        tokens=[token.text for token in tokens],
        top_logprobs=[_likeliest(token) for token in tokens] if likeliest else None,
    )


def _likeliest(token: Token) -> dict[str, float]:
    likely = token.top_tokens or ()
    return {other.text: other.logprob for other in likely if other.logprob is not None}


def _only(answer: Generated) -> Result:
    """Return the one text of a whole answer."""
    check_problems(answer.errors, answer.status_code)
    if not answer.results:
        raise garbage()
    return answer.results[0]


def _event(data: bytes) -> Generated:
    """Read an event. Raises `UpstreamFailed` at one that is an error."""
    try:
        event = _decode(data)
    except msgspec.DecodeError:
        raise garbage() from None
    check_problems(event.errors, event.status_code)
    return event
