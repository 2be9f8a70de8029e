"""Calling another service is like calling it in this process."""

import asyncio
import time

import pytest

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import (
    CREATE_CHAT_COMPLETION,
    INFERENCE_SERVICE,
    InferenceServiceClient,
    bind_inference_service,
)
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel, addresses, places, target
from fleet_runtime.errors import (
    DeadlineExceeded,
    FleetError,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    Unavailable,
    UpstreamFailed,
)
from fleet_runtime.serve import serving

ASK = m.ChatCompletionRequest(model="m", messages=[m.ChatMessage(role="user", content="hi")])


@pytest.fixture
async def client(address, monkeypatch):
    """A client of the served `inference`."""
    monkeypatch.setenv("FLEET_ADDRESSES", f"other=127.0.0.1:1,runner={address}")
    channel = Channel("runner")
    yield InferenceServiceClient(channel)
    await channel.aclose()


def said(error):
    """Return all that an error says."""
    return (
        error.grpc_code,
        error.status,
        error.type,
        error.message,
        error.code,
        error.param,
        error.retry_after,
    )


async def test_answer_is_the_operations(client, inference, completion):
    """The same message that the other service returned."""
    inference.answers(completion("hello"))

    assert completion("hello") == await client.create_chat_completion(ASK, Call("/m"))
    assert ASK == inference.requests[0]


async def test_stream_is_the_operations(client, inference, chunk):
    """Chunk by chunk."""
    inference.streams(chunk("a"), chunk("b"))
    stream = client.stream_chat_completion(ASK, Call("/m"))

    assert [chunk("a"), chunk("b")] == [one async for one in stream]


@pytest.mark.parametrize(
    "error",
    [
        NotFound("no model", code="model_not_found", param="model"),
        ResourceExhausted("full", code="queue_full", retry_after=1.5),
        UpstreamFailed("pay", status=402, type="billing", code="no_money"),
        UpstreamFailed("gone", status=502, code="upstream_unreachable"),
        InvalidArgument("bad"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_error_is_the_operations(client, inference, error):
    """A router adds nothing to what its runner says, and loses nothing."""
    inference.fails(error)
    with pytest.raises(FleetError) as caught:
        await client.create_chat_completion(ASK, Call("/m"))

    assert said(error) == said(caught.value)


async def test_error_within_a_stream_is_the_operations(client, inference, chunk):
    """After what came before it."""
    error = UpstreamFailed("gone", status=502, code="upstream_broke_off")
    inference.streams(chunk("a"), error)
    seen = []
    with pytest.raises(FleetError) as caught:  # noqa: PT012 - what came before it counts
        async for one in client.stream_chat_completion(ASK, Call("/m")):
            seen.append(one)  # noqa: PERF401 - so that it is kept

    assert [chunk("a")] == seen
    assert said(error) == said(caught.value)


async def test_unreachable_service_is_unavailable(monkeypatch):
    """Which is safe to retry, and says so at once."""
    monkeypatch.setenv("FLEET_ADDRESSES", "runner=127.0.0.1:1")
    channel = Channel("runner")
    with pytest.raises(Unavailable, match="'runner'"):
        await InferenceServiceClient(channel).create_chat_completion(ASK, Call("/m"))
    await channel.aclose()


async def test_busy_replica_is_tried_again(client, inference, completion):
    """`Unavailable` says that nothing was done."""
    answers = [Unavailable("not yet"), Unavailable("not yet"), None]

    async def does(request, call):
        error = answers.pop(0)
        if error:
            raise error
        return completion()

    inference.does = does
    await client.create_chat_completion(ASK, Call("/m"))

    assert 3 == len(inference.requests)


async def test_what_must_not_be_done_twice_is_not_tried_again(inference, address, monkeypatch):
    """A connection that breaks does not tell what was done."""
    monkeypatch.setenv("FLEET_ADDRESSES", f"inference={address}")
    inference.fails(Unavailable("not yet"))
    channel = Channel("inference", once=[(INFERENCE_SERVICE, CREATE_CHAT_COMPLETION)])
    client = InferenceServiceClient(channel)
    with pytest.raises(FleetError):
        await client.create_chat_completion(ASK, Call("/m"))
    once = len(inference.requests)
    with pytest.raises(FleetError):
        await client.create_embedding(m.EmbeddingRequest(model="m", input="hi"), Call("/m"))
    await channel.aclose()

    assert 1 == once
    assert 5 == len(inference.requests) - once


async def test_other_errors_are_not_tried_again(client, inference):
    """Something may have been done."""
    inference.fails(UpstreamFailed("no", status=500))
    with pytest.raises(FleetError):
        await client.create_chat_completion(ASK, Call("/m"))

    assert 1 == len(inference.requests)


async def test_cancel_reaches_the_service(client, inference):
    """A model does not go on for nobody."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def does(request, call):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    inference.does = does
    task = asyncio.create_task(client.create_chat_completion(ASK, Call("/m")))
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])

    await asyncio.wait_for(ended.wait(), 5)


async def test_closing_a_stream_reaches_the_service(client, inference, chunk):
    """Whoever stops reading stops the model."""
    ended = asyncio.Event()

    async def stream():
        try:
            while True:
                yield chunk("a")
                await asyncio.sleep(0.001)
        finally:
            ended.set()

    inference.answers(stream())
    chunks = client.stream_chat_completion(ASK, Call("/m"))
    await anext(chunks)
    await chunks.aclose()

    await asyncio.wait_for(ended.wait(), 5)


async def test_deadline_goes_on_to_the_service(client, inference, completion):
    """What is left of the caller's time is all there is."""
    inference.answers(completion())
    # Of so many seconds, gRPC sends tenths, rounded up.
    await client.create_chat_completion(ASK, Call("/m", deadline=time.monotonic() + 19.9))

    assert 15 < inference.calls[0].seconds_left() <= 20


@pytest.mark.parametrize("seconds", [0.1, -1.0], ids=["soon", "passed"])
async def test_service_that_is_too_slow_is_given_up(client, inference, seconds):
    """In time, and as what it is."""

    async def does(request, call):
        await asyncio.Event().wait()

    inference.does = does
    call = Call("/m", deadline=time.monotonic() + seconds)
    with pytest.raises(DeadlineExceeded) as caught:
        await asyncio.wait_for(client.create_chat_completion(ASK, call), 5)

    assert (504, "service_timeout") == (caught.value.status, caught.value.code)


async def test_trace_and_keys_go_on_to_the_service(client, inference, completion):
    """And no other header of the caller's."""
    inference.answers(completion())
    data = ("x-llamastack-provider-data", '{"openai_api_key":"k"}')
    headers = [("x-request-id", "r"), data, ("authorization", "secret")]
    await client.create_chat_completion(ASK, Call("/m", headers))

    assert "r" == inference.calls[0].header("x-request-id")
    assert {"openai_api_key": "k"} == inference.calls[0].provider_data()
    assert inference.calls[0].header("authorization") is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"model":"m","messages":[{"role":"user"}],"max_tokens":3000000000}',
        b'{"model":"m","messages":[{"role":"user"}],"seed":1000000000000000000000}',
        b'{"model":"m","messages":[{"role":"user","audio":"\xff"}]}',
    ],
    ids=["int32", "int64", "utf-8"],
)
async def test_what_json_holds_and_protos_do_not_is_the_callers_fault(
    client, rest, inference, body
):
    """A router reads JSON, and speaks protos to its runner."""

    async def does(request, call):
        return await client.create_chat_completion(request, call)

    inference.does = does
    answer = await rest("CreateChatCompletion", body)

    assert "INVALID_ARGUMENT" == answer.code.name


