"""Callers who leave in the middle of an answer: all that worked for them stops."""

import asyncio
import time

import grpc
import pytest

from fleet.inference.v1.chat_pb2 import ChatCompletionRequest, ChatMessage
from fleet.inference.v1.inference_pb2_grpc import InferenceServiceStub

CHAT = "/v1/chat/completions"
# In tokens: more than the engine makes within `AT_ONCE`.
LONG = 1900
# In seconds: some steps of the engine on a busy machine, and the time that the news travels.
AT_ONCE = 3.0


def request(model: str, **more: object) -> dict[str, object]:
    messages = [{"role": "user", "content": "Count from one to a thousand."}]
    return {"model": model, "messages": messages, "stream": True, **more}


async def test_the_engine_stops_when_an_http_caller_leaves(fleet, http, until):
    """An engine that goes on for nobody takes the place of those who wait, for as long as an answer may be."""
    async with http.post(CHAT, json=request("engine", max_tokens=LONG)) as answer:
        await answer.content.readline()
        assert 1 == fleet.running_answers
        answer.close()

        await stops(fleet, until)


async def test_the_engine_stops_when_a_caller_who_does_not_stream_leaves(fleet, http, until):
    """Nothing is written to such a caller until the end, so that no failed write could tell of it."""
    running = asyncio.ensure_future(
        http.post(CHAT, json=request("engine", max_tokens=LONG, stream=False))
    )
    await until(lambda: fleet.running_answers)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    await stops(fleet, until)


@pytest.mark.parametrize("how", ["cancel", "deadline"])
async def test_the_engine_stops_when_a_grpc_caller_leaves(fleet, until, how):
    """Cancelling and deadlines are how gRPC's callers leave, and both cross three processes."""
    message = ChatMessage(role="user")
    message.content.text = "Count from one to a thousand."
    async with grpc.aio.insecure_channel(fleet.running.target) as channel:
        stream = InferenceServiceStub(channel).StreamChatCompletion(
            ChatCompletionRequest(model="engine", messages=[message], max_tokens=LONG),
            timeout=2 if how == "deadline" else None,
        )
        await stream.read()
        assert 1 == fleet.running_answers
        if how == "cancel":
            stream.cancel()
        else:
            assert grpc.StatusCode.DEADLINE_EXCEEDED == await stream.code()

        await stops(fleet, until)


@pytest.mark.parametrize("stream", [True, False])
async def test_the_model_server_sees_that_the_caller_left(fleet, http, upstream, until, stream):
    """Tokens of hosted models are paid for, whether or not anybody reads them."""
    left = upstream.left
    model = "endless" if stream else "hang"
    running = asyncio.ensure_future(http.post(CHAT, json=request(f"remote/{model}", stream=stream)))
    await until(lambda: upstream.last_model == model)
    if stream:
        (await running).close()
    else:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    await until(lambda: upstream.left == left + 1)


async def stops(fleet, until) -> None:
    """Wait until the engine has nothing to do, and make sure that this was at once."""
    begun = time.monotonic()
    await until(lambda: not fleet.running_answers)
    assert time.monotonic() - begun < AT_ONCE
