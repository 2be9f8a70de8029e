"""The typed face, by generated stubs."""

import asyncio

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo

from fleet.inference.v1 import chat_pb2, message_batches_pb2
from fleet.inference.v1 import messages as m
from fleet.inference.v1.message_batches_pb2_grpc import MessageBatchesServiceStub
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_runtime.errors import InvalidArgument, NotFound, ResourceExhausted, UpstreamFailed


def ask(**fields):
    message = chat_pb2.ChatMessage(role="user", content=chat_pb2.ChatContent(text="hi"))
    return chat_pb2.ChatCompletionRequest(model="m", messages=[message], **fields)


async def test_answer_is_typed(stub, inference, completion):
    """A gRPC caller never sees JSON."""
    inference.answers(completion("hello"))
    answer = await stub.CreateChatCompletion(ask())

    assert "hello" == answer.choices[0].message.content
    assert "hi" == inference.requests[0].messages[0].content
    assert inference.calls[0].body is None


async def test_encoded_answer_is_typed_too(stub, inference):
    """A provider that passes JSON on serves gRPC callers as well."""
    json = b'{"id":"c","choices":[],"created":9007199254740993,"model":"m","unknown":1}'
    inference.answers(Encoded(json))

    assert 2**53 + 1 == (await stub.CreateChatCompletion(ask())).created


async def test_stream_is_typed(stub, inference, chunk):
    """The method says that it streams; the service sees `stream`."""
    inference.streams(chunk("a"), chunk("b"))
    chunks = [answer async for answer in stub.StreamChatCompletion(ask())]

    assert ["a", "b"] == [one.choices[0].delta.content for one in chunks]
    assert inference.requests[0].stream is True


async def test_encoded_stream_is_typed_too(stub, inference):
    """Events of an upstream, split anywhere between events."""

    async def events():
        one = b'data: {"id":"c","choices":[],"created":%d,"model":"m"}\n\n'
        yield one % 1 + b": comment\n\n" + one % 2
        yield one % 3

    inference.answers(EncodedStream(events()))

    assert [1, 2, 3] == [one.created async for one in stub.StreamChatCompletion(ask())]


async def test_method_decides_whether_it_streams(stub, inference, completion):
    """A field that contradicts the method is not asked."""
    inference.answers(completion())
    await stub.CreateChatCompletion(ask(stream=True))

    assert inference.requests[0].stream is None


async def test_caller_who_leaves_closes_the_stream(stub, inference, chunk):
    """A model does not go on for nobody."""
    closed = asyncio.Event()

    async def stream():
        try:
            while True:
                yield chunk("a")
                await asyncio.sleep(0.001)
        finally:
            closed.set()

    inference.answers(stream())
    call = stub.StreamChatCompletion(ask())
    await call.read()
    call.cancel()

    await asyncio.wait_for(closed.wait(), 5)


async def test_error_has_details(stub, inference, details):
    """What the message says for people, the details say for machines."""
    inference.fails(ResourceExhausted("full", code="queue_full", param="model", retry_after=1.5))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.CreateChatCompletion(ask())
    found = details(caught.value, ErrorInfo, RetryInfo)
    info = found[ErrorInfo]

    assert (grpc.StatusCode.RESOURCE_EXHAUSTED, "full") == (
        caught.value.code(),
        caught.value.details(),
    )
    assert ("queue_full", "llama-fleet") == (info.reason, info.domain)
    assert {"type": "rate_limit_error", "status": "429", "param": "model"} == dict(info.metadata)
    assert 1500 == found[RetryInfo].retry_delay.ToMilliseconds()


async def test_error_after_the_first_chunk_is_the_status(stub, inference, chunk, details):
    """GRPC callers see how a stream ended."""
    inference.streams(chunk("a"), UpstreamFailed("gone", status=502, code="upstream_broke_off"))
    call = stub.StreamChatCompletion(ask())
    first = await call.read()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call.read()

    assert "a" == first.choices[0].delta.content
    assert grpc.StatusCode.UNAVAILABLE == caught.value.code()
    assert "upstream_broke_off" == details(caught.value, ErrorInfo)[ErrorInfo].reason


