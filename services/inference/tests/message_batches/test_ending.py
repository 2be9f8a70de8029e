"""Batches that end before all is answered, and batches that are forgotten."""

from collections import Counter

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.anthropic.batch_tables import Batch
from fleet_runtime.errors import FleetError
from fleet_testing.batch_client import ask, asked, counts, until

pytestmark = pytest.mark.slow


async def kinds(client, batch_id):
    return [result.type for result in (await client.results(batch_id)).values()]


@pytest.mark.parametrize("window", [2, 256])
async def test_canceling_ends_what_was_not_begun(replica, upstream, window):
    """What was begun is finished, and told; of the others some were jobs already, and some perhaps not."""
    async with replica(in_flight=1, window=window) as client:
        batch = await client.create(**{f"n{n}": ask("hi", "remote/held") for n in range(5)})
        await until(lambda: asked(upstream))
        canceling = await client.cancel(batch.id)

        assert "canceling" == canceling.processing_status
        assert canceling.cancel_initiated_at
        assert canceling == await client.cancel(batch.id)

        upstream.gate.release()
        batch = await client.ended(batch.id)

        assert {"succeeded": 1, "canceled": 4} == Counter(await kinds(client, batch.id))
    assert {"succeeded": 1, "canceled": 4} == counts(batch)
    assert {"hi": 1} == asked(upstream)


async def test_an_ended_batch_cannot_be_canceled_any_more(client):
    """It stays as it is."""
    batch = await client.create(a=ask("hi"))
    batch = await client.ended(batch.id)

    assert batch == await client.cancel(batch.id)


async def test_canceling_with_nobody_at_work_ends_a_batch(store):
    """Nothing of it was begun."""
    await store.create(Batch("b", 0, 2**62, 3), [(f"n{n}", "{}") for n in range(3)])
    batch = await store.cancel("b", 7)

    assert (3, 7, 7) == (batch.canceled, batch.cancel_initiated, batch.ended)


async def test_a_batch_expires(client, store, upstream):
    """A day after it was created what is not done is given up."""
    await store.create(Batch("old", 0, 1, 3), [(f"n{n}", "{}") for n in range(3)])
    batch = await client.ended("old")

    assert {"expired": 3} == counts(batch)
    assert ["expired"] * 3 == await kinds(client, "old")
    assert {} == asked(upstream)


async def test_a_batch_is_forgotten_when_it_has_ended(client, upstream):
    """Not before."""
    batch = await client.create(a=ask("hi", "remote/held"))
    for early in (client.delete(batch.id), client.results(batch.id)):
        with pytest.raises(FleetError) as caught:
            await early

        assert (400, "message_batch_not_ended") == (caught.value.status, caught.value.code)

    upstream.gate.release()
    await client.ended(batch.id)

    assert m.MessageBatchDeleted(id=batch.id) == await client.delete(batch.id)

    with pytest.raises(FleetError) as caught:
        await client.get(batch.id)

    assert (404, "message_batch_not_found") == (caught.value.status, caught.value.code)
