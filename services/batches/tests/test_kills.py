"""Processes that die in the middle of a batch: another one goes on, and each line is answered exactly once."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import select

from fleet_batches.cancellations import Cancellations
from fleet_batches.progress import Progress
from fleet_batches.records import Record
from fleet_batches.store import BatchStore
from fleet_batches.tables import RESULTS, Batch
from fleet_batches.tokens import Tokens
from fleet_runtime.jobs import TakenAwayError
from fleet_testing.batches_neighbours import chat_line, running
from fleet_testing.envoy import free_port

# Processes start slowly on a busy machine.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
only_postgres = pytest.mark.parametrize("url", ["postgresql"], indirect=True)
only_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
AT_ONCE = 4
QUICK = {"lease_seconds": 1.5, "max_concurrent_requests_per_batch": AT_ONCE}


def assert_each_once(batches, batch, count):
    """Check that the output file has each of so many lines once, and what was said to it."""
    found = {
        each["custom_id"]: each["response"]["body"]["choices"][0]["message"]["content"]
        for each in batches.output(batch)
    }

    assert ("completed", count, 0) == (
        batch.status,
        batch.request_counts.completed,
        batch.request_counts.failed,
    )
    assert count == len(batches.output(batch))
    assert {f"n{n}": f"hello {n}" for n in range(count)} == found
    # What the answers cost is counted once, too.
    assert 10 * count == batch.usage.input_tokens


@only_postgres
async def test_killed_while_lines_are_answered(dying, starts, neighbours, some_lines, until):
    """By `kill -9`: what was kept is not asked again, so no more lines are asked twice than were being asked."""
    neighbours.model.pause = 0.01
    async with dying(**QUICK) as (process, batches):
        batch = await batches.create(*some_lines(200))
        await until(lambda: len(neighbours.model.answered) > 60)
        process.kill()
    async with starts(**QUICK) as batches:
        batch = await batches.ended(batch)

    assert_each_once(batches, batch, 200)
    assert neighbours.model.begun.total() <= 200 + AT_ONCE
    assert 2 == neighbours.files.read[batch.input_file_id]


@only_sqlite
async def test_killed_while_files_are_written(dying, starts, neighbours, some_lines, until):
    """No line is asked again, and the file that the batch names is whole."""
    neighbours.files.gate = asyncio.Event()
    async with dying(**QUICK) as (process, batches):
        batch = await batches.create(*some_lines(30))
        await until(lambda: neighbours.files.uploading)
        process.kill()
    neighbours.files.gate.set()
    async with starts(**QUICK) as batches:
        batch = await batches.ended(batch)

    assert_each_once(batches, batch, 30)
    assert 30 == neighbours.model.begun.total()


@only_postgres
async def test_one_that_stops_leaves_its_batches_at_once(starts, neighbours, some_lines, until):
    """No lease is waited for; what was being asked is asked again by the next."""
    neighbours.model.pause = 0.02
    bounds = QUICK | {"lease_seconds": 600.0}
    async with starts(**bounds) as batches:
        batch = await batches.create(*some_lines(60))
        await until(lambda: len(neighbours.model.answered) > 20)
    async with starts(**bounds) as batches:
        batch = await batches.ended(batch)

    assert_each_once(batches, batch, 60)
    assert neighbours.model.begun.total() <= 60 + AT_ONCE


@only_postgres
async def test_replicas_share_batches_and_no_line(starts, neighbours, some_lines):
    """Each batch is worked on by one of them at a time."""
    neighbours.model.pause = 0.01
    async with starts(in_flight=1) as first, starts(in_flight=1) as second:
        made = [await first.create(*some_lines(40)) for _ in range(4)]
        ended = [await second.ended(batch) for batch in made]

    for batch in ended:
        assert_each_once(first, batch, 40)
    assert {4} == set(neighbours.model.begun.values())


@only_postgres
async def test_one_that_was_paused_keeps_nothing(dying, starts, neighbours, until):
    """It does not know that another one has taken its batch over, and its answers are not counted twice."""
    line = chat_line("n0", "hello 0", "held")
    async with dying(**QUICK) as (paused, batches):
        batch = await batches.create(line)
        await until(lambda: neighbours.model.begun.total() == 1)
        os.kill(paused.pid, signal.SIGSTOP)
        async with starts(**QUICK) as other:
            await until(lambda: neighbours.model.begun.total() == 2)
            os.kill(paused.pid, signal.SIGCONT)
            neighbours.model.gate.set()
            batch = await other.ended(batch)
            await until(lambda: neighbours.model.answered.total() == 2)
            again = await other.get(batch.id)

    assert_each_once(batches, batch, 1)
    assert batch == again


async def test_a_lost_claim_writes_nothing(database, queue):
    """Neither answers nor counts, files or endings."""
    progress = Progress(database, queue)
    async with database.begin() as connection:
        await queue.put(connection, [("other", "{}")])
    paused = await queue.claim("paused", 0.0)
    now = await queue.claim("now", 600.0)
    record = Record(line=1, failed=False, counts=True, text="{}")

    for write in (
        progress.keep(paused, [record]),
        progress.finalizing(paused),
        progress.wrote(paused, output_file="file-1"),
        progress.begin(paused),
    ):
        with pytest.raises(TakenAwayError):
            await write
    await progress.ended(paused)

    async with database.begin() as connection:
        assert await queue.is_ours(connection, now)
        assert not (await connection.execute(select(RESULTS))).all()


async def test_records_are_counted_once(database, queue):
    """Also where nobody knows whether the transaction held that kept them, and they are written again."""
    progress = Progress(database, queue)
    store = BatchStore(database, queue, Cancellations(database), 10)
    new = Batch(
        id="b", created=0, expires=2**60, endpoint="", input_file="", completion_window="24h"
    )
    await store.create(new, "{}")
    job = await queue.claim("me", 600.0)
    good, bad = (
        Record(line=1, failed=False, counts=True, text="{}", tokens=Tokens(input=5)),
        Record(line=2, failed=True, counts=True, text="{}"),
    )
    given_up = Record(line=3, failed=True, counts=False, text="{}")
    await progress.keep(job, [good])
    await progress.keep(job, [good, bad])
    await progress.keep(job, [good, bad, given_up])
    batch = await store.get("b")

    assert (1, 1, 5) == (batch.completed, batch.failed, batch.input_tokens)
    assert {1, 2, 3} == await progress.done("b")


@only_postgres
async def test_the_model_server_dies(starts, neighbours, until, monkeypatch):
    """Lines that it was at are asked again when it is back."""
    place = f"127.0.0.1:{free_port()}"
    neighbours.model.pause = 0.02
    async with AsyncExitStack() as stack:
        async with running(neighbours, place) as addresses:
            monkeypatch.setenv("FLEET_ADDRESSES", addresses)
            batches = await stack.enter_async_context(starts(**QUICK))
            lines = [chat_line(f"n{n}", f"hello {n}") for n in range(60)]
            batch = await batches.create(*lines)
            await until(lambda: len(neighbours.model.answered) > 20)
        await asyncio.sleep(1.0)
        await stack.enter_async_context(running(neighbours, place))
        batch = await batches.ended(batch)

    assert_each_once(batches, batch, 60)
    assert 1 == neighbours.files.read[batch.input_file_id]
