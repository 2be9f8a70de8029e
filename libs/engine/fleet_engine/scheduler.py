"""Continuous batching: who computes what in the next step.

A step holds the next token of every running answer, and of prompts as much as the budget allows.
So a long prompt delays answers by one bounded step at a time, and short prompts hardly at all.

Where the KV cache has no block left for a running answer, the answer that was begun last makes
room: it waits again, at the head of the queue, and later computes what is not cached any more.
"""

from dataclasses import dataclass, field

from fleet_engine.adapters import Adapter
from fleet_engine.batch import Span, arranged
from fleet_engine.generation import FinishReason, Load, Step, Token, Usage
from fleet_engine.prefixes import TokenIds
from fleet_engine.runner import Runner
from fleet_engine.sampling import Choice, choose
from fleet_engine.sequences import Sequence, Sequences
from fleet_engine.text import TextStream


@dataclass(eq=False)
class Generation:
    """One answer in the making."""

    tokens: TokenIds
    """The prompt, and what was answered before the generation had to make room."""
    prompt_tokens: int
    choice: Choice
    stream: TextStream
    stop_ids: frozenset[int]
    limit: int
    """The most tokens of prompt and answer together."""
    adapter: Adapter | None = None
    """What is added to the model's weights for it."""
    cached: int | None = None
    """How many tokens of the prompt were cached; unknown before it first ran."""

    @property
    def root(self) -> bytes:
        """Return what its prefixes are known by: only the same weights compute the same."""
        return self.adapter.root if self.adapter else b""

    def advance(self, sequence: Sequence, token: Token) -> Step:
        """Add a chosen token; return what that makes visible."""
        sequence.append(token.id)
        guide = self.choice.guide
        if token.id in self.stop_ids or (guide is not None and guide.ended):
            return self._last(Step(), sequence, "stop")
        step = self.stream.push(token)
        if self.stream.stopped:
            return self._last(step, sequence, "stop")
        if sequence.known == self.limit:
            return self._last(step, sequence, "length")
        return step

    def _last(self, step: Step, sequence: Sequence, reason: FinishReason) -> Step:
        answered = sequence.known - self.prompt_tokens
        usage = Usage(self.prompt_tokens, answered, self.cached or 0)
        rest = self.stream.flush()
        return step.then(Step(rest.text, rest.tokens, reason, usage))


@dataclass(eq=False, kw_only=True)
class Scheduler:
    """Runs generations, step by step. Lives in one thread."""

    runner: Runner
    table: list[bytes]
    """The bytes of each token id."""
    budget: int
    """The most prompt tokens of a step."""
    most: int
    """The most generations that run at once."""
    _waiting: dict[Generation, None] = field(default_factory=dict)
    _running: dict[Generation, Sequence] = field(default_factory=dict)
    _prompt_tokens: int = 0
    _cached_tokens: int = 0
    _completion_tokens: int = 0
    _preemptions: int = 0

    def __post_init__(self) -> None:
        self._sequences = Sequences(self.runner)

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
            kv_used=self._sequences.used,
            prompt_tokens=self._prompt_tokens,
            cached_tokens=self._cached_tokens,
            completion_tokens=self._completion_tokens,
            preemptions=self._preemptions,
        )

    def add(self, generation: Generation) -> None:
        """Queue a generation."""
        self._waiting[generation] = None

    def drop(self, generation: Generation) -> None:
        """Forget a generation wherever it stands, and free its blocks."""
        sequence = self._running.pop(generation, None)
        if sequence is not None:
            self._sequences.free(sequence)
        self._waiting.pop(generation, None)

    def step(self) -> list[tuple[Generation, Step]]:
        """Compute one step; return what is new, and drop what has ended."""
        self._make_room()
        self._admit()
        work = self._work()
        spans = arranged([*work])
        logits = self.runner.logits(spans)
        for span in spans:
            self._sequences.advance(self._running[work[span]], span.end)
        chosen = [work[span] for span in spans if span.wants_logits]
        tokens = choose(logits, [generation.choice for generation in chosen], self.table)
        self._completion_tokens += len(tokens)
        steps = [
            (generation, generation.advance(self._running[generation], token))
            for generation, token in zip(chosen, tokens, strict=True)
        ]
        for generation, step in steps:
            if step.finish_reason is not None:
                self.drop(generation)
        return steps

    def _make_room(self) -> None:
        """Give each running answer, the oldest first, the block that its next token needs."""
        for generation in [*self._running]:
            while generation in self._running:
                if self._sequences.extend(self._running[generation]):
                    break
                self._preempt(next(reversed(self._running)))

    def _preempt(self, generation: Generation) -> None:
        """Take a generation's blocks away, and let it wait before all others."""
        sequence = self._running.pop(generation)
        self._sequences.free(sequence)
        generation.tokens = sequence.tokens[: sequence.known].copy()
        self._waiting = {generation: None, **self._waiting}
        self._preemptions += 1

    def _admit(self) -> None:
        """Let those run who wait longest, but for those whose prefix is just being computed."""
        for generation in [*self._waiting]:
            if len(self._running) == self.most:
                return
            if self._sequences.awaits(generation.tokens, generation.root):
                continue
            sequence = self._sequences.admit(generation.tokens, generation.root, generation.limit)
            if sequence is None:
                return
            del self._waiting[generation]
            self._running[generation] = sequence
            if generation.cached is None:
                generation.cached = sequence.computed
                self._prompt_tokens += generation.prompt_tokens
                self._cached_tokens += sequence.computed

    def _work(self) -> dict[Span, Generation]:
        """Return what each running sequence computes in this step."""
        answers = {_span(g, s, 1): g for g, s in self._running.items() if s.pending == 1}
        return answers | self._prompt_work()

    def _prompt_work(self) -> dict[Span, Generation]:
        """Share the budget: half to the oldest prompt, so it ends, the rest to the shortest."""
        prompts = [(g, s) for g, s in self._running.items() if s.pending > 1]
        work: dict[Span, Generation] = {}
        budget = self.budget
        for generation, sequence in [
            *prompts[:1],
            *sorted(prompts[1:], key=lambda prompt: prompt[1].pending),
        ]:
            first_of_several = not work and len(prompts) > 1
            length = min(sequence.pending, (budget + 1) // 2 if first_of_several else budget)
            if length == 0:
                break
            work[_span(generation, sequence, length)] = generation
            budget -= length
        return work


def _span(generation: Generation, sequence: Sequence, length: int) -> Span:
    """Return the next `length` tokens of a sequence that are to be computed."""
    start = sequence.computed
    tokens = sequence.tokens[start : start + length].tolist()
    return Span(
        sequence.table,
        start,
        tokens,
        wants_logits=length == sequence.pending,
        adapter=generation.adapter,
    )
