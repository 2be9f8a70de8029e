"""The measures of responses: what they cost, how long they take, and whether any is lost."""

import asyncio
import time
from dataclasses import dataclass
from typing import NamedTuple

from fleet_bench.accounts import accounts, spent
from fleet_bench.load import BadAnswerError, Connection, connect, drive
from fleet_bench.measure import percentile
from fleet_bench.process import Running
from fleet_bench.responses.answers import is_in_order
from fleet_bench.responses.scenario import Scenario

CALLERS = 32
"""How many wait for a response at once where the cost is measured."""
RATE = 2.0
"""How many responses are begun a second where the time is measured."""


class Effort(NamedTuple):
    """How much to look at."""

    seconds: float
    """How long to look at what responses cost."""
    alone: int
    """How many responses to time at `RATE`."""
    crowd: int
    """How many responses to ask for at once."""


@dataclass(frozen=True)
class Sample:
    """What responses of one kind took. CPU is that of all the system's processes, and of nothing else."""

    system: str
    scenario: str
    steps: int
    responses_per_cpu_s: float
    responses_per_s: float
    p50_ms: float
    """How long a caller waits who has the system nearly for himself."""
    p99_ms: float
    alone_ms: float
    """How long the model and the tool take of that."""
    cpu_ms: dict[str, float]
    """The CPU time of a response, by the system's parts."""

    @property
    def step_p50_ms(self) -> float:
        """What the system adds to a call of the model or the tool."""
        return (self.p50_ms - self.alone_ms) / self.steps

    @property
    def step_p99_ms(self) -> float:
        """What it adds in the worst of a hundred responses."""
        return (self.p99_ms - self.alone_ms) / self.steps


@dataclass(frozen=True)
class Crowd:
    """What became of streams that were all begun at once."""

    system: str
    streams: int
    lost: int
    """How many did not end with `response.completed`, or lacked something."""
    out_of_order: int
    """How many had events whose numbers have holes."""
    p50_ms: float
    p99_ms: float
    seconds: float
    """How long all of them took together."""
    why: str = ""
    """Why the first was lost."""


async def measure(
    system: Running, name: str, scenario: Scenario, effort: Effort, alone_ms: float
) -> Sample:
    """Return what responses of one kind take; `alone_ms` is what the model and the tool take of each."""
    request, check = scenario.request, scenario.check
    await drive(system.port, request, check, CALLERS, effort.seconds / 4)
    before, begun = accounts(system.pids()), time.perf_counter()
    made = len(await drive(system.port, request, check, CALLERS, effort.seconds))
    took, used = time.perf_counter() - begun, spent(before, accounts(system.pids()))
    latencies = await _at_rate(system.port, scenario, effort.alone)
    return Sample(
        system=name,
        scenario=scenario.name,
        steps=scenario.steps,
        responses_per_cpu_s=made / sum(used.values()),
        responses_per_s=made / took,
        p50_ms=percentile(latencies, 50) * 1e3,
        p99_ms=percentile(latencies, 99) * 1e3,
        alone_ms=alone_ms,
        cpu_ms={part: cpu / made * 1e3 for part, cpu in used.items()},
    )


async def crowd(system: Running, name: str, scenario: Scenario, streams: int) -> Crowd:
    """Ask for many responses at once, and look what becomes of each."""
    connections = [await connect(system.port) for _ in range(streams)]
    begun = time.perf_counter()
    ends = await asyncio.gather(*(_watched(each, scenario) for each in connections))
    seconds = time.perf_counter() - begun
    for connection in connections:
        connection.close()
    whole = [end for end in ends if not end.why]
    latencies = [end.seconds for end in whole] or [float("nan")]
    return Crowd(
        system=name,
        streams=streams,
        lost=streams - len(whole),
        out_of_order=sum(not end.in_order for end in whole),
        p50_ms=percentile(latencies, 50) * 1e3,
        p99_ms=percentile(latencies, 99) * 1e3,
        seconds=seconds,
        why=next((end.why for end in ends if end.why), ""),
    )


class _End(NamedTuple):
    """What became of one stream."""

    seconds: float
    in_order: bool
    why: str
    """Why it was lost; empty if it was not."""


async def _watched(connection: Connection, scenario: Scenario) -> _End:
    begun = time.perf_counter()
    try:
        response = await connection.call(scenario.request)
        seconds = time.perf_counter() - begun
        scenario.check(response)
    except (BadAnswerError, TimeoutError) as error:
        return _End(time.perf_counter() - begun, in_order=False, why=repr(error)[:500])
    return _End(seconds, is_in_order(response), why="")


async def _at_rate(port: int, scenario: Scenario, count: int) -> list[float]:
    """Begin `RATE` responses a second, whether those before have ended or not; return how long each took."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_timed(port, scenario, place / RATE)) for place in range(count)]
    return [task.result() for task in tasks]


async def _timed(port: int, scenario: Scenario, delay: float) -> float:
    await asyncio.sleep(delay)
    connection = await connect(port)
    try:
        begun = time.perf_counter()
        response = await connection.call(scenario.request)
        took = time.perf_counter() - begun
    finally:
        connection.close()
    scenario.check(response)
    return took
