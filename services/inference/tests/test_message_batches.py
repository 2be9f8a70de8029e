"""Anthropic's message batches: each request is answered once, whoever dies meanwhile."""

import asyncio
import time
from collections import Counter
from contextlib import asynccontextmanager

import msgspec
import psycopg
import pytest

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import MessageBatchesServiceClient
from fleet_inference.__main__ import services
from fleet_inference.config import SCHEMA, ServiceConfig
from fleet_inference.dialects.anthropic import BatchStore, MessageBatches
from fleet_inference.dialects.anthropic.batch_store import Batch
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.errors import FleetError, InvalidArgument, Unimplemented
from fleet_runtime.serve import serving
from fleet_runtime.store import Database, DatabaseConfig
from fleet_runtime.store.migrate import migrate
from fleet_testing.calls import grpc_call, rest_call
from fleet_testing.envoy import free_port
from fleet_testing.inference_process import inference_process, running_postgres
from fleet_testing.openai_upstream import openai_upstream

PATIENCE = 60.0


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["postgresql", "sqlite"])
async def url(request, tmp_path):
    """Where a database with our tables is."""
    url = f"sqlite:///{tmp_path}/test.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    database = Database(DatabaseConfig(url=url), SCHEMA)
    await migrate(database, "fleet_inference.migrations")
    await database.aclose()
    return url


@pytest.fixture
async def upstream():
    async with openai_upstream() as running:
        yield running


def config(url, upstream, **batches):
    place = {"id": "remote", "type": "remote::openai", "config": {"base_url": upstream.url}}
    store = {"database": {"url": url}, "message_batches": {"lease_seconds": 1.5} | batches}
    return {"providers": [place], "store": store}


@asynccontextmanager
async def replica(settings):
    """A whole inference service in this process, and a client of its batches."""
    async with services(ServiceConfig.model_validate(settings)) as bound, serving(bound) as address:
        channel = Channel("inference", at=address)
        try:
            yield MessageBatchesServiceClient(channel)
        finally:
            await channel.aclose()


@pytest.fixture
async def client(url, upstream):
    async with replica(config(url, upstream)) as client:
        yield client


def ask(text, model="remote/chat", **params):
    return m.CreateMessageRequest(
        model=model,
        max_tokens=9,
        messages=[m.InputMessage(role="user", content=text)],
        **params,
    )


def batch_of(**params):
    requests = [m.MessageBatchRequest(custom_id=name, params=each) for name, each in params.items()]
    return m.CreateMessageBatchRequest(requests=requests)


async def create(client, **params):
    return await client.create_message_batch(*grpc_call(batch_of(**params)))


async def get(client, batch_id):
    return await client.get_message_batch(
        *grpc_call(m.GetMessageBatchRequest(message_batch_id=batch_id))
    )


async def cancel(client, batch_id):
    return await client.cancel_message_batch(
        *grpc_call(m.CancelMessageBatchRequest(message_batch_id=batch_id))
    )


async def ended(client, batch_id):
    """Return a batch when it has ended."""
    end = time.monotonic() + PATIENCE
    while True:
        batch = await get(client, batch_id)
        if batch.processing_status == "ended":
            return batch
        assert time.monotonic() < end, batch
        await asyncio.sleep(0.02)


async def results(client, batch_id):
    request = m.ListMessageBatchResultsRequest(message_batch_id=batch_id)
    found = client.list_message_batch_results(*grpc_call(request))
    return {each.custom_id: each.result async for each in found}


def counts(batch):
    found = msgspec.structs.asdict(batch.request_counts)
    return {state: number for state, number in found.items() if number}


def asked(upstream):
    """Return how often each text was asked."""
    bodies = [seen.json() for seen in upstream.requests if seen.path.endswith("/completions")]
    return Counter(body["messages"][0]["content"] for body in bodies)


async def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


async def test_every_request_is_answered(client, upstream):
    """The plainest batch there is."""
    names = [f"n-{number}" for number in range(20)]
    batch = await create(client, **{name: ask(f"hello {name}") for name in names})

    assert "in_progress" == batch.processing_status
    assert {"processing": 20} == counts(batch)
    assert batch.results_url is None

    batch = await ended(client, batch.id)
    found = await results(client, batch.id)

    assert {"succeeded": 20} == counts(batch)
    assert f"/v1/messages/batches/{batch.id}/results" == batch.results_url
    assert names == list(found)
    assert all(f"hello {n}" == found[n].message.content[0].text for n in names)
    assert dict.fromkeys((f"hello {name}" for name in names), 1) == asked(upstream)


async def test_what_fails_costs_no_other(client):
    """Each has an outcome of its own, in Anthropic's envelope."""
    batch = await create(
        client, good=ask("hi"), gone=ask("hi", "nope"), broken=ask("hi", "remote/fail-500")
    )
    batch = await ended(client, batch.id)
    found = await results(client, batch.id)
    kinds = {n: r.error and (r.error.type, r.error.error.type) for n, r in found.items()}

    assert {"succeeded": 1, "errored": 2} == counts(batch)
    assert {
        "good": None,
        "gone": ("error", "not_found_error"),
        "broken": ("error", "api_error"),
    } == kinds


