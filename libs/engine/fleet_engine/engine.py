"""The engine: generations for asyncio, computed in a thread of their own."""

import asyncio
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import structlog
import torch

from fleet_engine.adapters import Adapter, load_adapter
from fleet_engine.config import EngineConfig, load_llama_config
from fleet_engine.errors import (
    ContextLengthExceeded,
    EngineBroken,
    EngineClosed,
    EngineError,
    InvalidRequest,
    QueueFull,
    UnsupportedModel,
)
from fleet_engine.generation import Load, SamplingParams, Step
from fleet_engine.grammar import Grammar, Grammars
from fleet_engine.loading import load
from fleet_engine.operations import computing_dtype
from fleet_engine.parallel import ParallelRunner
from fleet_engine.sampling import Choice
from fleet_engine.scheduler import Generation, Scheduler
from fleet_engine.text import TextStream
from fleet_engine.tokenizer import Tokenizer

log = structlog.get_logger()

Mailbox = asyncio.Queue[Step | EngineError]
Steps = list[tuple[Generation, Step]]


class Engine:
    """Runs one model. Construction loads it, which takes seconds and may be done in a thread.

    Args:
        config: Which model, and how.

    Raises:
        UnsupportedModel: The folder is not one that this engine can run.
    """

    def __init__(self, config: EngineConfig) -> None:
        model = load_llama_config(config.model)
        self.context = config.context(model.max_position_embeddings)
        self.tokenizer = Tokenizer(config.model, model.vocab_size)
        self.grammars = Grammars(self.tokenizer.bytes, model.vocab_size, [*model.eos_token_ids])
        self._config, self._model = config, model
        self._scheduler = self._load()
        self._commands: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._open: dict[Generation, Mailbox] = {}
        self._most_open = config.max_waiting + config.max_sequences
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: EngineError | None = EngineClosed("the engine is not started")

    def start(self) -> None:
        """Begin to serve, to the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._ended = None
        self._thread.start()

    async def aclose(self) -> None:
        """End the step that is running, fail what is open, and let go of the threads."""
        self.grammars.close()
        if self._loop is not None:
            self._commands.put(None)
            await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._scheduler.runner.close)
        self._end(EngineClosed("the engine was closed"))

    @property
    def broken(self) -> bool:
        """Return whether the engine failed and must be restarted."""
        return isinstance(self._ended, EngineBroken)

    @property
    def load(self) -> Load:
        """Return how busy the engine is now."""
        return self._scheduler.load

    async def load_adapter(self, folder: Path) -> Adapter:
        """Return the LoRA adapter in `folder`, for `generate`. It is gone when nobody has it.

        Raises:
            UnsupportedModel: It is not one for this model.
        """
        config = self._config
        if config.tensor_parallel > 1:
            raise UnsupportedModel("adapters need tensor_parallel = 1")
        device = config.torch_device
        dtype = computing_dtype(config.torch_dtype, device)
        return await asyncio.to_thread(load_adapter, folder, self._model, dtype, device)

    async def generate(
        self,
        prompt: Sequence[int],
        params: SamplingParams,
        grammar: Grammar | None = None,
        adapter: Adapter | None = None,
    ) -> AsyncGenerator[Step, None]:
        """Yield an answer as it comes; close the iterator to stop it.

        Steps that are already waiting come as one. Only the last has a `finish_reason`.

        Args:
            prompt: The tokens to continue.
            params: How to choose tokens, and when to end.
            grammar: What the answer must match, from `grammars`.
            adapter: What to add to the model's weights, from `load_adapter`.

        Raises:
            ContextLengthExceeded: Prompt and answer do not fit, before any work.
            InvalidRequest: A token id is none of the model.
            QueueFull: Too many wait already.
            EngineBroken: The engine failed, now or before.
            EngineClosed: The engine was closed, or not started yet.
        """
        self._check_open()
        generation = self._generation(prompt, params, grammar, adapter)
        mailbox = self._open[generation] = Mailbox()
        self._commands.put(partial(self._scheduler.add, generation))
        try:
            while True:
                step = await _received(mailbox)
                if step.finish_reason is not None:
                    del self._open[generation]
                    yield step
                    return
                yield step
        finally:
            if self._open.pop(generation, None):
                self._commands.put(partial(self._scheduler.drop, generation))

    def _load(self) -> Scheduler:
        """Load the weights and allocate the cache."""
        config, model = self._config, self._model
        parallel = config.tensor_parallel > 1
        return Scheduler(
            runner=ParallelRunner(config, model) if parallel else load(config, model),
            table=self.tokenizer.bytes,
            budget=config.prefill_budget,
            most=config.max_sequences,
        )

    def _check_open(self) -> None:
        if self._ended is not None:
            raise type(self._ended)(str(self._ended)) from self._ended.__cause__
        if len(self._open) >= self._most_open:
            raise QueueFull(self._config.max_waiting)

    def _generation(
        self,
        prompt: Sequence[int],
        params: SamplingParams,
        grammar: Grammar | None,
        adapter: Adapter | None,
    ) -> Generation:
        """Return a new generation, once it is known that it can be done."""
        if not prompt:
            raise InvalidRequest("the prompt has no tokens")
        wanted = params.max_tokens or 1
        if len(prompt) + wanted > self.context:
            raise ContextLengthExceeded(len(prompt), wanted, self.context)
        size = self._model.vocab_size
        for id_ in (*prompt, *params.logit_bias):
            if not 0 <= id_ < size:
                raise InvalidRequest(f"token {id_} is none of the model's {size}")
        seen = frozenset(prompt) if params.repetition_penalty != 1.0 else frozenset()
        stop_ids = frozenset(params.stop_token_ids)
        return Generation(
            tokens=np.array(prompt, np.int32),
            prompt_tokens=len(prompt),
            choice=Choice(params, seen, grammar.guide() if grammar else None),
            stream=TextStream(params.stop),
            stop_ids=stop_ids if params.ignore_eos else stop_ids | self._model.eos_token_ids,
            limit=len(prompt) + params.max_tokens if params.max_tokens else self.context,
            adapter=adapter,
        )

    def _run(self) -> None:
        """Compute until told to end; the engine's thread."""
        if self._config.threads is not None:
            torch.set_num_threads(self._config.threads)
        try:
            with torch.inference_mode():
                while self._obey():
                    self._call(partial(self._deliver, self._scheduler.step()))
        except Exception as error:
            log.exception("engine.broken")
            self._call(partial(self._break, error))

    def _obey(self) -> bool:
        """Do what is asked, waiting while there is nothing to compute; return whether to go on."""
        while True:
            try:
                command = self._commands.get(block=self._scheduler.idle)
            except queue.Empty:
                return True
            if command is None:
                return False
            command()

    def _call(self, do: Callable[[], None]) -> None:
        """Have the event loop do something, if it is still there."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(do)

    def _deliver(self, steps: Steps) -> None:
        for generation, step in steps:
            mailbox = self._open.get(generation)
            if mailbox is not None and (step.text or step.tokens or step.finish_reason):
                mailbox.put_nowait(step)

    def _break(self, error: Exception) -> None:
        broken = EngineBroken(f"the engine failed: {type(error).__name__}")
        broken.__cause__ = error
        self._end(broken)

    def _end(self, reason: EngineError) -> None:
        """Refuse what is to come, and fail what is open. The first reason stands."""
        if isinstance(self._ended, EngineBroken):
            return
        self._ended = reason
        for mailbox in self._open.values():
            mailbox.put_nowait(reason)


async def _received(mailbox: Mailbox) -> Step:
    """Return all that is in the mailbox as one step, waiting for the first; or raise."""
    merged = Step()
    while merged == Step() or not (merged.finish_reason or mailbox.empty()):
        received = await mailbox.get()
        if isinstance(received, EngineError):
            raise type(received)(str(received)) from received.__cause__
        merged = merged.then(received)
    return merged
