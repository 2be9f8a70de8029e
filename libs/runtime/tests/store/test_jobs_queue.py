"""The table of jobs: whose a job is, and whose it is no more."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from fleet_runtime.jobs import JobQueue
from fleet_runtime.jobs.queue import Depth, job_table

LEASE = 60.0


@pytest.fixture
async def table(database, schema):
    table = job_table(schema, sa.MetaData())
    async with database.begin() as connection:
        await connection.run_sync(table.create)
    return table


@pytest.fixture
def queue(database, table):
    return JobQueue(database, table.name)


@pytest.fixture
def put(database, queue):
    async def put(*jobs):
        async with database.begin() as connection:
            await queue.put(connection, jobs)

    return put


@pytest.fixture
def remove(database, queue):
    async def remove(*keys):
        async with database.begin() as connection:
            await queue.remove(connection, keys)

    return remove


@pytest.fixture
def finish(database, queue):
    async def finish(job):
        async with database.begin() as connection:
            return await queue.finish(connection, job)

    return finish


@pytest.fixture
def expire(database, table):
    """Lets all leases be over."""

    async def expire():
        async with database.begin() as connection:
            await connection.execute(sa.update(table).values(due=0))

    return expire


@pytest.fixture
def rows(database, table):
    async def rows():
        async with database.begin() as connection:
            return (await connection.execute(sa.select(table).order_by(table.c.key))).all()

    return rows


async def drain(queue, owner):
    """Claim what is due, and return the jobs."""
    found = []
    while job := await queue.claim(owner, LEASE):
        found.append(job)
    return found


async def test_job_is_claimed_as_it_was_put_in(queue, put):
    """The payload is its owner's business."""
    await put(("a", "✓ {}"))
    job = await queue.claim("me", LEASE)

    assert ("a", "✓ {}", 1, 1) == (job.key, job.payload, job.version, job.attempts)


async def test_nothing_is_due_in_an_empty_queue(queue, put):
    """Putting nothing in puts nothing in."""
    await put()

    assert await queue.claim("me", LEASE) is None


async def test_many_are_put_in_and_taken_out_at_once(queue, put, remove, rows):
    """Batches of files have thousands."""
    keys = [f"{number:04}" for number in range(1200)]
    await put(*((key, "x") for key in keys))

    assert keys == [row.key for row in await rows()]

    await remove(*keys[:1100])

    assert keys[1100:] == [row.key for row in await rows()]


async def test_same_key_twice_is_one_job(queue, put):
    """Postgres refuses to change one row twice in a statement; the later payload counts."""
    await put(("a", "1"), ("a", "2"))
    (job,) = await drain(queue, "me")

    assert "2" == job.payload


async def test_no_two_get_the_same_job(open_database, table, put):
    """Replicas ask at the same time, also for jobs that became due together."""
    await put(*((f"{number}", "x") for number in range(60)))
    queues = [JobQueue(open_database(), table.name) for _ in range(3)]
    taken = await asyncio.gather(*(drain(each, f"{id(each)}") for each in queues))
    keys = [job.key for jobs in taken for job in jobs]

    assert {f"{number}" for number in range(60)} == set(keys)
    assert 60 == len(keys)


async def test_who_waits_longest_is_first(queue, put):
    """Nobody waits for ever behind those who come later."""
    for key in "cab":
        await put((key, ""))
        await asyncio.sleep(0.002)  # another millisecond

    assert ["c", "a", "b"] == [job.key for job in await drain(queue, "me")]


async def test_what_is_not_wanted_is_left(queue, put):
    """A process does not work on one thing twice at once."""
    await put(("a", ""), ("b", ""))
    job = await queue.claim("me", LEASE, besides={"a"})

    assert "b" == job.key
    assert await queue.claim("me", LEASE, besides=["a"]) is None


async def test_job_is_in_if_its_transaction_holds(database, queue, rows):
    """Else there would be jobs about rows that are not there."""

    async def change():
        async with database.begin() as connection:
            await queue.put(connection, [("a", "")])
            raise LookupError

    with pytest.raises(LookupError):
        await change()

    assert [] == await rows()


