"""A process that works on jobs, to be killed: `job_worker.py URL SCHEMA LEASE_SECONDS`.

The payload of a job is how many seconds it takes; `signal` waits for `SIGUSR1`. It writes a row into `runs` when a
job begins, and into `outcomes` when it ends: with its pid, and whether that was kept.
"""

import asyncio
import os
import signal
import sys

import sqlalchemy as sa

from fleet_runtime.errors import FleetError
from fleet_runtime.jobs import Job, JobQueue, Worker, WorkerConfig
from fleet_runtime.store import Database, DatabaseConfig

TABLE = "jobs"
METADATA = sa.MetaData()
RUNS = sa.Table("runs", METADATA, sa.Column("key", sa.Text), sa.Column("pid", sa.Integer))
OUTCOMES = sa.Table(
    "outcomes",
    METADATA,
    sa.Column("key", sa.Text),
    sa.Column("pid", sa.Integer),
    sa.Column("kept", sa.Boolean),
)


class Recorder:
    """Takes its time, and writes down what it did."""

    def __init__(self, database: Database, queue: JobQueue, go_on: asyncio.Event) -> None:
        self._database = database
        self._queue = queue
        self._go_on = go_on

    async def run(self, job: Job) -> None:
        row = {"key": job.key, "pid": os.getpid()}
        async with self._database.begin() as connection:
            await connection.execute(sa.insert(RUNS), row)
        if job.payload == "signal":
            await self._go_on.wait()
        else:
            await asyncio.sleep(float(job.payload))
        async with self._database.begin() as connection:
            kept = await self._queue.finish(connection, job)
            await connection.execute(sa.insert(OUTCOMES), row | {"kept": kept})

    async def failed(self, job: Job, error: FleetError) -> None:
        raise AssertionError(f"{job.key}: {error.message}")


async def main(url: str, schema: str, lease: float) -> None:
    stop, go_on = asyncio.Event(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, go_on.set)
    database = Database(DatabaseConfig(url=url), schema)
    queue = JobQueue(database, TABLE)
    worker = Worker(queue, Recorder(database, queue, go_on), WorkerConfig(lease_seconds=lease))
    async with worker.running():
        await stop.wait()
    await database.aclose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
