"""Work that is done now and then."""

import asyncio
import time

import pytest
from structlog.testing import capture_logs

from fleet_runtime.errors import Unavailable
from fleet_runtime.periodic import PeriodicTask

LONG = 3600.0
PATIENCE = 10.0


class Rounds:
    """Work that counts its rounds, and fails as it is told to."""

    def __init__(self, *failures):
        self.count = 0
        self._failures = list(failures)

    async def work(self):
        self.count += 1
        if self._failures:
            raise self._failures.pop(0)

    async def reached(self, count):
        end = time.monotonic() + PATIENCE
        while self.count < count:
            assert time.monotonic() < end
            await asyncio.sleep(0.005)


async def test_work_is_done_at_once_and_again():
    """What is left of the time before the service started waits for nothing."""
    rounds = Rounds()
    async with PeriodicTask(rounds.work, 0.01, "rounds.failed").running():
        await rounds.reached(3)


async def test_a_task_can_be_woken():
    """Who knows that there is something to do does not wait for the next round."""
    rounds = Rounds()
    task = PeriodicTask(rounds.work, LONG, "rounds.failed")
    async with task.running():
        await rounds.reached(1)
        task.wake()
        await rounds.reached(2)


@pytest.mark.parametrize(
    ("failure", "level"), [(Unavailable("away"), "warning"), (KeyError("bug"), "error")]
)
async def test_a_round_that_fails_is_logged_and_not_the_last(failure, level):
    """Nobody else would notice, and the next one may do better."""
    rounds = Rounds(failure)
    with capture_logs() as lines:
        async with PeriodicTask(rounds.work, 0.01, "rounds.failed").running():
            await rounds.reached(2)

    assert [("rounds.failed", level)] == [(line["event"], line["log_level"]) for line in lines]


async def test_the_end_breaks_a_round_off():
    """A service that stops does not wait for work that somebody else can do."""
    begun, ended = asyncio.Event(), []

    async def work():
        begun.set()
        try:
            await asyncio.sleep(LONG)
        finally:
            ended.append(True)

    async with PeriodicTask(work, LONG, "rounds.failed").running():
        await begun.wait()

    assert [True] == ended
