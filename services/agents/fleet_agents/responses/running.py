"""Running the tools that a model has called, some at once."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Any

import msgspec

from fleet_agents.config import RunConfig
from fleet_agents.responses.events import Event
from fleet_agents.responses.steps import Said, Step, ToolUse
from fleet_agents.responses.tools.tool import ToolCallHere
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError

# In characters: how much of arguments that make no sense the model is shown again.
_MOST_SHOWN = 500

_decode_arguments = msgspec.json.Decoder(dict[str, Any]).decode


async def run_calls(
    calls: Sequence[tuple[Step, ToolCallHere]], limits: RunConfig, call: Call
) -> AsyncGenerator[list[Event], None]:
    """Run tools, and yield the events of those that have ended, as some do; their steps say what the model is told.

    To close this early stops them.
    """
    free = asyncio.Semaphore(limits.parallel_tools)
    tasks = {
        asyncio.create_task(_run(step.use, one, free, limits.tool_seconds, call)): (step, one)
        for step, one in calls
    }
    waiting = set(tasks)
    try:
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            yield [told for task in done for told in _ended(*tasks[task], task.result())]
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


def _ended(step: Step, one: ToolCallHere, told: Said) -> Iterator[Event]:
    """Note what the model is told of a call, and yield the events that it has ended."""
    step.told = told
    yield from one.ending()


async def _run(
    use: ToolUse | None, one: ToolCallHere, free: asyncio.Semaphore, seconds: float, call: Call
) -> Said:
    """Run one tool, and return what the model is told: a failure too is something to go on from."""
    try:
        arguments = _decode_arguments(use.arguments if use else "{}")
        async with free, asyncio.timeout(seconds):
            return await one.run(arguments, call)
    except msgspec.DecodeError:
        why = f"The arguments are not a JSON object: {use.arguments[:_MOST_SHOWN] if use else ''}"
    except TimeoutError:
        why = f"The tool did not answer within {seconds:g} seconds."
    except FleetError as error:
        why = f"The tool failed: {error.message}"
    one.fail(why)
    return why
