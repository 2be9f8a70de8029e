"""Answering the requests of a batch: each once, some at once, and those of other batches in turn."""

import asyncio
from contextlib import asynccontextmanager

import msgspec
import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.anthropic import MessageBatches
from fleet_inference.dialects.anthropic.batch_jobs import BatchJobs
from fleet_inference.dialects.anthropic.batch_tables import JOBS
from fleet_runtime.jobs import JobQueue
from fleet_testing.batch_client import ask, asked, batch_of, counts, until
from fleet_testing.calls import grpc_call, rest_call
from fleet_testing.openai_upstream import Canned

pytestmark = pytest.mark.slow

TOO_MUCH = Canned(b'{"error":{"message":"Too much.","type":"requests","code":"full"}}', 429)


async def test_every_request_is_answered(client, upstream):
    """The plainest batch there is."""
    names = [f"n-{number}" for number in range(20)]
    batch = await client.create(**{name: ask(f"hello {name}") for name in names})

    assert "in_progress" == batch.processing_status
    assert {"processing": 20} == counts(batch)
    assert batch.results_url is None

    batch = await client.ended(batch.id)
    found = await client.results(batch.id)

    assert {"succeeded": 20} == counts(batch)
    assert f"/v1/messages/batches/{batch.id}/results" == batch.results_url
    assert names == list(found)
    assert all(f"hello {n}" == found[n].message.content[0].text for n in names)
    assert dict.fromkeys((f"hello {name}" for name in names), 1) == asked(upstream)


async def test_what_fails_costs_no_other(client, upstream):
    """Each has an outcome of its own, in Anthropic's envelope. To ask again might cost the same again."""
    batch = await client.create(
        good=ask("hi"),
        gone=ask("hi", "nope"),
        broken=ask("broken", "remote/fail-500"),
        odd=ask("odd", "remote/garbage"),
    )
    batch = await client.ended(batch.id)
    found = await client.results(batch.id)
    kinds = {n: r.error and (r.error.type, r.error.error.type) for n, r in found.items()}

    assert {"succeeded": 1, "errored": 3} == counts(batch)
    assert {
        "good": None,
        "gone": ("error", "not_found_error"),
        "broken": ("error", "api_error"),
        "odd": ("error", "api_error"),
    } == kinds
    assert {"hi": 1, "broken": 1, "odd": 1} == asked(upstream)


async def test_so_many_are_answered_at_once_as_agreed(replica, upstream):
    """A batch must not crowd out who waits for an answer."""
    async with replica(in_flight=2) as client:
        batch = await client.create(**{f"n{n}": ask("hi", "remote/held") for n in range(8)})
        for begun in (2, 3, 4, 5, 6, 7, 8, 8):
            await until(lambda begun=begun: asked(upstream).total() >= begun)
            upstream.gate.release()
        await client.ended(batch.id)

    assert 2 == upstream.most


async def test_batches_take_turns(replica, upstream):
    """A small batch need not wait for the end of a large one."""
    async with replica(in_flight=1, window=2) as client:
        large = await client.create(**{f"n{n}": ask("large", "remote/held") for n in range(9)})
        await until(lambda: asked(upstream))
        small = await client.create(a=ask("small", "remote/held"))
        for _ in range(3):
            upstream.gate.release()
        await client.ended(small.id)

        assert 3 >= asked(upstream)["large"]

        for _ in range(9):
            upstream.gate.release()

        assert {"succeeded": 9} == counts(await client.ended(large.id))
    assert {"large": 9, "small": 1} == asked(upstream)


async def test_a_busy_model_is_asked_again(client, upstream):
    """A batch has a day: that nobody had time for it now is no reason to fail."""
    upstream.canned["busy"] = TOO_MUCH
    batch = await client.create(a=ask("hi", "remote/busy"))
    await until(lambda: asked(upstream)["hi"] > 1)

    assert "in_progress" == (await client.get(batch.id)).processing_status

    del upstream.canned["busy"]

    assert {"succeeded": 1} == counts(await client.ended(batch.id))


async def test_a_model_that_stays_busy_is_given_up(replica, upstream):
    """After so many attempts as agreed; callers see its own words."""
    upstream.canned["busy"] = TOO_MUCH
    async with replica(attempts=2) as client:
        batch = await client.create(a=ask("hi", "remote/busy"))
        batch = await client.ended(batch.id)
        found = await client.results(batch.id)

    assert {"errored": 1} == counts(batch)
    assert ("rate_limit_error", "Too much.") == (
        found["a"].error.error.type,
        found["a"].error.error.message,
    )
    assert {"hi": 2} == asked(upstream)


async def test_unknown_fields_are_kept(store, database):
    """What the contract does not know, a model server may; both faces have their way to say it."""
    params = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "hi"}]}
    body = {"requests": [{"custom_id": "a", "params": params | {"min_tokens": 3}}]}
    await MessageBatches(store).create_message_batch(*rest_call(m.CreateMessageBatchRequest, body))
    typed = batch_of(a=ask("hi", extra={"min_tokens": msgspec.Raw(b"3")}))
    await MessageBatches(store).create_message_batch(*grpc_call(typed))
    queue = JobQueue(database, JOBS)
    claimed = [await queue.claim("me", 600) for _ in range(2)]
    kept = [(await BatchJobs(database, queue).asked(job)).params for job in claimed]
    kept = [msgspec.json.decode(params) for params in kept]

    assert [3, 3] == [each["min_tokens"] for each in kept]
    assert ["hi", "hi"] == [each["messages"][0]["content"] for each in kept]


@pytest.fixture
def locked(url, database):
    """Keep others from writing while the block runs."""
    if not url.startswith("sqlite"):
        pytest.skip("only SQLite has one writer at a time")

    @asynccontextmanager
    async def locked():
        async with database.begin() as connection:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield

    return locked


async def test_what_is_being_answered_is_not_asked_again(replica, upstream, locked):
    """Signs of life come late where others write much. To ask twice costs twice."""
    async with replica(lease_seconds=0.5, in_flight=16) as client:
        first = await client.create(a=ask("first", "remote/held"))
        await until(lambda: asked(upstream))
        for number in range(3):
            async with locked():
                await asyncio.sleep(1.0)  # two leases
            # It comes after all that was due before.
            other = await client.create(a=ask(f"other {number}"))
            await client.ended(other.id)

        assert 1 == asked(upstream)["first"]

        upstream.gate.release()

        assert {"succeeded": 1} == counts(await client.ended(first.id))
    assert 1 == asked(upstream)["first"]


async def test_an_answer_waits_for_the_database(replica, upstream, locked):
    """It is paid for. What cannot be written now can be in a moment."""
    async with replica(statement_timeout=1.0) as client:
        batch = await client.create(a=ask("hi", "remote/held"))
        await until(lambda: asked(upstream))
        async with locked():
            upstream.gate.release()
            await asyncio.sleep(2.5)  # more than a statement may take
        batch = await client.ended(batch.id)

    assert {"succeeded": 1} == counts(batch)
    assert {"hi": 1} == asked(upstream)
