"""An engine for a decoder that holds one sequence: one answer after the other, in a thread of its own."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from fleet_engine.adapters import Adapter
from fleet_engine.errors import ContextLengthExceeded, EngineClosed, InvalidRequest, QueueFull
from fleet_engine.generation import Load, SamplingParams, Step, Usage
from fleet_engine.grammar import Grammar, Grammars
from fleet_engine.tokenizer import Tokenizer
from fleet_inference.local.serial_answer import Decoder, SerialAnswer


class SerialEngine:
    """Gives answers in the order in which they are asked for.

    Args:
        decoder: The model. Only the engine's thread uses it.
        tokenizer: Its tokens.
        max_waiting: How many answers may wait for their turn.
    """

    def __init__(self, decoder: Decoder, tokenizer: Tokenizer, max_waiting: int) -> None:
        self.context = decoder.context
        self.tokenizer = tokenizer
        self.grammars = Grammars(tokenizer.bytes, decoder.vocabulary, [*decoder.eos_ids])
        self._decoder = decoder
        self._held: list[int] = []
        self._thread = ThreadPoolExecutor(1, "serial-engine")
        self._turn = asyncio.Lock()
        self._open, self._max_waiting = 0, max_waiting
        self._total = Usage(0, 0, 0)
        self._closed = False

    async def aclose(self) -> None:
        """End the step that is running, and fail what is open."""
        self._closed = True
        self.grammars.close()
        await asyncio.to_thread(self._thread.shutdown)

    @property
    def load(self) -> Load:
        """Return how busy the engine is now."""
        running = int(self._turn.locked())
        return Load(
            running=running,
            waiting=max(0, self._open - running),
            kv_used=running * len(self._held) / self.context,
            prompt_tokens=self._total.prompt_tokens,
            cached_tokens=self._total.cached_tokens,
            completion_tokens=self._total.completion_tokens,
        )

    async def generate(
        self,
        prompt: Sequence[int],
        params: SamplingParams,
        grammar: Grammar | None = None,
        adapter: Adapter | None = None,
    ) -> AsyncGenerator[Step, None]:
        """Yield an answer as it comes; close the iterator to stop it after the token that is being made.

        Args:
            prompt: The tokens to continue.
            params: How to choose tokens, and when to end.
            grammar: What the answer must match, from `grammars`.
            adapter: Refused; a decoder's weights are what they are.

        Raises:
            ContextLengthExceeded: Prompt and answer do not fit, before any work.
            InvalidRequest: A token id is none of the model, or there is an adapter.
            QueueFull: Too many wait already.
            EngineBroken: The decoder failed.
            EngineClosed: The engine was closed.
        """
        if adapter is not None:
            raise InvalidRequest("this engine takes no adapters")
        self._check(prompt, params)
        answer = SerialAnswer(self._decoder, self.tokenizer.bytes, prompt, params, grammar)
        async with self._place():
            while True:
                step = await self._advanced(answer)
                if step != Step():
                    yield step
                if step.finish_reason is not None:
                    return

    @asynccontextmanager
    async def _place(self) -> AsyncGenerator[None, None]:
        """Wait for a turn, and keep it."""
        if self._open > self._max_waiting:
            raise QueueFull(self._max_waiting)
        self._open += 1
        try:
            async with self._turn:
                yield
        finally:
            self._open -= 1

    async def _advanced(self, answer: SerialAnswer) -> Step:
        if self._closed:
            raise EngineClosed("the engine was closed")
        loop = asyncio.get_running_loop()
        step = await loop.run_in_executor(self._thread, answer.advance, self._held)
        if step.usage:
            self._total = _sum(self._total, step.usage)
        return step

    def _check(self, prompt: Sequence[int], params: SamplingParams) -> None:
        """Refuse what cannot be done."""
        if not prompt:
            raise InvalidRequest("the prompt has no tokens")
        wanted = params.max_tokens or 1
        if len(prompt) + wanted > self.context:
            raise ContextLengthExceeded(len(prompt), wanted, self.context)
        size = self._decoder.vocabulary
        for id_ in (*prompt, *params.logit_bias):
            if not 0 <= id_ < size:
                raise InvalidRequest(f"token {id_} is none of the model's {size}")


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        one.prompt_tokens + other.prompt_tokens,
        one.completion_tokens + other.completion_tokens,
        one.cached_tokens + other.cached_tokens,
    )
