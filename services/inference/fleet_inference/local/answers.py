"""An engine's steps in OpenAI's shapes."""

import time
import uuid
from collections.abc import Sequence

from fleet.inference.v1 import messages as m
from fleet_engine.generation import Alternative, Step, Token, Usage


class Header:
    """What every chunk of one answer says: its id, its time, its model.

    Args:
        prefix: What the id begins with: `chatcmpl` or `cmpl`.
        model: The model's name.
        fingerprint: Names the engine's configuration.
    """

    def __init__(self, prefix: str, model: str, fingerprint: str) -> None:
        self.id = f"{prefix}-{uuid.uuid4().hex}"
        self.created = int(time.time())
        self.model = model
        self.fingerprint = fingerprint

    def chat(
        self, choices: list[m.ChunkChoice], usage: m.Usage | None = None
    ) -> m.ChatCompletionChunk:
        """Return a chunk of a chat completion."""
        return m.ChatCompletionChunk(
            id=self.id,
            choices=choices,
            created=self.created,
            model=self.model,
            system_fingerprint=self.fingerprint,
            usage=usage,
        )

    def completion(
        self, choices: list[m.CompletionChoice], usage: m.Usage | None = None
    ) -> m.Completion:
        """Return a completion, or a chunk of one."""
        return m.Completion(
            id=self.id,
            choices=choices,
            created=self.created,
            model=self.model,
            system_fingerprint=self.fingerprint,
            usage=usage,
        )


def usage_of(usages: Sequence[Usage], prompts: int = 1) -> m.Usage:
    """Return what several answers cost together: the prompt counts once for each of `prompts`."""
    each = max(1, len(usages) // max(1, prompts))
    firsts = usages[::each]
    produced = sum(usage.completion_tokens for usage in usages)
    read = sum(usage.prompt_tokens for usage in firsts)
    return m.Usage(
        completion_tokens=produced,
        prompt_tokens=read,
        total_tokens=produced + read,
        completion_tokens_details=m.CompletionTokensDetails(reasoning_tokens=0),
        prompt_tokens_details=m.PromptTokensDetails(
            cached_tokens=sum(usage.cached_tokens for usage in firsts)
        ),
    )


def chat_logprobs(step: Step) -> m.Logprobs:
    """Return how likely the tokens of `step` were, as chat completions say it."""
    return m.Logprobs(content=[_token_logprob(token) for token in step.tokens])


def _token_logprob(token: Token) -> m.TokenLogprob:
    return m.TokenLogprob(
        token=token.text,
        bytes=list(token.bytes),
        logprob=_finite(token.logprob),
        top_logprobs=[_top(alternative) for alternative in token.top],
    )


def _top(alternative: Alternative) -> m.TopLogprob:
    return m.TopLogprob(
        token=alternative.text,
        bytes=list(alternative.bytes),
        logprob=_finite(alternative.logprob),
    )


def _finite(logprob: float | None) -> float:
    """Return a number that JSON has; OpenAI says -9999 for what is all but impossible."""
    return max(-9999.0, logprob or 0.0)


def completion_logprobs(tokens: Sequence[Token], offset: int) -> m.CompletionLogprobs:
    """Return how likely `tokens` were, as completions say it; `offset` is the characters before them."""
    offsets = []
    for token in tokens:
        offsets.append(offset)
        offset += len(token.text)
    return m.CompletionLogprobs(
        text_offset=offsets,
        token_logprobs=[_finite(token.logprob) for token in tokens],
        tokens=[token.text for token in tokens],
        top_logprobs=[{a.text: _finite(a.logprob) for a in token.top} for token in tokens],
    )
