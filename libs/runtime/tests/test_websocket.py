"""The WebSocket face, with a caller of the library's own."""

import asyncio
import json

import pytest
from prometheus_client import CollectorRegistry
from websockets.asyncio.client import unix_connect
from websockets.exceptions import InvalidStatus

from fleet.agents.v1 import messages as m
from fleet.agents.v1.operations import CREATE_RESPONSE, RESPONSE_SERVICE
from fleet_runtime.boundary import Boundary
from fleet_runtime.errors import NotFound
from fleet_runtime.operation import Binding, BoundService
from fleet_runtime.telemetry import Telemetry
from fleet_runtime.websocket import WebSockets

PATIENCE = 10.0


class Answering:
    """Answers each request with as many events as its input has words."""

    def __init__(self):
        self.requests = []
        self.calls = []
        self.closed = asyncio.Event()
        self.waits = asyncio.Event()

    async def create_response(self, request, call):
        self.requests.append(request)
        self.calls.append(call)
        if request.input == "missing":
            raise NotFound("It is not here.", code="response_not_found", param="input")
        return self._events(request.input)

    async def _events(self, text):
        try:
            for number, word in enumerate(text.split()):
                yield m.ResponseEvent(type="response.word", sequence_number=number, delta=word)
                if word == "wait":
                    await self.waits.wait()
        finally:
            self.closed.set()


@pytest.fixture
def answering():
    return Answering()


@pytest.fixture
async def connect(answering, tmp_path):
    """Return what connects to a server of `answering`."""
    service = BoundService(RESPONSE_SERVICE, (Binding(CREATE_RESPONSE, answering.create_response),))
    sockets = WebSockets([service], Boundary(Telemetry("test", CollectorRegistry())))
    path = str(tmp_path / "socket")
    await sockets.start(f"unix:{path}")

    def connect(at="/v1/responses", **headers):
        return unix_connect(path, uri=f"ws://fleet{at}", additional_headers=headers)

    yield connect
    await sockets.aclose()


async def say(connection, text, **fields):
    await connection.send(
        json.dumps({"type": "response.create", "model": "m", "input": text, **fields})
    )


async def hear(connection):
    async with asyncio.timeout(PATIENCE):
        return json.loads(await connection.recv())


async def test_each_event_is_a_frame(connect):
    """SDKs read one JSON object a frame."""
    async with connect() as connection:
        await say(connection, "one two")

        heard = [await hear(connection) for _ in range(2)]

    assert [
        {"type": "response.word", "sequence_number": 0, "delta": "one"},
        {"type": "response.word", "sequence_number": 1, "delta": "two"},
    ] == heard


async def test_a_connection_takes_one_request_after_the_other(connect, answering):
    """To spare the handshake is what it is for; what is remembered is the connection's alone."""
    async with connect() as connection, connect() as other:
        await say(connection, "one")
        await hear(connection)
        await say(connection, "two")
        await hear(connection)
        await say(other, "three")
        await hear(other)

    first, second, third = (call.memory for call in answering.calls)
    assert first is second
    assert first is not third


async def test_the_way_of_the_answer_is_not_for_the_request_to_say(connect, answering):
    """A WebSocket always streams."""
    async with connect() as connection:
        await say(connection, "one", stream=False, background=True)
        await hear(connection)

    assert answering.requests[0].stream
    assert answering.requests[0].background is None


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ('{"type":', "invalid_json"),
        ("[]", "invalid_value"),
        ('{"model": "m"}', "invalid_request"),
        ('{"type": "session.update"}', "invalid_request"),
        ('{"type": "response.create"}', "missing_required_parameter"),
        ('{"type": "response.create", "model": "m", "input": 1}', "invalid_value"),
    ],
)
async def test_a_wrong_frame_is_refused_and_the_connection_goes_on(connect, frame, code):
    """One mistake must not cost what the connection remembers."""
    async with connect() as connection:
        await connection.send(frame)
        refused = await hear(connection)
        await say(connection, "one")
        answered = await hear(connection)

    assert ("error", 400, code) == (refused["type"], refused["status"], refused["error"]["code"])
    assert "one" == answered["delta"]


async def test_an_error_is_a_frame(connect):
    """Callers see what it is by its status, as over HTTP."""
    async with connect() as connection:
        await say(connection, "missing")

        heard = await hear(connection)

    error = {
        "code": "response_not_found",
        "message": "It is not here.",
        "param": "input",
        "type": "invalid_request_error",
    }
    assert {"type": "error", "status": 404, "error": error} == heard


async def test_who_leaves_ends_the_answer(connect, answering):
    """Nobody pays for what nobody reads."""
    async with connect() as connection:
        await say(connection, "wait here")
        await hear(connection)

    async with asyncio.timeout(PATIENCE):
        await answering.closed.wait()


async def test_headers_of_the_handshake_are_those_of_its_calls(connect, answering):
    """Keys for providers come in them."""
    async with connect(**{"X-LlamaStack-Provider-Data": '{"k": "v"}'}) as connection:
        await say(connection, "one")
        await hear(connection)

    assert {"k": "v"} == answering.calls[0].provider_data()


async def test_other_paths_have_no_websockets(connect):
    """A wrong path must not look as if the service were broken."""
    with pytest.raises(InvalidStatus) as refused:
        async with connect("/v1/other"):
            pass

    assert 404 == refused.value.response.status_code
