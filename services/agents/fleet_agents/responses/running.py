"""Running the tools that a model has called, some at once."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import msgspec

from fleet_agents.config import RunConfig
from fleet_agents.responses.events import Event
from fleet_agents.responses.steps import Step
from fleet_agents.responses.tools.tool import ToolCallHere
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError

UNKNOWN_OUTCOME = (
    "Nobody knows whether this call was made: the service ended while it was at it. It is not made again, as that may"
    " do harm."
)
"""What is told of a call that a process left undone, and that must not be made twice."""

_decode_arguments = msgspec.json.Decoder(dict[str, Any]).decode


async def run_calls(
    calls: Sequence[tuple[Step, ToolCallHere]], limits: RunConfig, call: Call
) -> AsyncGenerator[Event, None]:
    """Run tools, and yield the events of each as it begins and ends; their steps say what the model is told.

    To close this early stops them.
    """
    for _, one in calls:
        for told in one.beginning():
            yield told
    free = asyncio.Semaphore(limits.parallel_tools)
    tasks = {
        asyncio.create_task(_run(step, one, free, limits.tool_seconds, call)): one
        for step, one in calls
    }
    waiting = set(tasks)
    try:
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
                for told in tasks[task].ending():
                    yield told
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _run(
    step: Step, one: ToolCallHere, free: asyncio.Semaphore, seconds: float, call: Call
) -> None:
    """Run one tool, and note what the model is told: a failure too is something to go on from."""
    use = step.use
    try:
        arguments = _decode_arguments(use.arguments if use else "{}")
        async with free, asyncio.timeout(seconds):
            step.told = await one.run(arguments, call)
    except msgspec.DecodeError:
        _fail(step, one, "The arguments are not a JSON object.")
    except TimeoutError:
        _fail(step, one, f"The tool did not answer within {seconds:g} seconds.")
    except FleetError as error:
        _fail(step, one, f"The tool failed: {error.message}")


def _fail(step: Step, one: ToolCallHere, why: str) -> None:
    one.fail(why)
    step.told = why
