"""Our own torch engine, fp32, with all prompts begun at once."""

import asyncio
import os

# Spinning threads steal the processor from each other; must be set before torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

from fleet_bench.engines.task import Generate, Task, run
from fleet_engine.config import EngineConfig
from fleet_engine.engine import Engine
from fleet_engine.generation import SamplingParams


def load(task: Task) -> Generate:
    """Load the model into this process."""
    loop = asyncio.new_event_loop()
    config = EngineConfig(
        model=task.model,
        threads=task.threads,
        max_sequences=task.concurrency,
        max_context=task.context,
    )
    engine = Engine(config)

    async def start() -> None:
        engine.start()

    async def answer(prompt: list[int], params: SamplingParams) -> int:
        async for step in engine.generate(prompt, params):
            if step.usage is not None:
                return step.usage.completion_tokens
        raise AssertionError("the answer had no end")

    async def answers(prompts: list[list[int]], params: SamplingParams) -> int:
        return sum(await asyncio.gather(*(answer(prompt, params) for prompt in prompts)))

    def generate(prompts: list[list[int]], tokens: int) -> int:
        params = SamplingParams(temperature=0, max_tokens=tokens, ignore_eos=True)
        return loop.run_until_complete(answers(prompts, params))

    loop.run_until_complete(start())
    return generate


if __name__ == "__main__":
    run(load)
