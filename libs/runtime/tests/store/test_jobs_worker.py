"""Working on jobs: how many at once, how often, and what of it holds."""

import asyncio
from collections import Counter

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from fleet_runtime.errors import InvalidArgument, ResourceExhausted, Unavailable
from fleet_runtime.jobs import JobQueue, Worker, WorkerConfig
from fleet_runtime.jobs.queue import job_table
from fleet_runtime.store.notices import LISTENING_PAUSE

pytestmark = pytest.mark.slow

PATIENCE = 20.0
RAISED = {
    "passing": ResourceExhausted("too much", code="full", retry_after=0.01),
    "refused": InvalidArgument("never", code="bad"),
    "bug": ZeroDivisionError(),
}


@pytest.fixture
async def table(database, schema):
    table = job_table(schema, sa.MetaData())
    async with database.begin() as connection:
        await connection.run_sync(table.create)
    return table


class Log:
    """Does jobs: each payload names what happens. `at_once`, `wait` for `go_on`, or what is raised."""

    def __init__(self, database, queue):
        self.database = database
        self.queue = queue
        self.go_on = asyncio.Event()
        self.runs, self.ended, self.failures = Counter(), {}, {}
        self.now = self.most = 0
        self.cancelled = []
        self.mistakes = 0
        self.outages = 0

    async def put(self, *jobs):
        async with self.database.begin() as connection:
            await self.queue.put(connection, jobs)

    async def run(self, job):
        self.runs[job.key] += 1
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self._work(job)
        except asyncio.CancelledError:
            self.cancelled.append(job.key)
            raise
        finally:
            self.now -= 1

    async def _work(self, job):
        if job.payload in RAISED:
            raise RAISED[job.payload]
        if job.payload == "wait":
            await self.go_on.wait()
        if job.payload != "forgets":
            await self._finish(job, self.ended, job.payload)

    async def failed(self, job, error):
        if self.outages:
            self.outages -= 1
            raise Unavailable("away")
        if self.mistakes:
            self.mistakes -= 1
            raise ZeroDivisionError
        await self._finish(job, self.failures, (error.code, job.attempts))

    async def _finish(self, job, where, value):
        async with self.database.begin() as connection:
            kept = await self.queue.finish(connection, job)
        if kept:
            where[job.key] = value

    async def until(self, claim):
        for _ in range(round(PATIENCE / 0.01)):
            if claim():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it did not come to that")


@pytest.fixture
def work(database, table):
    return Log(database, JobQueue(database, table.name))


def worker(work, **settings):
    return Worker(work.queue, work, WorkerConfig(**settings)).running()


async def test_all_is_done_some_at_once(work):
    """As many as there is room for, and no more."""
    await work.put(*((f"{number}", "wait") for number in range(7)))
    async with worker(work, in_flight=3):
        await work.until(lambda: work.now == 3)
        work.go_on.set()
        await work.until(lambda: len(work.ended) == 7)

    assert 3 == work.most
    assert {1} == set(work.runs.values())


async def test_new_job_begins_soon(work):
    """Who attaches a file waits for it, and not for the next look at the table."""
    loop = asyncio.get_running_loop()
    async with worker(work):
        await work.put(("first", "at_once"))
        await work.until(lambda: "first" in work.ended)
        began = loop.time()
        await work.put(("a", "at_once"))
        await work.until(lambda: "a" in work.ended)

    assert loop.time() - began < LISTENING_PAUSE / 2


async def test_what_may_pass_is_tried_again(work):
    """A model server restarts, and a batch of files does not fail for that. But not for ever."""
    await work.put(("a", "passing"))
    async with worker(work, attempts=3):
        await work.until(lambda: work.failures)

    assert {"a": ("full", 3)} == work.failures
    assert 3 == work.runs["a"]


@pytest.mark.parametrize(("payload", "code"), [("refused", "bad"), ("bug", "internal_error")])
async def test_what_cannot_pass_fails_at_once(work, payload, code):
    """Trying a broken file again costs others their turn."""
    await work.put(("a", payload), ("b", "at_once"))
    with capture_logs():
        async with worker(work):
            await work.until(lambda: work.failures and work.ended)

    assert {"a": (code, 1)} == work.failures
    assert 1 == work.runs["a"]


async def test_job_that_kills_its_processes_fails_in_the_end(work):
    """A file that costs all memory must not do so for ever."""
    await work.put(("a", "at_once"))
    for _ in range(2):
        await work.queue.claim("killed", 0.0)
    async with worker(work, attempts=2):
        await work.until(lambda: work.failures)

    assert {"a": ("internal_error", 3)} == work.failures
    assert 0 == work.runs["a"]


async def test_outcome_waits_for_the_database(work):
    """It restarts; what was found out before is kept afterwards."""
    work.outages = 2
    await work.put(("a", "refused"))
    async with worker(work):
        await work.until(lambda: work.failures)

    assert 1 == work.runs["a"]


