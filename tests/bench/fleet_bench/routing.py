"""`python -m fleet_bench.routing`: the time to the first token, by how replicas are chosen.

Each policy begins with empty caches and gets the same prompts. Callers take turns among the routers, which share
nothing. Replicas are simulated, or with `--real` torch engines: see `fleet_bench.replicas`.
"""

import argparse
import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median, quantiles
from typing import TypeAlias, get_args

import structlog
from rich.console import Console
from rich.table import Table

from fleet.inference.v1 import messages as m
from fleet_bench.replicas import real, simulated
from fleet_bench.shared_prefixes import Workload
from fleet_inference.providers.runner import Runner
from fleet_inference.routing.choice import PolicyName
from fleet_runtime.call import Call
from fleet_runtime.encoded import EncodedStream
from fleet_runtime.operation import is_stream
from fleet_testing.engine_simulator import MODEL
from fleet_testing.fleet import ENGINE

SERVICE = "runner"
POLICIES = get_args(PolicyName)
SIMULATED = Workload(MODEL)
# Two engines, whose caches hold the instructions of their own groups, and not those of all.
REAL = Workload(
    ENGINE, groups=8, prompts=5, shared_tokens=600, own_tokens=15, answer_tokens=2, callers=3
)
REAL_REPLICAS, REAL_KV_TOKENS = 2, 4600

Replicas: TypeAlias = Callable[[], AbstractAsyncContextManager[list[str]]]
"""Starts replicas with empty caches."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer.

    Attributes:
        ttft: The time to its first token, in seconds.
        read: How many tokens its prompt had.
        cached: How many of those were cached.
    """

    ttft: float
    read: int
    cached: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a policy achieved.

    Attributes:
        ttft: The times to the first token, in seconds.
        cached: The part of all prompt tokens that was cached.
        seconds: How long everything took.
    """

    ttft: Sequence[float]
    cached: float
    seconds: float


async def measure(
    policy: PolicyName, workload: Workload, replicas: Replicas, routers: int
) -> Result:
    """Run `workload` against fresh replicas."""
    async with replicas() as places, _routers(policy, places, routers) as entrances:
        waiting = iter(workload.requests(seed=1))
        began = time.perf_counter()
        found = await asyncio.gather(
            *(_caller(entrances[n % routers], waiting) for n in range(workload.callers))
        )
        seconds = time.perf_counter() - began
    answers = [answer for mine in found for answer in mine]
    cached = sum(answer.cached for answer in answers) / sum(answer.read for answer in answers)
    return Result([answer.ttft for answer in answers], cached, seconds)


@asynccontextmanager
async def _routers(
    policy: PolicyName, places: Sequence[str], routers: int
) -> AsyncGenerator[list[Runner], None]:
    os.environ["FLEET_ADDRESSES"] = f"{SERVICE}={';'.join(places)}"
    made = [Runner(Runner.Config(service=SERVICE, policy=policy)) for _ in range(routers)]
    try:
        yield made
    finally:
        for runner in made:
            await runner.aclose()


async def _caller(runner: Runner, waiting: Iterator[m.ChatCompletionRequest]) -> list[Answered]:
    """Send requests one after the other while there are some."""
    return [await _answered(runner, request) for request in waiting]


async def _answered(runner: Runner, request: m.ChatCompletionRequest) -> Answered:
    began = time.perf_counter()
    first: float | None = None
    usage: m.Usage | None = None
    answer = await runner.chat(request, Call("/bench"))
    if not is_stream(answer) or isinstance(answer, EncodedStream):
        raise TypeError("a stream of messages was due")
    async for chunk in answer:  # type: ignore[union-attr]  # is_stream said so
        said = any(choice.delta.content for choice in chunk.choices)
        if first is None and said:
            first = time.perf_counter() - began
        usage = chunk.usage or usage
    if first is None or usage is None:
        raise ValueError("an answer was empty, or did not tell what it cost")
    details = usage.prompt_tokens_details
    return Answered(first, usage.prompt_tokens, (details and details.cached_tokens) or 0)


def _table(results: dict[str, Result]) -> Table:
    table = Table("policy", "TTFT p50", "TTFT p95", "cached tokens", "seconds")
    for policy, result in results.items():
        table.add_row(
            policy,
            f"{median(result.ttft) * 1000:.0f} ms",
            f"{quantiles(result.ttft, n=20)[-1] * 1000:.0f} ms",
            f"{result.cached:.0%}",
            f"{result.seconds:.1f}",
        )
    return table


def main() -> None:
    """Measure all policies, and print what they achieved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicas", type=int, default=4, help="of simulated engines")
    parser.add_argument("--routers", type=int, default=2)
    parser.add_argument("--real", action="store_true", help="two torch engines instead")
    parser.add_argument("--policies", nargs="+", choices=POLICIES, default=POLICIES)
    options = parser.parse_args()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    workload, replicas = SIMULATED, partial(simulated, options.replicas)
    if options.real:
        workload, replicas = REAL, partial(real, REAL_REPLICAS, ENGINE, REAL_KV_TOKENS)
    results = {
        policy: asyncio.run(measure(policy, workload, replicas, options.routers))
        for policy in options.policies
    }
    console = Console()
    console.print(_table(results))
    if {"prefix", "round_robin"} <= results.keys():
        ratio = median(results["round_robin"].ttft) / median(results["prefix"].ttft)
        console.print(f"TTFT p50 by turns / by prefix: {ratio:.1f}")


if __name__ == "__main__":
    main()
