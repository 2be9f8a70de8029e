"""One answer of a decoder that holds one sequence."""

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor

from fleet_engine.generation import FinishReason, SamplingParams, Step, Token, Usage
from fleet_engine.grammar import Grammar
from fleet_engine.sampling import Choice, choose
from fleet_engine.text import TextStream


class Decoder(Protocol):
    """A language model with a KV cache for one sequence."""

    context: int
    """The most tokens of the sequence."""
    vocabulary: int
    """The number of logits."""
    chunk: int
    """The most tokens that are read at once."""
    eos_ids: frozenset[int]
    """The tokens that end an answer."""

    def logits(self, tokens: Sequence[int], start: int) -> Tensor:
        """Read `tokens` from the place `start` on; what the cache held from there on is lost.

        Returns:
            What follows the last of them, of shape (1, vocabulary).
        """
        ...


class SerialAnswer:
    """Reads a prompt and chooses tokens, a step at a time.

    Args:
        decoder: The model.
        table: The bytes of each token id.
        prompt: The tokens to continue.
        params: How to choose tokens, and when to end.
        grammar: What the answer must match.
    """

    def __init__(
        self,
        decoder: Decoder,
        table: Sequence[bytes],
        prompt: Sequence[int],
        params: SamplingParams,
        grammar: Grammar | None,
    ) -> None:
        self._decoder, self._table = decoder, table
        self._tokens, self._prompt = [*prompt], len(prompt)
        self._computed = self._cached = -1
        seen = frozenset(prompt) if params.repetition_penalty != 1.0 else frozenset()
        self._choice = Choice(params, seen, grammar.guide() if grammar else None)
        self._stream = TextStream(params.stop)
        stops = frozenset(params.stop_token_ids)
        self._stop_ids = stops if params.ignore_eos else stops | decoder.eos_ids
        wanted = params.max_tokens
        self._limit = self._prompt + wanted if wanted else decoder.context

    def advance(self, held: list[int]) -> Step:
        """Read a part of the prompt, or choose a token; return what that makes visible.

        Args:
            held: The tokens in the decoder's cache. What the prompt begins with is not read again.
        """
        if self._computed < 0:
            self._computed = self._cached = min(_shared(held, self._tokens), self._prompt - 1)
        part = self._tokens[self._computed : self._computed + self._decoder.chunk]
        del held[self._computed :]
        logits = self._decoder.logits(part, self._computed)
        held += part
        self._computed += len(part)
        if self._computed < len(self._tokens):
            return Step()
        (token,) = choose(logits, [self._choice], self._table)
        self._tokens.append(token.id)
        return self._shown(token)

    def _shown(self, token: Token) -> Step:
        guide = self._choice.guide
        if token.id in self._stop_ids or (guide is not None and guide.ended):
            return self._last(Step(), "stop")
        step = self._stream.push(token)
        if self._stream.stopped:
            return self._last(step, "stop")
        return self._last(step, "length") if len(self._tokens) == self._limit else step

    def _last(self, step: Step, reason: FinishReason) -> Step:
        usage = Usage(self._prompt, len(self._tokens) - self._prompt, self._cached)
        rest = self._stream.flush()
        return step.then(Step(rest.text, rest.tokens, reason, usage))


def _shared(held: Sequence[int], tokens: Sequence[int]) -> int:
    """Return how many tokens both begin with."""
    for place, (one, other) in enumerate(zip(held, tokens, strict=False)):
        if one != other:
            return place
    return min(len(held), len(tokens))
