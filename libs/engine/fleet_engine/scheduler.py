"""Continuous batching: who computes what in the next step.

A step holds the next token of every running answer, and of prompts as much as the budget allows.
So a long prompt delays answers by one bounded step at a time, and short prompts hardly at all.
"""

from dataclasses import dataclass, field

import torch

from fleet_engine.batch import Span, arranged, batched
from fleet_engine.cache import KVCache, Slot, Slots, TokenIds
from fleet_engine.generation import FinishReason, Load, Step, Token, Usage
from fleet_engine.llama import Llama
from fleet_engine.sampling import Choice, choose
from fleet_engine.text import TextStream


@dataclass(eq=False)
class Generation:
    """One answer in the making."""

    prompt: TokenIds
    choice: Choice
    stream: TextStream
    stop_ids: frozenset[int]
    limit: int
    """The most tokens of prompt and answer together."""
    cached: int = 0

    def advance(self, slot: Slot, token: Token) -> Step:
        """Add a chosen token; return what that makes visible."""
        slot.append([token.id])
        guide = self.choice.guide
        if token.id in self.stop_ids or (guide is not None and guide.ended):
            return self._last(Step(), slot, "stop")
        step = self.stream.push(token)
        if self.stream.stopped:
            return self._last(step, slot, "stop")
        if slot.known == self.limit:
            return self._last(step, slot, "length")
        return step

    def _last(self, step: Step, slot: Slot, reason: FinishReason) -> Step:
        usage = Usage(len(self.prompt), slot.known - len(self.prompt), self.cached)
        rest = self.stream.flush()
        return step.then(Step(rest.text, rest.tokens, reason, usage))


@dataclass(eq=False)
class Scheduler:
    """Runs generations, step by step. Lives in one thread."""

    llama: Llama
    cache: KVCache
    table: list[bytes]
    """The bytes of each token id."""
    budget: int
    """The most prompt tokens of a step."""
    dtype: torch.dtype
    device: torch.device
    _waiting: dict[Generation, None] = field(default_factory=dict)
    _running: dict[Generation, Slot] = field(default_factory=dict)
    _prompt_tokens: int = 0
    _cached_tokens: int = 0
    _completion_tokens: int = 0

    def __post_init__(self) -> None:
        self._slots = Slots(self.cache)

    @property
    def idle(self) -> bool:
        """Return whether there is nothing to do."""
        return not self._running and not self._waiting

    @property
    def load(self) -> Load:
        """Return how busy this is; may be read from any thread."""
        return Load(
            running=len(self._running),
            waiting=len(self._waiting),
            kv_used=self._slots.used,
            prompt_tokens=self._prompt_tokens,
            cached_tokens=self._cached_tokens,
            completion_tokens=self._completion_tokens,
        )

    def add(self, generation: Generation) -> None:
        """Queue a generation."""
        self._waiting[generation] = None

    def drop(self, generation: Generation) -> None:
        """Forget a generation wherever it stands, and free its slot."""
        slot = self._running.pop(generation, None)
        if slot is not None:
            self._slots.free(slot)
        self._waiting.pop(generation, None)

    def step(self) -> list[tuple[Generation, Step]]:
        """Compute one step; return what is new, and drop what has ended."""
        self._admit()
        spans = self._spans()
        by_slot = {slot.index: (generation, slot) for generation, slot in self._running.items()}
        logits = self.llama.logits(batched(spans, self.cache, self.dtype, self.device), self.cache)
        for span in spans:
            by_slot[span.slot][1].computed = span.end
        chosen = [by_slot[span.slot] for span in spans if span.wants_logits]
        tokens = choose(logits, [generation.choice for generation, _ in chosen], self.table)
        self._completion_tokens += len(tokens)
        steps = [
            (generation, generation.advance(slot, token))
            for (generation, slot), token in zip(chosen, tokens, strict=True)
        ]
        for generation, step in steps:
            if step.finish_reason is not None:
                self.drop(generation)
        return steps

    def _admit(self) -> None:
        """Give slots to those who wait longest, but for those whose prefix is being computed."""
        if self._slots.full:
            return
        for generation in [*self._waiting]:
            slot = self._slots.take(generation.prompt)
            if slot is None:
                continue
            del self._waiting[generation]
            self._running[generation] = slot
            generation.cached = slot.computed
            self._prompt_tokens += len(generation.prompt)
            self._cached_tokens += slot.computed
            if self._slots.full:
                return

    def _spans(self) -> list[Span]:
        """Return what each running sequence computes in this step."""
        answers = [_span(slot, 1) for slot in self._running.values() if slot.pending == 1]
        return arranged(answers + self._prompt_spans())

    def _prompt_spans(self) -> list[Span]:
        """Share the budget: half to the oldest prompt, so it ends, the rest to the shortest."""
        prompts = [slot for slot in self._running.values() if slot.pending > 1]
        spans: list[Span] = []
        budget = self.budget
        for slot in [*prompts[:1], *sorted(prompts[1:], key=lambda slot: slot.pending)]:
            first_of_several = not spans and len(prompts) > 1
            length = min(slot.pending, (budget + 1) // 2 if first_of_several else budget)
            if length == 0:
                break
            spans.append(_span(slot, length))
            budget -= length
        return spans


def _span(slot: Slot, length: int) -> Span:
    """Return the next `length` tokens of a slot that are to be computed."""
    start = slot.computed
    tokens = slot.tokens[start : start + length].tolist()
    return Span(slot.index, start, tokens, wants_logits=length == slot.pending)
