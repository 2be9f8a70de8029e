"""Our own torch engine, with all prompts begun at once.

`FLEET_BENCH_QUANTIZATION` is `int8` or `int4`; fp32 if empty.
"""

import asyncio
import os
from collections.abc import Iterator

# Spinning threads steal the processor from each other; must be set before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import msgspec

from fleet_bench.engines.task import Generate, Task, run
from fleet_engine.config import EngineConfig
from fleet_engine.engine import Engine
from fleet_engine.generation import SamplingParams
from fleet_engine.quantization import Quantization


def load(task: Task) -> Generate:
    """Load the model into this process."""
    loop = asyncio.new_event_loop()
    config = EngineConfig(
        model=task.model,
        threads=task.threads,
        max_sequences=task.concurrency,
        max_context=task.context,
        quantization=quantization(),
    )
    engine = Engine(config)

    async def start() -> None:
        engine.start()

    async def answer(prompt: list[int], params: SamplingParams) -> int:
        async for step in engine.generate(prompt, params):
            if step.usage is not None:
                return step.usage.completion_tokens
        raise AssertionError("the answer had no end")

    def generate(prompts: list[list[int]], tokens: int) -> Iterator[int]:
        params = SamplingParams(temperature=0, max_tokens=tokens, ignore_eos=True)
        open_ = {loop.create_task(answer(prompt, params)) for prompt in prompts}
        while open_:
            first = asyncio.wait(open_, return_when=asyncio.FIRST_COMPLETED)
            ended, open_ = loop.run_until_complete(first)
            yield from (task.result() for task in ended)

    loop.run_until_complete(start())
    return generate


def quantization() -> Quantization | None:
    """Return what the environment asks for."""
    wanted = os.environ.get("FLEET_BENCH_QUANTIZATION")
    found: Quantization | None = msgspec.convert(wanted or None, Quantization | None)
    return found


if __name__ == "__main__":
    run(load)
