"""What a server writes down of its calls, in this process."""

import asyncio

import pytest
from structlog.testing import capture_logs

from fleet.inference.v1 import chat_pb2
from fleet_runtime.errors import NotFound

ASK = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


async def lines(logs):
    """Wait for the line of a call, which is written after its answer, and return all."""
    for _ in range(1000):
        found = [line for line in logs if line["event"] == "rpc"]
        if found:
            return found
        await asyncio.sleep(0.005)
    raise AssertionError("no line was written")


async def test_both_faces_write_one_line(rest, stub, inference, completion):
    """By the name of the method that was called."""
    inference.answers(completion())
    message = chat_pb2.ChatMessage(role="user", content=chat_pb2.ChatContent(text="hi"))
    request = chat_pb2.ChatCompletionRequest(model="m", messages=[message])
    for start, method in (
        (lambda: rest("CreateChatCompletion", ASK), "InferenceServiceRest/CreateChatCompletion"),
        (lambda: stub.CreateChatCompletion(request), "InferenceService/CreateChatCompletion"),
    ):
        with capture_logs() as logs:
            await start()
            (line,) = await lines(logs)

        assert f"/fleet.inference.v1.{method}" == line["method"]
        assert "OK" == line["status"]
        assert 0 < line["seconds"] < 10


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound("no", code="model_not_found"), "NOT_FOUND", "model_not_found"),
        (NotFound("no"), "NOT_FOUND", "invalid_request_error"),
    ],
)
async def test_line_says_how_a_call_failed(rest, inference, error, status, code):
    """By what machines know it by; the message may quote the caller."""
    inference.fails(error)
    with capture_logs() as logs:
        await rest("CreateChatCompletion", ASK)
        (line,) = await lines(logs)

    assert (status, code) == (line["status"], line["error"])


async def test_caller_who_left_is_no_error(rest, inference, chunk):
    """Alerts are for failures of ours."""

    async def stream():
        while True:
            yield chunk("a")
            await asyncio.sleep(0.001)

    inference.answers(stream())
    with capture_logs() as logs:
        call = rest.start("CreateChatCompletion", ASK | {"stream": True})
        await call.read()
        call.cancel()
        (line,) = await lines(logs)

    assert "CANCELLED" == line["status"]


async def test_operation_adds_what_it_knows(rest, inference, completion):
    """The model, the provider, the tokens."""

    async def does(request, call):
        call.notes["model"] = "m"
        return completion()

    inference.does = does
    with capture_logs() as logs:
        await rest("CreateChatCompletion", ASK)
        (line,) = await lines(logs)

    assert "m" == line["model"]
