"""gRPC and gRPC-Web on the port of REST, with gRPC's own errors."""

import base64
import struct
import time

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from fleet.inference.v1 import (
    chat_pb2,
    inference_pb2_grpc,
    models_pb2,
    models_pb2_grpc,
)
from fleet_testing.gateway import error

LIST_MODELS = "/fleet.inference.v1.ModelService/ListModels"
REST_FACE = "/fleet.inspect.v1.InspectServiceRest/GetVersion"
EMPTY_FRAME = b"\0\0\0\0\0"


@pytest.fixture
def channel(fleet):
    with grpc.insecure_channel(fleet.envoy.target) as found:
        yield found


def call_raw(channel, method, metadata=()):
    """Call any method with an empty message, and return the answer's bytes."""
    return channel.unary_unary(method)(b"", metadata=metadata, timeout=10)


def grpc_web(fleet, path, kind="application/grpc-web+proto", frame=EMPTY_FRAME):
    return fleet.envoy.call("POST", path, frame, {"content-type": kind, "accept": kind})


def frames(body):
    """Return flags and content of each frame of a gRPC-Web answer."""
    found = []
    while body:
        flags, size = struct.unpack(">BI", body[:5])
        found.append((flags, body[5 : 5 + size]))
        body = body[5 + size :]
    return found


def test_stubs_call_typed_methods(channel):
    """The generated clients need no other port."""
    models = models_pb2_grpc.ModelServiceStub(channel).ListModels(models_pb2.ListModelsRequest())

    assert ["m"] == [model.id for model in models.data]


def test_stubs_stream(channel):
    """Message by message."""
    stub = inference_pb2_grpc.InferenceServiceStub(channel)
    chunks = stub.StreamChatCompletion(chat_pb2.ChatCompletionRequest(model="m"))

    assert ["0", "1", "2"] == [chunk.id for chunk in chunks]


def test_errors_are_grpc_errors(channel):
    """No JSON for whom it means nothing."""
    with pytest.raises(grpc.RpcError) as caught:
        call_raw(channel, LIST_MODELS, (("x-fail", "1"),))

    assert grpc.StatusCode.NOT_FOUND == caught.value.code()
    assert "not here" == caught.value.details()


@pytest.mark.parametrize("method", ["/nope.Service/Method", "/fleet.nope.v1.X/Y"])
def test_unknown_services_are_unimplemented(channel, method):
    """As any gRPC server says it."""
    with pytest.raises(grpc.RpcError) as caught:
        call_raw(channel, method)

    assert grpc.StatusCode.UNIMPLEMENTED == caught.value.code()
    assert "{" not in caught.value.details()


def test_envoys_own_errors_are_grpc_errors(start):
    """Its JSON would end up in the message."""
    fleet = start(routes={"inference": {"endpoints": ["127.0.0.1:1"]}})
    with (
        grpc.insecure_channel(fleet.envoy.target) as channel,
        pytest.raises(grpc.RpcError) as caught,
    ):
        call_raw(channel, LIST_MODELS)

    assert grpc.StatusCode.UNAVAILABLE == caught.value.code()
    assert "{" not in caught.value.details()


@pytest.mark.parametrize(
    "metadata",
    [(), (("x-envoy-original-path", "/v1/version"), ("x-envoy-original-method", "GET"))],
)
def test_rest_faces_are_for_the_transcoder_alone(fleet, channel, metadata):
    """They believe headers that only the transcoder may set."""
    before = fleet.count("calls")
    with pytest.raises(grpc.RpcError) as caught:
        call_raw(channel, REST_FACE, metadata)

    assert grpc.StatusCode.UNIMPLEMENTED == caught.value.code()
    assert before + 1 == fleet.count("calls")


def test_rest_faces_are_not_for_rest_callers_either(fleet):
    """Their gRPC path is no REST path."""
    headers = {"x-envoy-original-method": "GET", "x-envoy-original-path": "/v1/version"}
    answer = fleet.envoy.call("POST", REST_FACE, "{}", headers)

    assert 404 == answer.status
    assert "unknown_url" == error(answer)["code"]


def test_deadlines_of_grpc_callers_count(channel):
    """Only REST callers' are dropped."""
    start = time.monotonic()
    call = channel.unary_stream("/fleet.inference.v1.InferenceService/StreamChatCompletion")
    with pytest.raises(grpc.RpcError) as caught:
        list(call(b"\x0a\x04hang", timeout=0.5))

    assert grpc.StatusCode.DEADLINE_EXCEEDED == caught.value.code()
    assert 5 > time.monotonic() - start


@pytest.mark.parametrize("service", ["", "fleet.inference.v1.InferenceService"])
def test_health_is_reachable(channel, service):
    """GRPC's own way to ask."""
    request = health_pb2.HealthCheckRequest(service=service)
    answer = health_pb2_grpc.HealthStub(channel).Check(request)

    assert health_pb2.HealthCheckResponse.SERVING == answer.status


def test_reflection_is_reachable(channel):
    """Grpcurl needs no protos."""
    services = ProtoReflectionDescriptorDatabase(channel).get_services()

    assert "fleet.inference.v1.InferenceService" in services


def test_introspection_asks_the_service_that_is_named(start, fleet):
    """Each service knows only itself."""
    dead = {"api": "inference", "endpoints": ["127.0.0.1:1"]}
    alive = {"api": "inspect", "endpoints": [fleet.workers[0].address]}
    own = start(routes={"inference": dead, "inspect": alive})
    with grpc.insecure_channel(own.envoy.target) as channel:
        check = health_pb2_grpc.HealthStub(channel).Check
        request = health_pb2.HealthCheckRequest()
        answer = check(request, metadata=(("x-fleet-service", "inspect"),))
        with pytest.raises(grpc.RpcError):
            check(request)

    assert health_pb2.HealthCheckResponse.SERVING == answer.status


def test_grpc_web_calls_typed_methods(fleet):
    """From a browser, with no server of its own."""
    answer = grpc_web(fleet, LIST_MODELS)
    (_, message), (flags, trailers) = frames(answer.body)

    assert "application/grpc-web+proto" == answer.headers["content-type"]
    assert ["m"] == [model.id for model in models_pb2.ModelList.FromString(message).data]
    assert 0x80 == flags
    assert b"grpc-status:0" in trailers


def test_grpc_web_streams(fleet):
    """Each message a frame."""
    path = "/fleet.inference.v1.InferenceService/StreamChatCompletion"
    answer = grpc_web(fleet, path)

    assert [0, 0, 0, 0x80] == [flags for flags, _ in frames(answer.body)]


def test_grpc_web_as_text(fleet):
    """For browsers that cannot stream bytes."""
    frame = base64.b64encode(EMPTY_FRAME)
    answer = grpc_web(fleet, LIST_MODELS, "application/grpc-web-text+proto", frame)

    assert 200 == answer.status
    # Each message is encoded on its own, with its own padding.
    groups = [answer.body[at : at + 4] for at in range(0, len(answer.body), 4)]
    decoded = b"".join(map(base64.b64decode, groups))

    assert [0, 0x80] == [flags for flags, _ in frames(decoded)]
