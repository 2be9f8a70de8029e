"""What is kept of jobs, on Postgres and on SQLite."""

import shutil

import pytest

from fleet.post_training.v1 import messages as m
from fleet_post_training.config import SCHEMA, TASKS
from fleet_post_training.progress import JobReport, Progress
from fleet_post_training.store import MOST_POINTS, TrainingStore
from fleet_post_training.tables import POINTS, TrainingJob
from fleet_runtime.errors import Conflict
from fleet_runtime.jobs import JobQueue, TakenAwayError
from fleet_runtime.store import Database, DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.inference_process import running_postgres


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["postgresql", "sqlite"])
async def database(request, tmp_path, empty):
    """A database with our tables, which are empty."""
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(empty, tmp_path / 'test.sqlite')}"
    else:
        url = request.getfixturevalue("postgres")
        await bring_up_to_date(DatabaseConfig(url=url), SCHEMA, "fleet_post_training.migrations")
    database = Database(DatabaseConfig(url=url), SCHEMA)
    yield database
    await database.aclose()


def progress(step):
    return m.TrainingProgress(step=step, total_steps=9, epoch=1.0, attempts=0)


def point(step):
    return m.LossPoint(step=step, epoch=1.0, loss=1.0 / step)


async def test_a_job_lives(database):
    """What a process wrote before it died gives way to what the next one writes from the checkpoint on."""
    queue = JobQueue(database, TASKS)
    store, writes = TrainingStore(database, queue, 10), Progress(database, queue)
    await store.create(TrainingJob(id="job", key="k1", created=1, provider="p"), "{}")
    with pytest.raises(Conflict, match="'job' already"):
        await store.create(TrainingJob(id="job", key="k2", created=2, provider="p"), "{}")
    died = await queue.claim("died", 0.0)
    report = JobReport(writes, died, await writes.begin(died))
    for step in (1, 2, 3):
        await report.progress(progress(step), point(step))
    job = await queue.claim("next", 600.0)
    report = JobReport(writes, job, await writes.begin(job))
    with pytest.raises(TakenAwayError):
        await writes.step(died, progress(4), point(4))
    await report.progress(progress(2), point(2))
    made = m.Checkpoint(
        identifier="job", created_at="2026", epoch=1, post_training_job_id="job", path="/p"
    )
    await report.checkpoints([made])
    await report.noted("n")
    await writes.completed(job)
    kept, checkpoints = await store.get("job")
    (_, points) = await store.artifacts("job")

    assert ("completed", 2, "n", [made]) == (kept.status, kept.attempts, kept.note, checkpoints)
    assert [1, 2] == [each.step for each in points]
    assert ["job"] == await store.names()
    with pytest.raises(Conflict, match="has completed"):
        await store.cancel("job")


async def test_one_that_is_cancelled_is_taken_away(database):
    queue = JobQueue(database, TASKS)
    store, writes = TrainingStore(database, queue, 10), Progress(database, queue)
    await store.create(TrainingJob(id="other", key="k3", created=1, provider="p"), "{}")
    job = await queue.claim("me", 600.0)
    await writes.begin(job)
    cancelled = await store.cancel("other")
    again = await store.cancel("other")

    assert "cancelled" == cancelled.status == again.status
    with pytest.raises(TakenAwayError):
        await writes.write(job, note="n")


async def test_long_curves_are_thinned(database):
    """Evenly, with the first point."""
    queue = JobQueue(database, TASKS)
    store, writes = TrainingStore(database, queue, 10), Progress(database, queue)
    await store.create(TrainingJob(id="long", key="k4", created=1, provider="p"), "{}")
    job = await queue.claim("me", 600.0)
    async with database.begin() as connection:
        rows = [
            {"tenant": "", "job": "k4", "step": step, "epoch": 1.0, "loss": 1.0}
            for step in range(1, MOST_POINTS + 2)
        ]
        await connection.execute(POINTS.insert(), rows)
    await writes.completed(job)
    (_, points) = await store.artifacts("long")

    assert list(range(1, MOST_POINTS + 2, 2)) == [each.step for each in points]
