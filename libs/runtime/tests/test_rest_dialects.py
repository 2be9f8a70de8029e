"""The REST face of services that follow other conventions than OpenAI's."""

import json

import pytest

from fleet.inference.v1 import messages as m
from fleet_runtime.errors import NotFound, ResourceExhausted, Unavailable, UpstreamFailed

MESSAGE = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "hi"}]}
INTERACTION = {"model": "m", "input": "hi"}
LEGACY = {"model_id": "m", "messages": [{"role": "user", "content": "hi"}]}
ANTHROPIC = ("CreateMessage", MESSAGE, "Messages")
GOOGLE = ("CreateInteraction", INTERACTION, "Interactions")
LLAMA_STACK = ("LegacyChatCompletion", LEGACY, "LegacyInference")
GONE = NotFound("gone", code="model_not_found", param="model")


@pytest.fixture
def ask(rest):
    """Send a request to a dialect."""

    async def send(dialect, **fields):
        rpc, body, service = dialect
        return await rest(rpc, body | fields, service=service)

    return send


async def test_anthropics_events_have_the_names_of_their_types(ask, inference):
    """Its SDK passes over events without names. Nothing comes after the last one."""
    inference.streams(m.MessageEvent(type="ping"), m.MessageEvent(type="message_stop"))
    answer = await ask(ANTHROPIC, stream=True)

    assert "text/event-stream; charset=utf-8" == answer.content_type
    assert (
        b'event: ping\ndata: {"type":"ping"}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n'
    ) == answer.data


async def test_googles_events_have_names_too(ask, inference):
    """After another field."""
    inference.streams(m.InteractionEvent(event_type="content.stop", index=0))
    answer = await ask(GOOGLE, stream=True)

    assert (
        b'event: content.stop\ndata: {"event_type":"content.stop","index":0}\n\n'
    ) == answer.data


async def test_llama_stacks_events_have_no_names_and_no_end(ask, inference):
    """Its SDK of the time decodes every event as JSON, which `[DONE]` is not."""
    delta = m.LegacyDelta(type="text", text="x")
    event = m.LegacyChatEvent(event_type="progress", delta=delta)
    inference.streams(m.LegacyChatChunk(event=event))
    answer = await ask(LLAMA_STACK, stream=True)

    assert answer.data.startswith(b'data: {"metrics":null,"event":{')
    assert 1 == answer.data.count(b"data: ")


@pytest.mark.parametrize("dialect", [ANTHROPIC, GOOGLE, LLAMA_STACK])
async def test_empty_stream_is_still_a_stream(dialect, ask, inference):
    """Its type tells clients to read events, of which there are none."""
    inference.streams()
    answer = await ask(dialect, stream=True)

    assert ("text/event-stream; charset=utf-8", b"") == (answer.content_type, answer.data)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (GONE, "not_found_error"),
        (ResourceExhausted("later"), "rate_limit_error"),
        (Unavailable("busy"), "overloaded_error"),
        (UpstreamFailed("odd", status=418), "invalid_request_error"),
        (UpstreamFailed("broken", status=502), "api_error"),
    ],
)
async def test_anthropics_envelope(error, kind, ask, inference):
    """Its SDK reads `type` at the top, and programs the inner one."""
    inference.fails(error)
    answer = await ask(ANTHROPIC)

    assert {
        "type": "error",
        "error": {"type": kind, "message": error.message},
    } == json.loads(answer.trailers["x-fleet-error"])


async def test_googles_envelope(ask, inference):
    """The HTTP status once more, and gRPC's name for it."""
    inference.fails(GONE)
    answer = await ask(GOOGLE)

    assert {"error": {"code": 404, "message": "gone", "status": "NOT_FOUND"}} == json.loads(
        answer.trailers["x-fleet-error"]
    )


async def test_llama_stacks_envelope(ask, inference):
    """OpenAI's has all that its SDKs read."""
    inference.fails(GONE)
    answer = await ask(LLAMA_STACK)

    assert ("gone", "model_not_found") == (answer.envelope["message"], answer.envelope["code"])


@pytest.mark.parametrize("dialect", [ANTHROPIC, GOOGLE, LLAMA_STACK])
async def test_wrong_requests_are_refused_in_the_dialect(dialect, ask):
    """The service never sees them."""
    answer = await ask(dialect, model=1, model_id=1)
    body = json.loads(answer.trailers["x-fleet-error"])

    assert "400" == answer.trailers["x-fleet-status"]
    assert "model" in body["error"]["message"]


async def test_error_within_anthropics_stream(ask, inference):
    """Its SDK raises at an event of this name."""
    inference.streams(m.MessageEvent(type="ping"), GONE)
    last = (await ask(ANTHROPIC, stream=True)).bodies[-1].data
    body = b'{"type":"error","error":{"type":"not_found_error","message":"gone"}}'

    assert b"event: error\ndata: " + body + b"\n\n" == last


async def test_error_within_googles_stream(ask, inference):
    """With the type that all of its events have."""
    inference.streams(m.InteractionEvent(event_type="content.stop"), GONE)
    last = (await ask(GOOGLE, stream=True)).bodies[-1].data
    name, data = last.decode().rstrip().split("\n")

    assert "event: error" == name
    assert {
        "event_type": "error",
        "error": {"code": 404, "message": "gone", "status": "NOT_FOUND"},
    } == json.loads(data.removeprefix("data: "))


RESULTS = ("ListMessageBatchResults", "/v1/messages/batches/b/results", "MessageBatches")


@pytest.fixture
def results(rest):
    """Ask for what always comes as lines."""
    rpc, path, service = RESULTS
    return lambda: rest(rpc, b"", path, service)


def line(name):
    return m.MessageBatchResult(custom_id=name, result=m.MessageBatchOutcome(type="canceled"))


async def test_what_always_streams_comes_in_lines(results, inference):
    """One JSON object each, and nothing between them; what the path says arrives."""
    inference.streams(line("a"), line("b"))
    answer = await results()

    assert "application/x-jsonl" == answer.content_type
    assert (
        b'{"custom_id":"a","result":{"type":"canceled"}}\n'
        b'{"custom_id":"b","result":{"type":"canceled"}}\n'
    ) == answer.data
    assert "b" == inference.requests[0].message_batch_id


async def test_no_lines_are_an_answer_too(results, inference):
    """Of the same type."""
    inference.streams()
    answer = await results()

    assert ("application/x-jsonl", b"") == (answer.content_type, answer.data)


async def test_error_within_lines_is_a_line(results, inference):
    """HTTP callers see no status at the end, and must not take half of it for all."""
    inference.streams(line("a"), GONE)

    assert (
        b'{"type":"error","error":{"type":"not_found_error","message":"gone"}}\n'
        == (await results()).bodies[-1].data
    )


async def test_error_before_the_first_line_is_the_answer(results, inference):
    """As everywhere."""
    inference.fails(GONE)

    assert "404" == (await results()).trailers["x-fleet-status"]