async def test_mistake_in_one_job_costs_no_other(work):
    """The worker goes on, and the job comes again once its lease is over."""
    work.mistakes = 1
    await work.put(("a", "refused"))
    with capture_logs() as logs:
        async with worker(work, lease_seconds=0.3):
            await work.until(lambda: work.runs["a"])
            await work.put(("b", "at_once"))
            await work.until(lambda: work.ended and work.failures)

    assert 2 == work.runs["a"]
    assert "jobs.bug" in [entry["event"] for entry in logs]


async def test_forgotten_job_comes_again(work):
    """A claim whose answer was lost, or a job that nobody finished, is held by no sign of life."""
    await work.put(("a", "forgets"))
    async with worker(work, lease_seconds=0.3):
        await work.until(lambda: work.runs["a"] == 2)
        await work.put(("a", "at_once"))
        await work.until(lambda: work.ended)

    assert {"a": "at_once"} == work.ended


async def test_claim_whose_answer_was_lost_is_not_held(work):
    """The database went away between the commit and the answer; nobody works on the job."""
    await work.put(("a", "at_once"))
    running = Worker(work.queue, work, WorkerConfig(lease_seconds=0.3))
    await work.queue.claim(running.name, 0.3)
    async with running.running():
        await work.until(lambda: work.ended)

    assert {"a": "at_once"} == work.ended


async def test_signs_of_life_keep_a_long_job(work):
    """Leases are short, so that others take over soon; jobs may be long."""
    await work.put(("a", "wait"))
    async with worker(work, lease_seconds=0.3), worker(work, lease_seconds=0.3):
        await work.until(lambda: work.now)
        await asyncio.sleep(1.0)  # three leases
        work.go_on.set()
        await work.until(lambda: work.ended)

    assert 1 == work.runs["a"]


async def test_removed_job_is_stopped(work):
    """Whoever cancels a batch does not want to pay for its end."""
    await work.put(("a", "wait"))
    async with worker(work, lease_seconds=0.3):
        await work.until(lambda: work.now)
        async with work.database.begin() as connection:
            await work.queue.remove(connection, ["a"])
        await work.until(lambda: work.cancelled)

    assert ({}, {}) == (work.ended, work.failures)


async def test_put_again_runs_after_what_runs(work):
    """With the newest payload, and not beside the old."""
    await work.put(("a", "wait"))
    async with worker(work), worker(work):
        await work.until(lambda: work.now)
        await work.put(("a", "refused"))
        await work.put(("a", "at_once"))
        work.go_on.set()
        await work.until(lambda: work.ended)

    assert {"a": "at_once"} == work.ended
    assert (1, 2) == (work.most, work.runs["a"])


async def test_removed_and_put_again_is_not_worked_on_twice_at_once(work):
    """This process would mix what it writes for both."""
    await work.put(("a", "wait"))
    async with worker(work, lease_seconds=0.6):
        await work.until(lambda: work.now)
        async with work.database.begin() as connection:
            await work.queue.remove(connection, ["a"])
        await work.put(("a", "at_once"))
        await work.until(lambda: work.ended)

    assert {"a": "at_once"} == work.ended
    assert (1, ["a"]) == (work.most, work.cancelled)


async def test_stopped_worker_lets_others_go_on_at_once(work):
    """A rolling update waits for no lease."""
    await work.put(("a", "wait"), ("b", "wait"))
    async with worker(work, lease_seconds=600):
        await work.until(lambda: work.now == 2)
    again = await work.queue.claim("other", 600)

    assert ["a", "b"] == sorted(work.cancelled)
    assert 1 == again.attempts
    assert await work.queue.claim("other", 600)


async def test_attempts_and_what_waits_are_counted(work):
    """By what is on dashboards; a job that is put off is no failure."""

    def counted(name, **labels):
        return REGISTRY.get_sample_value(name, {"queue": work.queue.name, **labels})

    def attempts(outcome):
        return counted("fleet_jobs_attempts_total", outcome=outcome)

    await work.put(("a", "at_once"), ("b", "refused"), ("c", "passing"))
    async with worker(work, attempts=2):
        await work.until(lambda: len(work.failures) == 2 and work.ended)
        await work.put(("d", "wait"))
        await work.until(lambda: work.now == 1)
    assert {"done": 1, "failed": 2, "postponed": 1, "stopped": 1} == {
        outcome: attempts(outcome) for outcome in ("done", "failed", "postponed", "stopped")
    }
    assert 5 == counted("fleet_jobs_attempt_duration_seconds_count")

    async with worker(work):  # counts as it begins
        await work.until(lambda: counted("fleet_jobs_oldest_waiting_seconds") is not None)
        states = [counted("fleet_jobs", state=s) for s in ("waiting", "working", "postponed")]

    assert all(state is not None for state in states)
