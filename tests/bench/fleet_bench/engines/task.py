"""The task that every engine is given, and the clocks it is given it by.

An engine's script runs in the engine's own environment, so this module needs the standard
library only.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

PROMPT_TOKENS = 32
# How often the first tokens are timed, in answers of one token.
FIRST_ROUNDS = 3

Generate = Callable[[list[list[int]], int], Iterator[int]]
"""Continues all prompts at once, each by so many tokens, greedily; yields how many, as answers end."""


class Task(NamedTuple):
    """One measurement."""

    model: Path
    """A Hugging Face folder."""
    concurrency: int
    tokens: int
    """How many each prompt is continued by, whatever the model says of its end."""
    threads: int

    @property
    def context(self) -> int:
        """The most tokens that one sequence comes to."""
        return PROMPT_TOKENS + self.tokens


def prompts(count: int) -> list[list[int]]:
    """Return prompts of ordinary tokens, all different from the first one on."""
    return [
        [100 + (7919 * (number + 1) + 104729 * place) % 40000 for place in range(PROMPT_TOKENS)]
        for number in range(count)
    ]


def run(load: Callable[[Task], Generate]) -> None:
    """Give the task of the command line to the engine that `load` returns; print JSON."""
    task = read_task()
    generate = load(task)
    # Different prompts each time: nothing of the measured ones may be cached already.
    every = iter(prompts((2 + FIRST_ROUNDS) * task.concurrency))
    batches = list(zip(*[every] * task.concurrency, strict=True))
    _timed(generate, list(batches.pop()), 4)
    firsts = [_timed(generate, list(batches.pop()), 1) for _ in range(FIRST_ROUNDS)]
    ends = _timed(generate, list(batches.pop()), task.tokens)
    wall, cpu = ends[-1]
    made = task.concurrency * task.tokens
    numbers = {
        "tokens_per_cpu_second": made / cpu,
        "tokens_per_second": made / wall,
        "ttft_p50_cpu_ms": 1000 * median(cpu for round_ in firsts for _, cpu in round_),
        "ttft_p50_ms": 1000 * median(wall for round_ in firsts for wall, _ in round_),
    }
    print(json.dumps(numbers))


def _timed(generate: Generate, batch: list[list[int]], tokens: int) -> list[tuple[float, float]]:
    """Return the wall and CPU seconds after which each answer was whole."""
    wall, cpu = time.perf_counter(), _cpu()
    ends = []
    for made in generate(batch, tokens):
        ends.append((time.perf_counter() - wall, _cpu() - cpu))
        if made != tokens:
            sys.exit(f"{made} tokens came, not {tokens}")
    if len(ends) != len(batch):
        sys.exit(f"{len(ends)} answers came, not {len(batch)}")
    return ends


def _cpu() -> float:
    """Return the CPU seconds of this process, all its threads, and of the children that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def read_task() -> Task:
    """Return the task that the command line has."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    return Task(args.model, args.concurrency, args.tokens, args.threads)