async def test_so_many_are_answered_at_once_as_agreed(url, upstream):
    """A batch must not crowd out who waits for an answer."""
    upstream.pause = 0.05
    async with replica(config(url, upstream, in_flight=2)) as client:
        batch = await create(client, **{f"n{n}": ask("hi", "remote/slow") for n in range(8)})
        await ended(client, batch.id)

    assert 2 == upstream.most


async def test_two_replicas_answer_each_request_once(url, upstream):
    """They share the work of one batch."""
    upstream.pause = 0.02
    texts = [f"hello {number}" for number in range(40)]
    settings = config(url, upstream, in_flight=4)
    async with replica(settings) as first, replica(settings) as second:
        batch = await create(first, **{f"n{n}": ask(t, "remote/slow") for n, t in enumerate(texts)})
        await ended(second, batch.id)
        found = await results(second, batch.id)

    assert dict.fromkeys(texts, 1) == asked(upstream)
    assert {"succeeded"} == {result.type for result in found.values()}


async def test_a_batch_goes_on_where_it_stood(url, upstream):
    """After a restart nothing is done again that was done, and what was begun is begun again at once."""
    upstream.pause = 0.1
    texts = [f"hello {number}" for number in range(12)]
    settings = config(url, upstream, in_flight=2, lease_seconds=600)
    async with replica(settings) as client:
        batch = await create(
            client, **{f"n{n}": ask(t, "remote/slow") for n, t in enumerate(texts)}
        )
        await until(lambda: len(asked(upstream)) > 5)
    async with replica(settings) as client:
        batch = await ended(client, batch.id)

    assert {"succeeded": 12} == counts(batch)
    assert set(texts) == set(asked(upstream))
    assert 12 + 2 >= asked(upstream).total()


async def listening(client):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return await client.list_message_batches(*grpc_call(m.ListMessageBatchesRequest()))
        except FleetError:
            assert time.monotonic() < end
            await asyncio.sleep(0.05)


async def test_a_killed_service_leaves_its_batches_to_the_next(url, upstream, tmp_path):
    """No word was said and no claim given back: what it had begun is taken over when its lease ends."""
    upstream.pause = 0.1
    texts = [f"hello {number}" for number in range(12)]
    settings = config(url, upstream, in_flight=2)
    port = free_port()
    channel = Channel("inference", at=f"127.0.0.1:{port}")
    client = MessageBatchesServiceClient(channel)
    with inference_process(settings, tmp_path, port) as first:
        await listening(client)
        batch = await create(
            client, **{f"n{n}": ask(t, "remote/slow") for n, t in enumerate(texts)}
        )
        await until(lambda: len(asked(upstream)) > 5)
        first.kill()
    with inference_process(settings, tmp_path, port):
        await listening(client)
        batch = await ended(client, batch.id)
        found = await results(client, batch.id)
        await channel.aclose()

    assert {"succeeded": 12} == counts(batch)
    assert {f"n{n}": t for n, t in enumerate(texts)} == {
        name: result.message.content[0].text for name, result in found.items()
    }
    assert 12 + 2 >= asked(upstream).total()


async def test_canceling_ends_what_was_not_begun(url, upstream):
    """What was begun is finished, and told."""
    upstream.pause = 0.3
    async with replica(config(url, upstream, in_flight=1)) as client:
        batch = await create(client, **{f"n{n}": ask("hi", "remote/slow") for n in range(5)})
        await until(lambda: asked(upstream))
        canceling = await cancel(client, batch.id)

        assert "canceling" == canceling.processing_status
        assert canceling.cancel_initiated_at

        batch = await ended(client, batch.id)
        found = await results(client, batch.id)

    assert {"succeeded": 1, "canceled": 4} == counts(batch)
    assert ["succeeded", *["canceled"] * 4] == [result.type for result in found.values()]


async def test_an_ended_batch_cannot_be_canceled_any_more(client):
    """It stays as it is."""
    batch = await create(client, a=ask("hi"))
    batch = await ended(client, batch.id)

    assert batch == await cancel(client, batch.id)


async def test_a_busy_model_is_asked_again(client, upstream):
    """A batch has a day: that nobody had time for it now is no reason to fail."""
    batch = await create(client, a=ask("hi", "remote/fail-503"))
    await until(lambda: asked(upstream)["hi"] > 1)

    assert "in_progress" == (await get(client, batch.id)).processing_status

    await cancel(client, batch.id)


async def test_a_batch_is_forgotten_when_it_has_ended(client, upstream):
    """Not before."""
    upstream.pause = 0.5
    batch = await create(client, a=ask("hi", "remote/slow"))
    gone = m.DeleteMessageBatchRequest(message_batch_id=batch.id)
    for early in (client.delete_message_batch(*grpc_call(gone)), results(client, batch.id)):
        with pytest.raises(FleetError) as caught:
            await early

        assert (400, "message_batch_not_ended") == (caught.value.status, caught.value.code)

    await ended(client, batch.id)

    assert m.MessageBatchDeleted(id=batch.id) == await client.delete_message_batch(*grpc_call(gone))

    with pytest.raises(FleetError) as caught:
        await get(client, batch.id)

    assert (404, "message_batch_not_found") == (caught.value.status, caught.value.code)