async def test_job_stays_if_what_came_of_it_does_not(database, queue, put, rows):
    """It is done again, and nothing is lost."""
    await put(("a", ""))
    job = await queue.claim("me", LEASE)

    async def change():
        async with database.begin() as connection:
            assert await queue.finish(connection, job)
            raise LookupError

    with pytest.raises(LookupError):
        await change()

    assert ["a"] == [row.key for row in await rows()]


async def test_withdrawn_are_those_that_nobody_works_on(database, queue, put, finish, rows):
    """Who cancels a batch wants the answers that are on their way."""
    keys = [f"{number:04}" for number in range(1200)]
    await put(*((key, "") for key in keys))
    begun = [await queue.claim("me", LEASE) for _ in range(2)]
    async with database.begin() as connection:
        gone = await queue.withdraw(connection, [*keys[:1100], "never there"])
    theirs = {job.key for job in begun}

    assert [key for key in keys[:1100] if key not in theirs] == sorted(gone)
    assert [key for key in keys if key not in gone] == [row.key for row in await rows()]
    assert await finish(begun[0])


async def test_job_is_finished_once(queue, put, finish, rows):
    """What came of it is kept by whoever is told so."""
    await put(("a", ""))
    job = await queue.claim("me", LEASE)

    assert await finish(job)
    assert not await finish(job)
    assert [] == await rows()


async def test_lease_that_is_over_passes_the_job_on(queue, put, finish, expire, rows):
    """The first owner may only be paused: whatever it does when it wakes up must change nothing."""
    await put(("a", ""))
    old = await queue.claim("paused", LEASE)
    await expire()
    new = await queue.claim("other", LEASE)
    before = await rows()

    assert 2 == new.attempts
    assert not await finish(old)
    assert frozenset() == await queue.hold([old], LEASE)

    await queue.postpone(old, 0.0)
    await queue.release("paused")

    assert before == await rows()
    assert await finish(new)


async def test_lease_that_is_over_may_pass_to_the_same_process(queue, put, finish, expire):
    """A laptop slept. Its second claim is another than its first."""
    await put(("a", ""))
    old = await queue.claim("me", LEASE)
    await expire()
    new = await queue.claim("me", LEASE)

    assert {new.claim} == await queue.hold([old, new], LEASE)
    assert not await finish(old)
    assert await finish(new)


async def test_lease_that_nobody_took_over_goes_on(queue, put, finish, expire):
    """Late signs of life are better than starting over."""
    await put(("a", ""))
    job = await queue.claim("me", LEASE)
    await expire()

    assert {job.claim} == await queue.hold([job], LEASE)
    assert await queue.claim("other", LEASE) is None
    assert await finish(job)


@pytest.fixture
async def locked(url, open_database):
    """Keep others from writing while the block runs."""
    if not url.startswith("sqlite"):
        pytest.skip("only SQLite has one writer at a time")

    @asynccontextmanager
    async def locked():
        async with open_database().begin() as connection:
            await connection.execute(sa.text("BEGIN IMMEDIATE"))
            yield

    return locked


@pytest.mark.parametrize("held", [False, True])
async def test_waiting_to_write_costs_no_lease(queue, put, rows, locked, held):
    """One that is counted from before the wait may be over when it is had, and the job begun twice."""
    await put(("a", ""))
    job = await queue.claim("me", LEASE) if held else None
    async with locked():
        waiting = queue.hold([job], LEASE) if job else queue.claim("me", LEASE)
        waiting = asyncio.create_task(waiting)
        await asyncio.sleep(0.3)
        before = int((time.time() + LEASE) * 1000)

    assert await waiting
    assert [before] <= [row.due for row in await rows()]


async def test_put_again_while_worked_on_is_done_again_afterwards(queue, put, finish):
    """What was begun is about a state that is gone; two at once would mix both."""
    await put(("a", "old"))
    job = await queue.claim("me", LEASE)
    await put(("a", "new"))

    assert await queue.claim("other", LEASE) is None
    assert not await finish(job)

    again = await queue.claim("other", LEASE)

    assert ("new", 1) == (again.payload, again.attempts)
    assert await finish(again)


