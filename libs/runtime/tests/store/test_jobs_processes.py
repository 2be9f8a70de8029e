"""Jobs outlive the processes that work on them, and the database's: each is done, and what came of it kept once."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from fleet_runtime.errors import Unavailable
from fleet_runtime.jobs import JobQueue
from fleet_runtime.jobs.queue import job_table
from fleet_runtime.store import Database, DatabaseConfig

# Processes start slowly on a busy machine.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SCRIPT = Path(__file__).parent / "job_worker.py"
PATIENCE = 100.0
IN_FLIGHT = 4
FIRST = "abcdefgh"
KEYS = [f"{number:03}" for number in range(40)]


@dataclass(frozen=True)
class State:
    """What the processes wrote down, and which jobs are in."""

    runs: list[tuple[str, int]]
    outcomes: list[tuple[str, int, bool]]
    jobs: list[str]

    def begun_by(self, pid):
        """What a process began and did not end."""
        ended = {(key, by) for key, by, _ in self.outcomes}
        return {key for key, by in self.runs if by == pid and (key, by) not in ended}

    @property
    def kept(self):
        return Counter(key for key, _, kept in self.outcomes if kept)


class Fleet:
    """Jobs in a database, and processes that work on them."""

    def __init__(self, url, schema):
        self.url, self.schema = url, schema
        self.database = Database(DatabaseConfig(url=url), schema)
        self._queue = JobQueue(self.database, "jobs")
        self._tables = sa.MetaData()
        job_table("jobs", self._tables)
        sa.Table("runs", self._tables, sa.Column("key", sa.Text), sa.Column("pid", sa.Integer))
        sa.Table(
            "outcomes",
            self._tables,
            sa.Column("key", sa.Text),
            sa.Column("pid", sa.Integer),
            sa.Column("kept", sa.Boolean),
        )

    async def create(self):
        async with self.database.begin() as connection:
            if self.url.startswith("postgresql"):
                await connection.execute(sa.schema.CreateSchema(self.schema))
            await connection.run_sync(self._tables.create_all)

    async def put(self, payload, *keys):
        async with self.database.begin() as connection:
            await self._queue.put(connection, [(key, payload) for key in keys])

    async def expire(self):
        """Let all leases be over."""
        async with self.database.begin() as connection:
            await connection.execute(sa.update(self._tables.tables["jobs"]).values(due=0))

    async def state(self):
        async with self.database.begin() as connection:
            read = [
                [
                    tuple(row)
                    for row in await connection.execute(sa.select(self._tables.tables[name]))
                ]
                for name in ("jobs", "outcomes", "runs")  # a job that is gone has its outcome
            ]
        return State(read[2], read[1], [row[0] for row in read[0]])

    async def until(self, claim):
        """Wait for a state, through outages of the database, and return it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                state = await self.state()
            except Unavailable:
                state = None
            if state and claim(state):
                return state
            assert time.monotonic() < deadline, state
            await asyncio.sleep(0.02)

    async def start_together(self, payload, *processes):
        """Let two processes begin on `KEYS` at the same time: once both are up, and at the jobs of `FIRST`."""
        await self.put("signal", *FIRST)
        state = await self.until(lambda state: len(state.runs) == len(FIRST))

        assert {each.pid: IN_FLIGHT for each in processes} == Counter(pid for _, pid in state.runs)

        await self.put(payload, *KEYS)
        for process in processes:
            process.send_signal(signal.SIGUSR1)

    @contextmanager
    def worker(self, lease):
        """A process that works on the jobs until the block ends."""
        command = [sys.executable, SCRIPT, self.url, self.schema, str(lease)]
        process = subprocess.Popen(command)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture
async def fleet(url, schema):
    fleet = Fleet(url, schema)
    await fleet.create()
    yield fleet
    await fleet.database.aclose()


def assert_each_is_kept_once(keys, state):
    assert dict.fromkeys(keys, 1) == dict(state.kept)
    assert [] == state.jobs


async def test_two_processes_share_the_jobs(fleet):
    """And do each once."""
    with fleet.worker(30) as one, fleet.worker(30) as other:
        await fleet.start_together("0.01", one, other)
        state = await fleet.until(lambda state: not state.jobs)

    assert_each_is_kept_once([*FIRST, *KEYS], state)
    assert sorted([*FIRST, *KEYS]) == sorted(key for key, _ in state.runs)


async def test_killed_processes_cost_only_what_they_were_at(fleet):
    """Others take that over, at once or when there are some again; nothing is counted twice."""
    with fleet.worker(1) as first, fleet.worker(1) as second:
        await fleet.start_together("0.2", first, second)
        await fleet.until(lambda state: len(state.outcomes) > len(FIRST))
        first.kill()
        lost = (await fleet.state()).begun_by(first.pid)
        await fleet.until(lambda state: lost <= state.begun_by(second.pid) | state.kept.keys())
        second.kill()
    with fleet.worker(1):
        state = await fleet.until(lambda state: not state.jobs)

    assert_each_is_kept_once([*FIRST, *KEYS], state)
    assert len(state.runs) <= len(FIRST) + len(KEYS) + 2 * IN_FLIGHT


async def test_paused_process_keeps_nothing_when_it_wakes_up(fleet):
    """It still believes that the job is its own."""
    await fleet.put("signal", "a")
    with fleet.worker(600) as paused:
        await fleet.until(lambda state: state.runs)
        paused.send_signal(signal.SIGSTOP)
        await fleet.expire()
        with fleet.worker(600) as other:
            await fleet.until(lambda state: len(state.runs) == 2)
            other.send_signal(signal.SIGUSR1)
            await fleet.until(lambda state: state.outcomes)
        paused.send_signal(signal.SIGUSR1)
        paused.send_signal(signal.SIGCONT)
        state = await fleet.until(lambda state: len(state.outcomes) == 2)

    assert {("a", other.pid, True), ("a", paused.pid, False)} == set(state.outcomes)
    assert [] == state.jobs


async def test_stopped_process_hands_over_at_once(fleet):
    """A rolling update waits for no lease, here of ten minutes."""
    await fleet.put("signal", "a")
    with fleet.worker(600) as old, fleet.worker(600) as new:
        first = await fleet.until(lambda state: state.runs)
        stopped = old if first.runs[0][1] == old.pid else new
        other = new if stopped is old else old
        stopped.send_signal(signal.SIGTERM)

        assert 0 == stopped.wait(20)

        await fleet.until(lambda state: len(state.runs) == 2)
        other.send_signal(signal.SIGUSR1)
        state = await fleet.until(lambda state: not state.jobs)

    assert [("a", other.pid, True)] == state.outcomes


async def test_killed_database_loses_nothing(new_postgres, tmp_path):
    """The processes wait until it is back, and go on by themselves."""
    postgres = new_postgres(tmp_path / "data")
    postgres.start()
    postgres.wait_until_ready()
    fleet = Fleet(postgres.url, "fleet")
    await fleet.create()
    await fleet.put("0.1", *KEYS)
    with fleet.worker(2) as one, fleet.worker(2) as other:
        await fleet.until(lambda state: len(state.outcomes) >= 10)
        os.kill(postgres.pid(), signal.SIGKILL)
        postgres.process.wait(30)
        await asyncio.sleep(1.0)  # the outage
        postgres.start()
        state = await fleet.until(lambda state: not state.jobs)

        assert (None, None) == (one.poll(), other.poll())

    assert_each_is_kept_once(KEYS, state)
    await fleet.database.aclose()
