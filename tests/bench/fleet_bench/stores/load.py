"""Callers that ask one question after the other until the time is up."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from fleet_bench.stores.corpus import Question

Ask: TypeAlias = Callable[[Question], list[int]]
"""Returns the numbers of the rows that were found, the nearest first."""
AskAsync: TypeAlias = Callable[[Question], Awaitable[list[int]]]


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to ask.

    Attributes:
        seconds: How long.
        least: How many answers are waited for at least, if the time is up before.
        most_seconds: How long at most, all the same.
    """

    seconds: float
    least: int
    most_seconds: float


class Answer(NamedTuple):
    """An answer to one question.

    Attributes:
        question: The number of the question.
        seconds: How long it took.
        found: The numbers of the rows.
    """

    question: int
    seconds: float
    found: list[int]


class Turns:
    """Gives out questions, around and around. May be used by many threads. The time runs from its making.

    Args:
        questions: What is asked.
        effort: For how long.
    """

    def __init__(self, questions: Sequence[Question], effort: Effort) -> None:
        self._questions = questions
        self._effort = effort
        self._numbers = itertools.count()
        self._began = time.perf_counter()

    def next(self) -> tuple[int, Question] | None:
        """Return a question with its number, or `None` when the time is up."""
        number = next(self._numbers)
        took = time.perf_counter() - self._began
        is_enough = took >= self._effort.seconds and number >= self._effort.least
        if is_enough or took >= self._effort.most_seconds:
            return None
        place = number % len(self._questions)
        return place, self._questions[place]


async def by_tasks(ask: AskAsync, callers: int, turns: Turns) -> list[Answer]:
    """Return the answers that as many tasks get."""
    several = await asyncio.gather(*(_in_task(ask, turns) for _ in range(callers)))
    return [answer for answers in several for answer in answers]


async def by_threads(asks: Sequence[Ask], threads: Executor, turns: Turns) -> list[Answer]:
    """Return the answers that threads get, one for each of `asks`."""
    loop = asyncio.get_running_loop()
    running = (loop.run_in_executor(threads, _in_thread, ask, turns) for ask in asks)
    return [answer for answers in await asyncio.gather(*running) for answer in answers]


async def _in_task(ask: AskAsync, turns: Turns) -> list[Answer]:
    answers = []
    while (turn := turns.next()) is not None:
        place, question = turn
        began = time.perf_counter()
        found = await ask(question)
        answers.append(Answer(place, time.perf_counter() - began, found))
    return answers


def _in_thread(ask: Ask, turns: Turns) -> list[Answer]:
    answers = []
    while (turn := turns.next()) is not None:
        place, question = turn
        began = time.perf_counter()
        found = ask(question)
        answers.append(Answer(place, time.perf_counter() - began, found))
    return answers
