"""A runner whose engine only keeps time: slots, prefill, decode and a prefix cache, but no model.

    async with simulated_runner(SimulatedEngine(Timing(prefill_seconds=0.0002))) as address:
        ...  # its typed face, as that of any runner

    with simulator_process() as simulator:
        simulator.kill()  # a replica that dies

It answers as a real one does, through the service itself: streams, usage with `cached_tokens`, and the load report
that ends each call. Prompts are cached in blocks of tokens, the least recently used of which go first, as vLLM does:
https://docs.vllm.ai/en/latest/design/prefix_caching.html
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import msgspec

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import bind_inference_service, bind_model_service
from fleet_inference.model_names import GivenNames, names_in_memory
from fleet_inference.models import ModelTable
from fleet_inference.provider import ChatAnswer, CompletionAnswer, InferenceProvider, ProviderModel
from fleet_inference.registry import Registry
from fleet_inference.routing.router import Router
from fleet_inference.service import Inference
from fleet_runtime.call import Call
from fleet_runtime.config import ProviderConfig
from fleet_runtime.errors import ResourceExhausted, Unimplemented
from fleet_runtime.load_report import LoadReport
from fleet_runtime.operation import Answer
from fleet_runtime.providers import Opened
from fleet_runtime.serve import serving
from fleet_testing.envoy import free_port

MODEL = "simulated"
# In tokens, as vLLM's.
BLOCK = 16
# About as many as in English text.
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Timing:
    """How fast the engine is, and how large.

    Attributes:
        prefill_seconds: For each token of a prompt that is not cached; one prompt at a time.
        decode_seconds: For each token of an answer; all answers together.
        slots: How many answers it produces at once.
        waiting: How many requests may wait for a slot; more are refused with 429.
        cache_blocks: How many blocks of 16 tokens its prefix cache keeps.
    """

    prefill_seconds: float = 0.0002
    decode_seconds: float = 0.002
    slots: int = 8
    waiting: int = 1000
    cache_blocks: int = 4096


@dataclass(slots=True)
class SimulatedEngine:
    """The engine, as a provider.

    Attributes:
        timing: How fast it is.
        prompt_tokens: How many tokens of prompts it has read.
        cached_tokens: How many of them it did not have to.
        running: How many answers it is producing.
        waiting: How many requests wait for a slot.
    """

    timing: Timing = field(default_factory=Timing)
    prompt_tokens: int = 0
    cached_tokens: int = 0
    running: int = 0
    waiting: int = 0
    _cache: OrderedDict[int, None] = field(default_factory=OrderedDict)
    _slots: asyncio.Semaphore = field(init=False)
    _prefilling: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._slots = asyncio.Semaphore(self.timing.slots)

    async def aclose(self) -> None:
        """Do nothing: there is nothing to close."""

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the one model."""
        del call
        return [ProviderModel(MODEL)]

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Answer with `max_tokens` words, 4 if unset."""
        return self._answer(request, call)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Refuse: it only chats."""
        del request, call
        raise Unimplemented("The simulator only chats.")

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        """Refuse: it only chats."""
        del request, call
        raise Unimplemented("The simulator only chats.")

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Refuse: it only chats."""
        del request, call
        raise Unimplemented("The simulator only chats.")

    def load(self) -> LoadReport:
        """Return how busy it is."""
        return LoadReport(self.running, self.waiting, self.running / self.timing.slots)

    async def _answer(
        self, request: m.ChatCompletionRequest, call: Call
    ) -> AsyncGenerator[m.ChatCompletionChunk, None]:
        words = request.max_tokens or 4
        async with self._slot():
            prompt, cached = await self._prefill(request)
            for number in range(words):
                yield _chunk(request.model, [_choice(f"w{number} ")])
                await asyncio.sleep(self.timing.decode_seconds)
            yield _chunk(request.model, [_choice(None)], _usage(prompt, cached, words))
        call.trailers.extend(self.load().trailers())

    @asynccontextmanager
    async def _slot(self) -> AsyncGenerator[None, None]:
        if self.waiting >= self.timing.waiting:
            raise ResourceExhausted("Too many wait.", code="queue_full", retry_after=1)
        self.waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self.waiting -= 1
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
            self._slots.release()

    async def _prefill(self, request: m.ChatCompletionRequest) -> tuple[int, int]:
        """Read the prompt, and return how many tokens it has, and how many of them were cached."""
        async with self._prefilling:
            text = msgspec.json.encode(request.messages).decode()
            tokens = len(text) // CHARACTERS_PER_TOKEN
            cached = self._cached(text)
            await asyncio.sleep((tokens - cached) * self.timing.prefill_seconds)
        self.prompt_tokens += tokens
        self.cached_tokens += cached
        return tokens, cached

    def _cached(self, text: str) -> int:
        """Return how many tokens at the beginning of `text` are cached, and cache all of it."""
        size = BLOCK * CHARACTERS_PER_TOKEN
        hits, hitting, chain = 0, True, 0
        for start in range(0, len(text) - size + 1, size):
            chain = hash((chain, text[start : start + size]))
            hitting = hitting and chain in self._cache
            hits += hitting
            self._cache[chain] = None
            self._cache.move_to_end(chain)
        while len(self._cache) > self.timing.cache_blocks:
            self._cache.popitem(last=False)
        return hits * BLOCK


def _choice(text: str | None) -> m.ChunkChoice:
    return m.ChunkChoice(
        delta=m.Delta(content=text), index=0, finish_reason=None if text else "stop"
    )


def _usage(prompt: int, cached: int, produced: int) -> m.Usage:
    return m.Usage(
        completion_tokens=produced,
        prompt_tokens=prompt,
        total_tokens=prompt + produced,
        prompt_tokens_details=m.PromptTokensDetails(cached_tokens=cached),
    )


def _chunk(
    model: str, choices: list[m.ChunkChoice], usage: m.Usage | None = None
) -> m.ChatCompletionChunk:
    return m.ChatCompletionChunk(
        id="chatcmpl-simulated", choices=choices, created=int(time.time()), model=model, usage=usage
    )


@asynccontextmanager
async def simulated_runner(
    engine: SimulatedEngine, listen: str = "127.0.0.1:0"
) -> AsyncGenerator[str, None]:
    """Serve `engine` as a runner serves its engine, in this process, and yield its address."""
    config = ProviderConfig(id="engine", type="inline::simulated")
    opened: Opened[InferenceProvider] = Opened(config, engine)
    models = ModelTable(GivenNames([], names_in_memory()), {"engine": opened})
    async with models.refreshed(60):
        inference = Inference(models, Router(), None)
        services = [bind_inference_service(inference), bind_model_service(Registry(models))]
        async with serving(services, listen) as address:
            yield address


@dataclass(slots=True)
class SimulatorProcess:
    """A simulated runner in a process of its own, which can die.

    Attributes:
        address: Its place.
    """

    address: str
    _process: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """End it as a crash does: at once, and without a word."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@contextmanager
def simulator_process(port: int | None = None) -> Iterator[SimulatorProcess]:
    """Start a simulated runner, which may not listen yet, and end it with the block."""
    address = f"127.0.0.1:{port or free_port()}"
    process = subprocess.Popen(
        (sys.executable, "-m", "fleet_testing.engine_simulator", address, str(os.getpid()))
    )
    try:
        yield SimulatorProcess(address, process)
    finally:
        process.kill()
        process.wait()


async def main(listen: str, parent: int) -> None:
    """Serve until the process that started this one is gone, which nobody tells."""
    async with simulated_runner(SimulatedEngine(), listen):
        while os.getppid() == parent:  # noqa: ASYNC110
            await asyncio.sleep(1)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
