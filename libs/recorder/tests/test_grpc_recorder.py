"""Recording and replaying over gRPC, against a small server whose messages nobody here can decode."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

import grpc
import pytest
import trustme
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from fleet_recorder.mode import Mode
from fleet_recorder.recorder import Options, recorder
from fleet_upstream.settings import Network, Tls

NOWHERE = "grpc://127.0.0.1:9"
# Any message: field 1 is a text, field 2 a number.
HELLO = HealthCheckRequest(service="hello big world").SerializeToString()
ANSWERS = [HealthCheckResponse(status=1).SerializeToString(), b"", b"\x0a\xff\xff"]


class Server(grpc.GenericRpcHandler):
    """Answers every method. `/words/Fail` fails, `/words/Forever` does not end."""

    def __init__(self):
        self.calls = []
        self.cancelled = 0
        self.metadata = ()

    def service(self, details):
        async def answer(messages, context):
            self.calls.append((details.method, [message async for message in messages]))
            self.metadata = context.invocation_metadata()
            await context.send_initial_metadata((("x-head", "a"), ("x-key-bin", b"\x00secret")))
            for message in ANSWERS:
                await context.write(message)
            if details.method.endswith("Fail"):
                trailers = (("x-why-bin", b"\xff"),)
                await context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "too much", trailers)
            if details.method.endswith("Forever"):
                try:
                    await asyncio.Event().wait()
                finally:
                    self.cancelled += 1
            context.set_trailing_metadata((("x-load", "0.5"), ("x-load", "0.7")))

        return grpc.stream_stream_rpc_method_handler(answer)


@asynccontextmanager
async def serving(server):
    running = grpc.aio.server()
    running.add_generic_rpc_handlers((server,))
    port = running.add_insecure_port("127.0.0.1:0")
    await running.start()
    try:
        yield f"grpc://127.0.0.1:{port}"
    finally:
        await running.stop(None)


@pytest.fixture
async def server():
    return Server()


@pytest.fixture
async def upstream(server):
    async with serving(server) as address:
        yield address


@pytest.fixture
def recording(tmp_path):
    """Yields a channel to a recorder on the folder of the test, and its tally."""

    @asynccontextmanager
    async def start(upstream=NOWHERE, mode=Mode.RECORD_IF_MISSING, **options):
        async with (
            recorder(upstream, tmp_path, Options(mode, **options)) as running,
            grpc.aio.insecure_channel(running.url) as channel,
        ):
            yield channel, running.tally

    return start


async def call(channel, method, message=HELLO, metadata=()):
    """All that a caller sees of a call."""
    running = channel.unary_stream(method)(message, metadata=metadata, timeout=10)
    messages = []
    with suppress(grpc.aio.AioRpcError):  # told below
        async for part in running:
            messages += [part]
    head, end = await running.initial_metadata(), await running.trailing_metadata()
    return messages, await running.code(), await running.details(), list(head), list(end)


async def test_a_call_is_replayed_with_its_messages_metadata_and_trailers(
    recording, server, upstream
):
    """Engines tell their load in trailers."""
    async with recording(upstream) as (channel, _):
        recorded = await call(channel, "/words/Say", metadata=(("x-mine", "b"),))
    async with recording(mode=Mode.REPLAY) as (channel, tally):
        replayed = await call(channel, "/words/Say")

    messages, code, _, head, end = recorded

    assert (ANSWERS, grpc.StatusCode.OK) == (messages, code)
    assert [("x-load", "0.5"), ("x-load", "0.7")] == end
    assert ("x-key-bin", b"\x00secret") in head
    assert (messages, code, "", [("x-head", "a")], end) == replayed
    assert ("x-mine", "b") in tuple(server.metadata)
    assert (1, 1) == (len(server.calls), tally.replayed)


async def test_a_unary_call_is_one_too(recording, tmp_path):
    """On the wire it is a stream of one message; and a fleet's services listen on Unix sockets."""

    async def unary(channel):
        return await channel.unary_unary(
            "/words/Check", response_deserializer=HealthCheckResponse.FromString
        )(HELLO)

    server, place = grpc.aio.server(), f"unix:{tmp_path}/s"
    handler = grpc.unary_unary_rpc_method_handler(
        lambda _, __: HealthCheckResponse(status=1),
        response_serializer=HealthCheckResponse.SerializeToString,
    )
    server.add_registered_method_handlers("words", {"Check": handler})
    server.add_insecure_port(place)
    await server.start()
    async with recording(place) as (channel, _):
        recorded = await unary(channel)
    await server.stop(None)
    async with recording(mode=Mode.REPLAY) as (channel, _):
        assert HealthCheckResponse(status=1) == recorded == await unary(channel)