@pytest.fixture
async def store(url):
    database = Database(DatabaseConfig(url=url), SCHEMA)
    yield BatchStore(database)
    await database.aclose()


async def listed(store, **fields):
    page = await MessageBatches(store).list_message_batches(
        m.ListMessageBatchesRequest(**fields), Call("x")
    )
    return [batch.id for batch in page.data], page.has_more


async def test_batches_are_listed_newest_first(store):
    """In pages, in both directions."""
    for number in range(5):
        await store.create(Batch(f"b{number}", number, number, 1), [("a", "{}")])

    assert (["b4", "b3", "b2", "b1", "b0"], False) == await listed(store)
    assert (["b4", "b3"], True) == await listed(store, limit=2)
    assert (["b2", "b1"], True) == await listed(store, limit=2, after_id="b3")
    assert (["b0"], False) == await listed(store, limit=2, after_id="b1")
    assert (["b2", "b1"], True) == await listed(store, limit=2, before_id="b0")
    assert (["b4", "b3"], False) == await listed(store, limit=2, before_id="b2")

    for param in ("after_id", "before_id"):
        with pytest.raises(InvalidArgument) as caught:
            await listed(store, **{param: "nope"})

        assert param == caught.value.param


async def test_batches_take_turns(store):
    """A small batch need not wait for the end of a large one."""
    for name, size in (("large", 3), ("small", 1)):
        await store.create(Batch(name, 0, 0, size), [(f"n{n}", "{}") for n in range(size)])
    claims = [await store.claim("me", 100, 50) for _ in range(5)]

    assert ["large/0", "small/0", "large/1", "large/2"] == [c.key for c in claims if c]
    assert claims[4] is None


async def test_the_first_outcome_holds(store):
    """Where a lease was too short, two have asked the same."""
    await store.create(Batch("b", 0, 0, 1), [("a", "{}")])
    first = await store.claim("one", 10, 5)
    second = await store.claim("two", 30, 20)

    assert (1, 2) == (first.attempts, second.attempts)

    await store.settle(second, "succeeded", '{"type":"succeeded"}', 25)
    await store.settle(first, "errored", '{"type":"errored"}', 26)
    batch = await store.get("b")

    assert (1, 0, 25) == (batch.succeeded, batch.errored, batch.ended)
    assert [("a", '{"type":"succeeded"}')] == [each async for each in await store.results("b")]


async def test_signs_of_life_keep_others_away(store):
    """A long answer is not begun twice."""
    await store.create(Batch("b", 0, 0, 1), [("a", "{}")])
    await store.claim("one", 10, 5)
    await store.hold("one", 100)

    assert await store.claim("two", 200, 50) is None

    await store.release("one", 60)

    assert 1 == (await store.claim("two", 200, 60)).attempts


async def test_a_batch_expires(client, store):
    """A day after it was created what is not done is given up."""
    await store.create(Batch("old", 0, 1, 2), [("a", "{}"), ("b", "{}")])
    batch = await ended(client, "old")

    assert {"expired": 2} == counts(batch)
    assert ["expired"] * 2 == [r.type for r in (await results(client, "old")).values()]


@pytest.mark.parametrize("names", [["a", "a"], ["a", "b c"], ["ü"]])
async def test_requests_have_names_of_their_own(names, store):
    """Results are found by them."""
    requests = [m.MessageBatchRequest(custom_id=name, params=ask("hi")) for name in names]
    with pytest.raises(InvalidArgument, match="cannot name a request"):
        await MessageBatches(store).create_message_batch(
            *grpc_call(m.CreateMessageBatchRequest(requests=requests))
        )

    assert ([], False) == await listed(store)


async def test_unknown_fields_are_kept(store):
    """What the contract does not know, a model server may; both faces have their way to say it."""
    params = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "hi"}]}
    body = {"requests": [{"custom_id": "a", "params": params | {"min_tokens": 3}}]}
    await MessageBatches(store).create_message_batch(*rest_call(m.CreateMessageBatchRequest, body))
    typed = batch_of(a=ask("hi", extra={"min_tokens": msgspec.Raw(b"3")}))
    await MessageBatches(store).create_message_batch(*grpc_call(typed))
    now = time.time_ns() // 1_000_000
    kept = [msgspec.json.decode((await store.claim("me", now, now)).params) for _ in range(2)]

    assert [3, 3] == [each["min_tokens"] for each in kept]
    assert ["hi", "hi"] == [each["messages"][0]["content"] for each in kept]


async def test_without_a_store_there_are_no_batches():
    """Nothing would be left of them after a restart."""
    with pytest.raises(Unimplemented, match="'store'"):
        await MessageBatches(None).create_message_batch(*grpc_call(batch_of(a=ask("hi"))))
