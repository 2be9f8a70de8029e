"""Replicas of a runner to be routed to: simulated engines, of which routing is all that differs, and real ones."""

import asyncio
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import ModelServiceClient
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.errors import FleetError
from fleet_testing.engine_simulator import SimulatedEngine, Timing, simulated_runner
from fleet_testing.inference_process import inference_process

# In seconds: how long engines may take to load their models.
PATIENCE = 300.0
LOOK_AGAIN = 0.1


@asynccontextmanager
async def simulated(replicas: int) -> AsyncGenerator[list[str], None]:
    """Serve engines that only keep time, in this process, and yield their addresses.

    Prefill takes its time for each token that the prefix cache lacks; one cache holds 32 prompts of 2000 tokens.
    """
    async with AsyncExitStack() as stack:
        timing = Timing(prefill_seconds=0.0001)
        yield [
            await stack.enter_async_context(simulated_runner(SimulatedEngine(timing)))
            for _ in range(replicas)
        ]


@asynccontextmanager
async def real(replicas: int, model: str, kv_tokens: int) -> AsyncGenerator[list[str], None]:
    """Start runners with torch engines of one thread, a process each, and yield their addresses when all are ready."""
    engine = {"model": model, "threads": 1, "max_sequences": 4, "max_context": 1024}
    provider = {
        "id": "llama",
        "type": "inline::meta-reference",
        "config": engine | {"kv_tokens": kv_tokens},
    }
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        started = [
            stack.enter_context(inference_process({"providers": [provider]}, folder))
            for _ in range(replicas)
        ]
        places = [process.address for process in started]
        await asyncio.gather(*map(_ready, places))
        yield places


async def _ready(place: str) -> None:
    """Return when the service at `place` answers."""
    end = time.monotonic() + PATIENCE
    channel = Channel("runner", at=place)
    try:
        while True:
            try:
                await ModelServiceClient(channel).list_models(m.ListModelsRequest(), Call("/bench"))
            except FleetError:
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(LOOK_AGAIN)
            else:
                return
    finally:
        await channel.aclose()
