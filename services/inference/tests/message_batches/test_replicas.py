"""Several processes that answer one batch, and processes that end in the middle of it."""

import pytest

from fleet_inference.dialects.anthropic.batch_jobs import BatchJobs
from fleet_inference.dialects.anthropic.batch_tables import JOBS, Batch
from fleet_runtime.clients import Channel
from fleet_runtime.jobs import JobQueue
from fleet_testing.batch_client import BatchClient, ask, asked, counts, until
from fleet_testing.envoy import free_port
from fleet_testing.inference_process import inference_process

# Processes start slowly on a busy machine.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
TEXTS = {f"n{number}": f"hello {number}" for number in range(12)}
SLOW = {name: ask(text, "remote/slow") for name, text in TEXTS.items()}


async def test_two_replicas_answer_each_request_once(replica, upstream):
    """They share the work of one batch: with one at once each, both are at it when two are."""
    held = {f"n{n}": ask(f"hello {n}", "remote/held") for n in range(40)}
    async with replica(in_flight=1) as first, replica(in_flight=1) as second:
        batch = await first.create(**held)
        await until(lambda: asked(upstream).total() == 2)
        for _ in held:
            upstream.gate.release()
        batch = await second.ended(batch.id)
        found = await second.results(batch.id)

    assert {"succeeded": 40} == counts(batch)
    assert list(held) == list(found)
    assert dict.fromkeys((f"hello {n}" for n in range(40)), 1) == asked(upstream)


async def test_a_batch_goes_on_where_it_stood(replica, upstream):
    """After a restart nothing is done again that was done, and what was begun is begun again at once."""
    upstream.pause = 0.1
    async with replica(in_flight=2, window=3) as client:
        batch = await client.create(**SLOW)
        await until(lambda: len(asked(upstream)) > 5)
    async with replica(in_flight=2, window=3) as client:
        batch = await client.ended(batch.id)

    assert {"succeeded": 12} == counts(batch)
    assert set(TEXTS.values()) == set(asked(upstream))
    assert 12 + 2 >= asked(upstream).total()


async def test_a_killed_service_leaves_its_batches_to_the_next(settings, upstream, tmp_path):
    """No word was said and no claim given back: what it had begun is taken over when its lease ends."""
    upstream.pause = 0.1
    config, port = settings(in_flight=2, lease_seconds=1.5), free_port()
    channel = Channel("inference", at=f"127.0.0.1:{port}")
    client = BatchClient(channel)
    with inference_process(config, tmp_path, port) as first:
        await client.listening()
        batch = await client.create(**SLOW)
        await until(lambda: len(asked(upstream)) > 5)
        first.kill()
    with inference_process(config, tmp_path, port):
        await client.listening()
        batch = await client.ended(batch.id)
        found = await client.results(batch.id)
        await channel.aclose()

    assert {"succeeded": 12} == counts(batch)
    assert TEXTS == {name: result.message.content[0].text for name, result in found.items()}
    assert 12 + 2 >= asked(upstream).total()


async def test_who_lost_a_request_keeps_nothing_of_it(store, database):
    """A process that was paused for longer than its lease does not know that another has asked the same."""
    await store.create(Batch("b", 0, 2**62, 1), [("a", "{}")])
    queue = JobQueue(database, JOBS)
    jobs = BatchJobs(database, queue)
    paused = await queue.claim("paused", 0.0)
    other = await queue.claim("other", 600.0)

    await jobs.settle(paused, "errored", '{"type":"errored"}', 25)

    assert None is (await store.get("b")).ended

    await jobs.settle(other, "succeeded", '{"type":"succeeded"}', 26)
    await jobs.settle(paused, "errored", '{"type":"errored"}', 27)
    batch = await store.get("b")

    assert (1, 0, 26) == (batch.succeeded, batch.errored, batch.ended)
    assert [("a", '{"type":"succeeded"}')] == [each async for each in await store.results("b")]
