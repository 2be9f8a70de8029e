"""A real server with both faces, and callers of each."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from google.api.httpbody_pb2 import HttpBody
from grpc_status import rpc_status

from fleet.inference.v1 import messages as m
from fleet.inference.v1.inference_pb2_grpc import InferenceServiceStub
from fleet.inference.v1.operations import (
    bind_inference_service,
    bind_interactions_service,
    bind_legacy_inference_service,
    bind_message_batches_service,
    bind_messages_service,
    bind_model_service,
)
from fleet_runtime.call import Call
from fleet_runtime.grpc_options import OPTIONS
from fleet_runtime.serve import serving

CHAT = "/v1/chat/completions"


@dataclass
class Inference:
    """Every service of inference, every method of which does what the test says."""

    does: Callable[[Any, Call], Awaitable[Any]] | None = None
    requests: list[Any] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    async def _do(self, request, call):
        self.requests.append(request)
        self.calls.append(call)
        return await self.does(request, call)

    create_chat_completion = create_completion = create_embedding = rerank = _do
    list_chat_completions = get_chat_completion = update_chat_completion = _do
    delete_chat_completion = list_chat_completion_messages = _do
    list_models = get_model = register_model = unregister_model = _do
    create_message = count_message_tokens = create_interaction = _do
    create_message_batch = list_message_batches = get_message_batch = _do
    cancel_message_batch = delete_message_batch = list_message_batch_results = _do
    legacy_chat_completion = legacy_completion = legacy_embeddings = _do
    legacy_batch_chat_completion = legacy_batch_completion = _do

    def answers(self, answer):
        """Answer every request with `answer`."""

        async def does(request, call):
            return answer

        self.does = does

    def fails(self, error):
        """Fail every request with `error`."""

        async def does(request, call):
            raise error

        self.does = does

    def streams(self, *items):
        """Answer every request with a stream of `items`; one that is an exception is raised in its place."""

        async def stream():
            for item in items:
                if isinstance(item, Exception):
                    raise item
                yield item

        async def does(request, call):
            return stream()

        self.does = does


@dataclass
class RestAnswer:
    """What the transcoder gets: the bodies, and how the call ended."""

    bodies: list[HttpBody]
    error: grpc.aio.AioRpcError | None

    @property
    def data(self) -> bytes:
        return b"".join(body.data for body in self.bodies)

    @property
    def content_type(self) -> str:
        return self.bodies[0].content_type

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def code(self) -> grpc.StatusCode:
        return self.error.code() if self.error else grpc.StatusCode.OK

    @property
    def trailers(self) -> dict[str, str]:
        return dict(self.error.trailing_metadata())

    @property
    def envelope(self) -> dict[str, str | None]:
        return json.loads(self.trailers["x-fleet-error"])["error"]


class Rest:
    """Calls the REST face as Envoy's transcoder does."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._channel = channel

    def start(self, rpc, body=b"", path=CHAT, service="Inference", headers=()):
        """Begin a call, and return it."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        method = self._channel.unary_stream(
            f"/fleet.inference.v1.{service}ServiceRest/{rpc}",
            request_serializer=HttpBody.SerializeToString,
            response_deserializer=HttpBody.FromString,
        )
        metadata = (("x-envoy-original-path", path), *headers)
        return method(HttpBody(content_type="application/json", data=data), metadata=metadata)

    async def __call__(self, rpc, body=b"", path=CHAT, service="Inference", headers=()):
        """Make a call, and return what came of it."""
        bodies = []
        try:
            async for message in self.start(rpc, body, path, service, headers):
                bodies.append(message)  # noqa: PERF401 - what came before an error counts
        except grpc.aio.AioRpcError as error:
            return RestAnswer(bodies, error)
        return RestAnswer(bodies, None)


@pytest.fixture
def inference():
    return Inference()


@pytest.fixture
async def address(inference):
    """The address of a server that serves `inference`."""
    services = [
        bind_inference_service(inference),
        bind_model_service(inference),
        bind_messages_service(inference),
        bind_message_batches_service(inference),
        bind_interactions_service(inference),
        bind_legacy_inference_service(inference),
    ]
    async with serving(services) as address:
        yield address


@pytest.fixture
async def channel(address):
    async with grpc.aio.insecure_channel(address, options=OPTIONS) as channel:
        yield channel


@pytest.fixture
def rest(channel):
    return Rest(channel)


@pytest.fixture
def stub(channel):
    return InferenceServiceStub(channel)


@pytest.fixture
def completion():
    """Make an answer."""
    return _completion


def _completion(content="hello", **fields):
    choice = m.Choice(finish_reason="stop", index=0, message=m.AssistantMessage(content=content))
    return m.ChatCompletion(id="chatcmpl-1", choices=[choice], created=1, model="m", **fields)


@pytest.fixture
def chunk():
    """Make a chunk."""
    return _chunk


def _chunk(content):
    choice = m.ChunkChoice(delta=m.Delta(content=content), index=0)
    return m.ChatCompletionChunk(id="chatcmpl-1", choices=[choice], created=1, model="m")


@pytest.fixture
def details():
    """Read the details of a status, by the name of their type."""

    def read(error, *kinds):
        found = {}
        for detail in rpc_status.from_call(error).details:
            for kind in kinds:
                if detail.Is(kind.DESCRIPTOR):
                    found[kind] = kind()
                    detail.Unpack(found[kind])
        return found

    return read