async def test_bug_never_leaks_its_text(stub, inference):
    """What an exception says may hold keys or prompts."""
    inference.fails(RuntimeError("sk-secret"))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.CreateChatCompletion(ask())

    assert grpc.StatusCode.INTERNAL == caught.value.code()
    assert "secret" not in repr(caught.value)


async def test_error_keeps_its_code_however_long_its_message(stub, inference):
    """Headers have a limit; a status that passes it would be lost."""
    inference.fails(NotFound("ü" * 200_000, code="model_not_found"))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.CreateChatCompletion(ask())

    assert grpc.StatusCode.NOT_FOUND == caught.value.code()


@pytest.mark.parametrize(
    ("request_", "param"),
    [
        (chat_pb2.ChatCompletionRequest(model="m"), "messages"),
        (chat_pb2.ChatCompletionRequest(), "model"),
        (ask(n=129), "n"),
        (ask(reasoning_effort="huge"), "reasoning_effort"),
    ],
)
async def test_requests_are_checked_as_those_of_rest_callers(stub, details, request_, param):
    """The proto alone says nothing of bounds."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.CreateChatCompletion(request_)

    assert grpc.StatusCode.INVALID_ARGUMENT == caught.value.code()
    assert param == details(caught.value, ErrorInfo)[ErrorInfo].metadata["param"]


@pytest.mark.parametrize(
    "broken",
    [
        ask(tools=[chat_pb2.Tool(type="custom", custom="{not json")]),
        ask(extra={"x": "{not json"}),
        ask(stop=chat_pb2.Stop()),
    ],
)
async def test_what_the_proto_allows_and_json_does_not_is_refused(stub, broken):
    """Text that is no JSON would end up inside other JSON."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.CreateChatCompletion(broken)

    assert grpc.StatusCode.INVALID_ARGUMENT == caught.value.code()


async def test_deadline_of_the_caller_reaches_the_operation(stub, inference, completion):
    """So that it does not work for nobody."""
    inference.answers(completion())
    await stub.CreateChatCompletion(ask(), timeout=30)

    assert 20 < inference.calls[0].seconds_left() < 31


async def test_call_without_a_deadline_has_none(stub, inference, completion):
    """Long answers are fine."""
    inference.answers(completion())
    await stub.CreateChatCompletion(ask())

    assert inference.calls[0].seconds_left() is None


async def test_error_of_a_wrong_request_is_the_same_on_both_faces(stub, rest, details):
    """One operation, one set of rules."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.CreateChatCompletion(ask(n=0))
    body = {"model": "m", "messages": [{"role": "user"}], "n": 0}
    answer = await rest("CreateChatCompletion", body)

    assert answer.envelope["message"] == caught.value.details()
    assert InvalidArgument.grpc_code == answer.code


async def test_answer_ends_with_the_operations_trailers(stub, inference, completion):
    """An engine tells its load there."""

    async def does(request, call):
        call.trailers.append(("x-load", "3"))
        return completion()

    inference.does = does
    running = stub.CreateChatCompletion(ask())
    await running

    assert "3" == dict(await running.trailing_metadata())["x-load"]


async def test_stream_ends_with_the_operations_trailers(stub, inference, chunk):
    """Also with those that are known only after the last chunk."""

    async def does(request, call):
        async def stream():
            yield chunk("a")
            call.trailers.append(("x-load", "3"))

        return stream()

    inference.does = does
    running = stub.StreamChatCompletion(ask())

    assert 1 == len([answer async for answer in running])
    assert "3" == dict(await running.trailing_metadata())["x-load"]


async def test_what_always_streams_has_one_method(address, inference):
    """The request has no `stream` to set."""
    outcome = m.MessageBatchOutcome(type="canceled")
    inference.streams(m.MessageBatchResult(custom_id="a", result=outcome))
    async with grpc.aio.insecure_channel(address) as channel:
        stub = MessageBatchesServiceStub(channel)
        asked = message_batches_pb2.ListMessageBatchResultsRequest(message_batch_id="b")
        found = [answer async for answer in stub.ListMessageBatchResults(asked)]

    assert [("a", "canceled")] == [(each.custom_id, each.result.type) for each in found]
    assert "b" == inference.requests[0].message_batch_id
