"""Continuing texts with an engine."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from fleet.inference.v1 import messages as m
from fleet_engine.adapters import Adapter
from fleet_engine.generation import FinishReason, Step, Token, Usage
from fleet_inference.local.answers import Header, completion_logprobs, usage_of
from fleet_inference.local.chat import LONG
from fleet_inference.local.failures import engine_errors
from fleet_inference.local.merge import merged
from fleet_inference.local.prompt import check_length
from fleet_inference.local.sampling import completion_sampling
from fleet_inference.local.text_engine import TextEngine
from fleet_runtime.errors import InvalidArgument

# Over all prompts of a request; each is an object here long before the engine sees it.
MOST_ANSWERS = 2048


async def complete(
    engine: TextEngine,
    request: m.CompletionRequest,
    fingerprint: str,
    adapter: Adapter | None = None,
) -> AsyncGenerator[m.Completion, None] | m.Completion:
    """Return the continuations of all prompts of `request`: as chunks, or as a whole where they must be compared.

    Args:
        engine: Who answers.
        request: What is asked.
        fingerprint: Names the engine's configuration.
        adapter: What the engine adds to its model's weights.

    Raises:
        FleetError: The request cannot be answered. What only the engine can say comes with the first chunk.
    """
    if request.suffix:
        raise InvalidArgument(
            "This model cannot fill in a gap; leave out 'suffix'.",
            code="invalid_value",
            param="suffix",
        )
    header = Header("cmpl", request.model, fingerprint)
    wanted = request.n or 1
    tried = max(wanted, request.best_of or 1)
    asked = prompts_of(request.prompt)
    if len(asked) * tried > MOST_ANSWERS:
        raise InvalidArgument(
            f"A request may ask for {MOST_ANSWERS} answers, not for {len(asked) * tried}.",
            code="invalid_value",
            param="prompt",
        )
    with engine_errors("prompt"):
        prompts = [await _tokens(engine, prompt) for prompt in asked]
        steps = merged(
            [
                engine.generate(prompt, completion_sampling(request, choice), adapter=adapter)
                for prompt in prompts
                for choice in range(tried)
            ]
        )
    echoes = [engine.tokenizer.decode(p) if request.echo else "" for p in prompts]
    choices = [_Choice(echoes[place // tried]) for place in range(len(prompts) * tried)]
    if tried > wanted:
        return await _best(steps, request, header, choices, tried)
    return _chunks(steps, request, header, choices, len(prompts))


def prompts_of(prompt: str | list[str | int | list[int]]) -> list[str | list[int]]:
    """Return the prompts: texts, or tokens. A plain list of tokens is one prompt.

    Raises:
        InvalidArgument: There is none, or they are of several kinds.
    """
    if isinstance(prompt, str):
        return [prompt]
    tokens = [item for item in prompt if isinstance(item, int)]
    if tokens and len(tokens) == len(prompt):
        return [tokens]
    several: list[str | list[int]] = [item for item in prompt if not isinstance(item, int)]
    kinds = {type(item) for item in prompt}
    if len(kinds) != 1:
        raise InvalidArgument(
            "Give one or more items, all of one kind: texts, tokens, or lists of tokens.",
            code="invalid_value",
            param="prompt",
        )
    return several


async def _tokens(engine: TextEngine, prompt: str | list[int]) -> list[int]:
    if not isinstance(prompt, str):
        return prompt
    if len(prompt) > LONG:
        check_length(len(prompt), engine, "prompt")
        return await asyncio.to_thread(engine.tokenizer.encode, prompt)
    return engine.tokenizer.encode(prompt)


@dataclass
class _Choice:
    """One of the answers, while it comes. `text` begins with the prompt where that is echoed."""

    text: str
    sent: int = 0
    tokens: list[Token] = field(default_factory=list)
    usage: Usage | None = None
    finish_reason: FinishReason | None = None

    def add(self, step: Step) -> None:
        self.text += step.text
        self.tokens += step.tokens
        self.usage = step.usage
        self.finish_reason = step.finish_reason

    def score(self) -> float:
        """Return the mean log probability of the tokens."""
        logprobs = [token.logprob for token in self.tokens if token.logprob is not None]
        return sum(logprobs) / max(1, len(logprobs))

    def whole(self, place: int, *, logprobs: bool) -> m.CompletionChoice:
        return m.CompletionChoice(
            finish_reason=self.finish_reason,
            index=place,
            logprobs=completion_logprobs(self.tokens, 0) if logprobs else None,
            text=self.text,
        )

    def piece(self, step: Step, place: int, *, logprobs: bool) -> m.CompletionChoice:
        """Return what is new: `step`, with the echo before it if nothing was sent yet."""
        echo, self.text = self.text, ""
        offset = self.sent + len(echo)
        self.sent = offset + len(step.text)
        return m.CompletionChoice(
            finish_reason=step.finish_reason,
            index=place,
            logprobs=completion_logprobs(step.tokens, offset) if logprobs else None,
            text=echo + step.text,
        )


async def _chunks(
    steps: AsyncGenerator[tuple[int, Step], None],
    request: m.CompletionRequest,
    header: Header,
    choices: Sequence[_Choice],
    prompts: int,
) -> AsyncGenerator[m.Completion, None]:
    usages: list[Usage] = []
    logprobs = request.logprobs is not None
    with engine_errors("prompt"):
        async with aclosing(steps):
            async for place, step in steps:
                yield header.completion([choices[place].piece(step, place, logprobs=logprobs)])
                if step.usage:
                    usages.append(step.usage)
    if not request.stream or (request.stream_options and request.stream_options.include_usage):
        yield header.completion([], usage_of(usages, prompts))


async def _best(
    steps: AsyncGenerator[tuple[int, Step], None],
    request: m.CompletionRequest,
    header: Header,
    choices: Sequence[_Choice],
    tried: int,
) -> m.Completion:
    """Return the likeliest `n` of the `tried` continuations of each prompt."""
    with engine_errors("prompt"):
        async with aclosing(steps):
            async for place, step in steps:
                choices[place].add(step)
    best: list[_Choice] = []
    for start in range(0, len(choices), tried):
        ranked = sorted(choices[start : start + tried], key=_Choice.score, reverse=True)
        best += ranked[: request.n or 1]
    logprobs = request.logprobs is not None
    usages = [choice.usage for choice in choices if choice.usage]
    return header.completion(
        [choice.whole(place, logprobs=logprobs) for place, choice in enumerate(best)],
        usage_of(usages, len(choices) // tried),
    )