async def test_calls_are_spread_over_replicas(inference, address, completion, monkeypatch):
    """Each replica of a service gets its share."""
    other = type(inference)()
    for replica in (inference, other):
        replica.answers(completion())
    async with serving([bind_inference_service(other)]) as second:
        monkeypatch.setenv("FLEET_ADDRESSES", f"runner={address};{second}")
        channel = Channel("runner")
        client = InferenceServiceClient(channel)
        deadline = time.monotonic() + 10
        while not (inference.requests and other.requests):
            assert time.monotonic() < deadline
            await client.create_chat_completion(ASK, Call("/m"))
        await channel.aclose()


async def test_one_replica_may_be_called_and_is_heard(inference, address, completion, chunk):
    """Whoever chooses among replicas calls each by itself, and hears what ends its answers."""
    heard = []

    async def does(request, call):
        call.trailers.append(("x-load", "3"))
        return completion()

    async def stream(request, call):
        async def chunks():
            yield chunk("a")
            call.trailers.append(("x-load", "4"))

        return chunks()

    channel = Channel("runner", at=address, heard=heard.extend)
    client = InferenceServiceClient(channel)
    inference.does = does
    await client.create_chat_completion(ASK, Call("/m"))
    inference.does = stream
    assert [chunk("a")] == [one async for one in client.stream_chat_completion(ASK, Call("/m"))]
    await channel.aclose()

    assert [("x-load", "3"), ("x-load", "4")] == heard


async def test_one_replica_is_not_tried_again_by_itself(inference, address):
    """Whoever chooses among replicas may choose another."""
    inference.fails(Unavailable("not yet"))
    channel = Channel("runner", at=address)
    with pytest.raises(FleetError):
        await InferenceServiceClient(channel).create_chat_completion(ASK, Call("/m"))
    await channel.aclose()

    assert 1 == len(inference.requests)


async def test_service_may_listen_on_a_unix_socket(tmp_path, inference, completion, monkeypatch):
    """On one machine no port is needed."""
    inference.answers(completion("hello"))
    listen = f"unix:{tmp_path}/s"
    async with serving([bind_inference_service(inference)], listen) as address:
        monkeypatch.setenv("FLEET_ADDRESSES", f"runner={address}")
        channel = Channel("runner")
        answer = await InferenceServiceClient(channel).create_chat_completion(ASK, Call("/m"))
        await channel.aclose()

    assert listen == address
    assert "hello" == answer.choices[0].message.content


def test_addresses_are_read_by_name():
    """One variable says where all services are."""
    environ = {"FLEET_ADDRESSES": "a=127.0.0.1:1,b=127.0.0.1:2;127.0.0.1:3,c=unix:/run/c"}

    assert {
        "a": "ipv4:127.0.0.1:1",
        "b": "ipv4:127.0.0.1:2,127.0.0.1:3",
        "c": "unix:/run/c",
    } == addresses(environ)
    assert {} == addresses({})
    assert {"a": ["127.0.0.1:1"], "b": ["127.0.0.1:2", "127.0.0.1:3"]} == places(
        {"FLEET_ADDRESSES": "a=127.0.0.1:1,b=127.0.0.1:2;127.0.0.1:3"}
    )
    assert "unix:/x" == target("unix:/x")
    assert "ipv6:[::1]:1,[::1]:2" == target("[::1]:1;[::1]:2")
