"""A server says what it serves, and whether it does; it ends without losing anything."""

import asyncio

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from prometheus_client import CollectorRegistry

from fleet.inference.v1 import chat_pb2
from fleet.inference.v1.inference_pb2_grpc import InferenceServiceStub
from fleet.inference.v1.operations import bind_inference_service
from fleet_runtime.serve import Server

SERVICES = [
    "",
    "fleet.inference.v1.InferenceService",
    "fleet.inference.v1.InteractionsService",
    "fleet.inference.v1.LegacyInferenceService",
    "fleet.inference.v1.MessageBatchesService",
    "fleet.inference.v1.MessagesService",
    "fleet.inference.v1.ModelService",
]
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def ask():
    message = chat_pb2.ChatMessage(role="user", content=chat_pb2.ChatContent(text="hi"))
    return chat_pb2.ChatCompletionRequest(model="m", messages=[message])


@pytest.fixture
async def server(inference):
    """A server that a test may drain, and its address."""
    server = Server([bind_inference_service(inference)], registry=CollectorRegistry())
    server.address = f"127.0.0.1:{await server.start('127.0.0.1:0')}"
    yield server
    await server.drain(None)


@pytest.mark.parametrize("service", SERVICES)
async def test_health_is_told_by_service(channel, service):
    """The gateway asks for each service by its name, Kubernetes for none."""
    request = health_pb2.HealthCheckRequest(service=service)

    assert SERVING == (await health_pb2_grpc.HealthStub(channel).Check(request)).status


async def test_health_of_what_is_not_served_is_not_found(channel):
    """As gRPC's health protocol says."""
    request = health_pb2.HealthCheckRequest(service="fleet.files.v1.FilesService")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await health_pb2_grpc.HealthStub(channel).Check(request)

    assert grpc.StatusCode.NOT_FOUND == caught.value.code()


async def test_server_can_say_that_it_does_not_serve(server):
    """While a model is being loaded, say."""
    await server.set_serving(serving=False)
    async with grpc.aio.insecure_channel(server.address) as channel:
        answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())

    assert NOT_SERVING == answer.status


async def test_reflection_lists_what_is_served(channel):
    """`grpcurl` needs no proto files; the REST face is nobody's but the gateway's."""
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    call = stub.ServerReflectionInfo()
    await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
    answer = await call.read()
    await call.done_writing()
    names = {service.name for service in answer.list_services_response.service}

    assert {
        *SERVICES[1:],
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
    } == names


async def test_reflection_knows_the_types(channel):
    """Down to the messages."""
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    call = stub.ServerReflectionInfo()
    symbol = "fleet.inference.v1.InferenceService"
    await call.write(reflection_pb2.ServerReflectionRequest(file_containing_symbol=symbol))
    answer = await call.read()
    await call.done_writing()

    assert b"CreateChatCompletion" in b"".join(
        answer.file_descriptor_response.file_descriptor_proto
    )


async def test_draining_says_so_before_it_ends(server, inference, chunk):
    """The gateway turns to other replicas while open calls end."""
    go = asyncio.Event()

    async def stream():
        yield chunk("a")
        await go.wait()
        yield chunk("b")

    inference.answers(stream())
    async with grpc.aio.insecure_channel(server.address) as channel:
        call = InferenceServiceStub(channel).StreamChatCompletion(ask())
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        chunks = [await call.read()]
        statuses = [(await watch.read()).status]
        draining = asyncio.create_task(server.drain(10))
        statuses.append((await watch.read()).status)
        watch.cancel()
        go.set()
        while (one := await call.read()) is not grpc.aio.EOF:
            chunks.append(one)
        await draining

    assert [SERVING, NOT_SERVING] == statuses
    assert ["a", "b"] == [one.choices[0].delta.content for one in chunks]


async def test_new_calls_are_refused_while_draining(server, inference, chunk):
    """They would be cut off; refused, they are safe to retry elsewhere."""
    go = asyncio.Event()

    async def stream():
        yield chunk("a")
        await go.wait()

    inference.answers(stream())
    async with grpc.aio.insecure_channel(server.address) as channel:
        call = InferenceServiceStub(channel).StreamChatCompletion(ask())
        await call.read()
        draining = asyncio.create_task(server.drain(10))
        await asyncio.sleep(0)
        async with grpc.aio.insecure_channel(server.address) as other:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await InferenceServiceStub(other).CreateChatCompletion(ask())
        go.set()
        await call.read()
        await draining

    assert grpc.StatusCode.UNAVAILABLE == caught.value.code()


async def test_the_last_bytes_of_an_answer_arrive(server, inference, chunk):
    """A call has ended for us before its answer has left this machine."""
    text = "x" * (8 * 2**20)
    ended = asyncio.Event()

    async def stream():
        yield chunk(text)
        ended.set()

    inference.answers(stream())
    unlimited = [("grpc.max_receive_message_length", -1)]
    async with grpc.aio.insecure_channel(server.address, options=unlimited) as channel:
        reading = asyncio.create_task(_read(InferenceServiceStub(channel)))
        await ended.wait()
        await server.drain(10)

        assert [text] == await reading


async def _read(stub):
    return [one.choices[0].delta.content async for one in stub.StreamChatCompletion(ask())]


async def test_port_that_is_taken_is_refused(server, inference):
    """Two servers on one port would each get part of the calls."""
    other = Server([bind_inference_service(inference)], registry=CollectorRegistry())
    with pytest.raises(RuntimeError):
        await other.start(server.address)


async def test_large_requests_and_headers_pass(rest, stub, inference, completion):
    """A prompt with images, and a caller's long token."""
    inference.answers(completion())
    request = ask()
    request.messages[0].content.text = "x" * (20 * 2**20)
    await stub.CreateChatCompletion(request, metadata=(("x-long", "y" * 90_000),))

    assert 20 * 2**20 == len(inference.requests[0].messages[0].content)
    assert "y" * 90_000 == inference.calls[0].header("x-long")
