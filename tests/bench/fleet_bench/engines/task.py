"""The task that every engine is given, and the clocks it is given it by.

An engine's script runs in the engine's own environment, so this module needs the standard
library only.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

PROMPT_TOKENS = 32

Generate = Callable[[list[list[int]], int], int]
"""Continues all prompts at once, each by so many tokens, greedily; returns how many came in all."""


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
    task = _task()
    generate = load(task)
    # Different prompts to warm up with: nothing of the measured ones may be cached already.
    every = prompts(2 * task.concurrency)
    warmup, measured = every[: task.concurrency], every[task.concurrency :]
    generate(warmup, 4)
    wall, cpu = time.perf_counter(), _cpu()
    made = generate(measured, task.tokens)
    wall, cpu = time.perf_counter() - wall, _cpu() - cpu
    if made != task.concurrency * task.tokens:
        sys.exit(f"{made} tokens came, not {task.concurrency * task.tokens}")
    print(json.dumps({"tokens_per_second": made / wall, "tokens_per_cpu_second": made / cpu}))


def _cpu() -> float:
    """Return the CPU seconds of this process, all its threads, and of the children that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _task() -> Task:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    return Task(args.model, args.concurrency, args.tokens, args.threads)