async def test_a_server_behind_tls_is_trusted_by_its_certificate(recording, server, tmp_path):
    """Hosted engines are spoken to so."""
    authority = trustme.CA()
    own = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    credentials = grpc.ssl_server_credentials(
        [(own.private_key_pem.bytes(), own.cert_chain_pems[0].bytes())]
    )
    tls = grpc.aio.server()
    tls.add_generic_rpc_handlers((server,))
    port = tls.add_secure_port("127.0.0.1:0", credentials)
    await tls.start()
    network = Network(tls=Tls(verify=tmp_path / "ca.pem"))
    async with recording(f"grpcs://localhost:{port}", network=network) as (channel, _):
        assert ANSWERS == (await call(channel, "/words/Say"))[0]
    await tls.stop(None)


async def test_a_status_is_replayed_with_its_details(recording, upstream):
    """Retries hang on them."""
    async with recording(upstream) as (channel, _):
        recorded = await call(channel, "/words/Fail")
    async with recording(mode=Mode.REPLAY) as (channel, _):
        messages, code, details, _, end = await call(channel, "/words/Fail")

    assert (ANSWERS, grpc.StatusCode.RESOURCE_EXHAUSTED, "too much") == recorded[:3]
    assert recorded[:3] == (messages, code, details)
    assert [("x-why-bin", b"\xff")] == end


async def test_what_was_not_recorded_is_not_found_and_says_what_differs(recording, upstream):
    """By the numbers of the fields: nobody here has their names."""
    async with recording(upstream) as (channel, _):
        await call(channel, "/words/Say")
    async with recording(mode=Mode.REPLAY) as (channel, _):
        other = HealthCheckRequest(service="hello small world").SerializeToString()
        _, code, details, _, end = await call(channel, "/words/Say", other)
    info = ErrorInfo()
    Status.FromString(dict(end)["grpc-status-details-bin"]).details[0].Unpack(info)

    assert (grpc.StatusCode.NOT_FOUND, "recording_missing") == (code, info.reason)
    assert '1: recorded "hello big world", asked "hello small world"' in details


async def test_a_caller_who_leaves_cancels_the_call(recording, server, upstream):
    """An engine must not go on for nobody because a recorder stands between."""
    async with recording(upstream) as (channel, tally):
        running = channel.unary_stream("/words/Forever")(HELLO)
        async for _ in running:
            break
        running.cancel()
        async with asyncio.timeout(5):
            while not (server.cancelled and tally.recorded):  # noqa: ASYNC110 - they know no events
                await asyncio.sleep(0.01)
    async with recording(mode=Mode.REPLAY) as (channel, _):
        messages, code, *_ = await call(channel, "/words/Forever")

    assert ANSWERS[0] == messages[0]
    assert grpc.StatusCode.UNAVAILABLE == code


async def test_a_server_that_is_away_is_told_and_not_recorded(recording, tmp_path):
    """A hole in the network must not be replayed for ever."""
    async with recording(NOWHERE) as (channel, tally):
        _, code, *_ = await call(channel, "/words/Say")

    assert grpc.StatusCode.UNAVAILABLE == code
    assert [] == list(tmp_path.iterdir())
    assert (0, 1) == (tally.recorded, tally.passed)


async def test_tests_have_recordings_of_their_own_and_secrets_are_in_none(
    recording, upstream, tmp_path
):
    """As over HTTP."""
    message = HealthCheckRequest(service="key-of-the-caller").SerializeToString()
    metadata = (("x-llama-test-id", "test_a"), ("authorization", "Bearer key-of-the-caller"))
    async with recording(upstream) as (channel, _):
        await call(channel, "/words/Say", message, metadata)
    (file,) = (tmp_path / "test_a").iterdir()
    document = json.loads(file.read_text())

    assert "RPC-words-Say" == file.name.rpartition("-")[0]
    assert {"1": "***"} == document["request"]["body"]
    assert {"ms", "protobuf"} == document["answers"][0]["pieces"][0].keys()
    assert {"ms", "base64"} == document["answers"][0]["pieces"][2].keys()
    assert "0" == document["answers"][0]["trailers"]["grpc-status"]
    async with recording(mode=Mode.REPLAY) as (channel, _):
        assert ANSWERS == (await call(channel, "/words/Say", message, metadata))[0]
        assert [] == (await call(channel, "/words/Say", message, metadata[1:]))[0]
        data = (("x-llamastack-provider-data", '{"__test_id":"test_a"}'), metadata[1])
        assert ANSWERS == (await call(channel, "/words/Say", message, data))[0]