async def test_put_again_is_due_at_once(queue, put):
    """Whoever asks again has mended something; the pause was for what went wrong before."""
    await put(("a", "old"), ("b", "old"))
    a, b = await drain(queue, "me")
    await queue.postpone(a, LEASE)
    await put((a.key, "new"), (b.key, "new"))
    await queue.postpone(b, LEASE)

    assert {("a", "new", 1), ("b", "new", 1)} == {
        (job.key, job.payload, job.attempts) for job in await drain(queue, "me")
    }


async def test_a_claim_that_is_good_stays_so_until_the_transaction_ends(
    database, queue, put, remove
):
    """What is written under it must not be written after the job was taken out."""
    await put(("a", ""))
    job = await queue.claim("me", LEASE)
    async with database.begin() as connection:
        is_ours = await queue.is_ours(connection, job)
        removing = asyncio.create_task(remove("a"))
        done, _ = await asyncio.wait([removing], timeout=0.3)
    await removing
    async with database.begin() as connection:
        is_ours_still = await queue.is_ours(connection, job)

    assert (True, set(), False) == (is_ours, done, is_ours_still)


async def test_removed_job_is_noticed(queue, put, remove, finish, rows):
    """What was cancelled must leave nothing behind."""
    await put(("a", ""))
    job = await queue.claim("me", LEASE)
    await remove("a", "never there")

    assert frozenset() == await queue.hold([job], LEASE)
    assert not await finish(job)
    assert [] == await rows()


@pytest.mark.parametrize("taken", [False, True])
async def test_old_claim_does_not_finish_a_new_job(queue, put, remove, finish, taken):
    """A file is detached and attached again within a second: the second job has the key, and version, of the first."""
    await put(("a", "old"))
    old = await queue.claim("me", LEASE)
    await remove("a")
    await put(("a", "new"))
    new = await queue.claim("me", LEASE) if taken else None

    assert not await finish(old)

    new = new or await queue.claim("me", LEASE)

    assert "new" == new.payload
    assert await finish(new)


async def test_released_jobs_are_due_at_once_and_as_if_never_tried(queue, put, rows):
    """A rolling update takes nothing from the attempts of a job."""
    await put(("a", ""), ("b", ""), ("c", ""))
    await queue.claim("other", LEASE)
    for _ in range(2):
        await queue.claim("me", LEASE)
    await put(("b", "new"))
    await queue.release("me")
    mine = [row for row in await rows() if row.owner is None]

    assert ["b", "c"] == [row.key for row in mine]
    assert [0, 0] == [row.attempts for row in mine]
    assert all(row.due <= time.time() * 1000 for row in mine)


async def test_postponed_job_comes_when_it_is_due(queue, put):
    """Trying again at once would not help whoever is overloaded."""
    await put(("a", ""))
    await queue.postpone(await queue.claim("me", LEASE), 0.2)

    assert await queue.claim("me", LEASE) is None

    await asyncio.sleep(0.25)

    assert 2 == (await queue.claim("me", LEASE)).attempts


async def test_signs_of_life_and_new_jobs_do_not_block_each_other(open_database, queue, put):
    """Both lock several rows. In different orders they would wait for each other until Postgres ends one of them."""
    keys = [f"{number:02}" for number in range(40)]
    await put(*((key, "") for key in keys))
    jobs = await drain(queue, "me")
    other = open_database()

    async def put_again():
        async with other.begin() as connection:
            await queue.put(connection, [(key, "x") for key in reversed(keys)])

    for _ in range(10):
        held, _ = await asyncio.gather(queue.hold(jobs[::-1], LEASE), put_again())

        assert 40 == len(held)


async def test_depth_says_what_waits_and_for_how_long(queue, put, database, table):
    """What a process left when it died waits as well."""
    nothing = await queue.depth()
    await put(*((key, "x") for key in "abcd"))
    worked_on = await queue.claim("me", LEASE)
    await queue.postpone(await queue.claim("me", LEASE), LEASE)
    await queue.claim("dead", -1.0)
    left = sa.update(table).where(table.c.owner.startswith("dead/"))
    async with database.begin() as connection:
        await connection.execute(left.values(due=table.c.due - 9_000))
    depth = await queue.depth()

    assert Depth(0, 0, 0, 0.0) == nothing
    assert "a" == worked_on.key
    assert (2, 1, 1) == (depth.waiting, depth.working, depth.postponed)
    assert 10.0 <= depth.oldest < 10.0 + LEASE
