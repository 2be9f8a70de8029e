"""Batches that end early: cancelled, expired, or without their input."""

import asyncio

import pytest
from sqlalchemy import func, select

from fleet_batches.config import JOBS
from fleet_batches.tables import RESULTS
from fleet_runtime.errors import FleetError, NotFound, ResourceExhausted, Unavailable
from fleet_runtime.jobs import JobQueue
from fleet_testing.batches_neighbours import chat_line, refusing

pytestmark = pytest.mark.slow

only_postgres = pytest.mark.parametrize("url", ["postgresql"], indirect=True)
TWO = {"max_concurrent_requests_per_batch": 2}


def names(lines):
    return [each["custom_id"] for each in lines]


def held(count):
    return [chat_line(f"n{n}", f"hello {n}", "held") for n in range(count)]


async def test_cancelled_in_the_middle(starts, neighbours, until):
    """What was begun is finished and kept; the rest is in the error file, each line once."""
    async with starts(**TWO) as batches:
        batch = await batches.create(chat_line("first", "hi"), *held(6))
        await until(lambda: neighbours.model.begun.total() == 3)
        cancelling = await batches.cancel(batch.id)
        again = await batches.cancel(batch.id)
        neighbours.model.gate.set()
        batch = await batches.ended(batch)
        output, errors = batches.output(batch), batches.errors(batch)

    assert ("cancelling", "cancelling", "cancelled") == (
        cancelling.status,
        again.status,
        batch.status,
    )
    assert ["first", "n0", "n1"] == names(output)
    assert ["n2", "n3", "n4", "n5"] == names(errors)
    assert {"batch_cancelled"} == {each["error"]["code"] for each in errors}
    assert {None} == {each["response"] for each in errors}
    assert (7, 3, 0) == (
        batch.request_counts.total,
        batch.request_counts.completed,
        batch.request_counts.failed,
    )
    assert 3 == neighbours.model.begun.total()
    assert batch.cancelling_at <= batch.cancelled_at
    assert (None, None) == (batch.finalizing_at, batch.completed_at)


@only_postgres
async def test_cancelling_ends_pauses(starts, neighbours, until):
    """Nobody waits for the next try of a line that nobody wants."""
    neighbours.model.refuse = refusing("", ResourceExhausted("Busy.", retry_after=50.0))
    async with starts() as batches:
        batch = await batches.create(chat_line("a", "x"))
        await until(lambda: neighbours.model.begun["x"])
        await batches.cancel(batch.id)
        batch = await asyncio.wait_for(batches.ended(batch), 20)

    assert ("cancelled", ["a"]) == (batch.status, names(batches.errors(batch)))


@only_postgres
async def test_cancelled_before_anybody_looked(starts, neighbours, until):
    """It ends at once, without waiting for its turn."""
    async with starts(in_flight=1) as batches:
        await batches.create(*held(1))
        await until(lambda: neighbours.model.begun)
        waits = await batches.create(chat_line("a", "x"))
        cancelled = await batches.cancel(waits.id)

    assert ("cancelled", None) == (cancelled.status, cancelled.error_file_id)
    assert cancelled.cancelled_at
    assert 0 == neighbours.model.begun["x"]


@only_postgres
async def test_what_has_ended_cannot_be_cancelled(batches):
    """As Llama Stack has it."""
    batch = await batches.run(chat_line("a", "x"))
    with pytest.raises(FleetError) as caught:
        await batches.cancel(batch.id)

    assert (409, "batch_not_cancellable") == (caught.value.status, caught.value.code)
    assert "completed" == (await batches.get(batch.id)).status


async def test_expired_in_the_middle(starts, neighbours):
    """What is under way is broken off; each line is in one of the files, once."""
    async with starts(**TWO) as batches:
        batch = await batches.run(chat_line("first", "hi"), *held(5), window="2s")
        output, errors = batches.output(batch), batches.errors(batch)

    assert ["first"] == names(output)
    assert ["n0", "n1", "n2", "n3", "n4"] == names(errors)
    assert {"batch_expired"} == {each["error"]["code"] for each in errors}
    assert ("expired", 6, 1, 0) == (
        batch.status,
        batch.request_counts.total,
        batch.request_counts.completed,
        batch.request_counts.failed,
    )
    assert batch.expires_at == batch.created_at + 2
    assert batch.expires_at <= batch.expired_at
    assert {"hi", "hello 0", "hello 1"} == set(neighbours.model.begun)


@only_postgres
async def test_expired_before_its_turn(starts, neighbours, until):
    """Nothing is asked then, and every line is told."""
    async with starts(in_flight=1) as batches:
        first = await batches.create(*held(1))
        await until(lambda: neighbours.model.begun)
        late = await batches.create(chat_line("a", "x"), chat_line("b", "y"), window="1s")
        await asyncio.sleep(1.0)
        neighbours.model.gate.set()
        await batches.ended(first)
        late = await batches.ended(late)

    assert ("expired", ["a", "b"]) == (late.status, names(batches.errors(late)))
    assert 1 == neighbours.model.begun.total()


@only_postgres
async def test_an_input_that_goes_takes_no_answers_with_it(starts, neighbours, until):
    """A batch that is gone on with after its input was deleted fails, and keeps what was answered."""
    async with starts(**TWO) as batches:
        batch = await batches.create(chat_line("a", "x"), *held(2))
        await batches.counted(batch, 1)
    del neighbours.files.kept[batch.input_file_id]
    async with starts(**TWO) as batches:
        batch = await batches.ended(batch)

    assert ("failed", ["a"]) == (batch.status, names(batches.output(batch)))
    assert ["file_not_found"] == [error.code for error in batch.errors.data]


@only_postgres
async def test_limits_that_change_lose_no_line_in_silence(starts, neighbours, until):
    """A line that is not read any more would else be in neither file."""
    async with starts(**TWO) as batches:
        batch = await batches.create(*held(3), chat_line("long", "x" * 500))
        await until(lambda: neighbours.model.begun)
    async with starts(limits={"most_line_bytes": 400}, **TWO) as batches:
        neighbours.model.gate.set()
        batch = await batches.ended(batch)

    assert ("failed", ["input_changed"]) == (
        batch.status,
        [error.code for error in batch.errors.data],
    )


@only_postgres
async def test_files_that_cannot_be_written_fail_the_batch(batches, neighbours):
    """With the reason; what may pass is waited for instead."""
    refusal = NotFound("No place.", code="no_place")
    batch = await batches.create(chat_line("a", "x", "held"))
    await batches.reached(batch, "in_progress")
    neighbours.files.errors = [Unavailable("Away.", retry_after=0.01), refusal]
    neighbours.model.gate.set()
    batch = await batches.ended(batch)

    assert ("failed", ["no_place"]) == (batch.status, [error.code for error in batch.errors.data])


async def test_nothing_is_left_of_an_ended_batch(batches, database, neighbours):
    """Its job and what is in the files now: the tables do not grow with every line ever asked."""
    await batches.run(chat_line("a", "x"), chat_line("b", "y"))
    async with database.begin() as connection:
        left = (await connection.execute(select(func.count()).select_from(RESULTS))).scalar_one()
        has_jobs = await JobQueue(database, JOBS).is_full(connection, 1)

    assert (0, False) == (left, has_jobs)
