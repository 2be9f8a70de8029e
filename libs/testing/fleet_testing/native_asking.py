"""What the contract of the vendors' own wires asks, and how its answers are read, whatever form they come in."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any

from fleet.inference.v1 import messages as m
from fleet_inference.fold import fold_chat
from fleet_inference.provider import ChatAnswer, InferenceProvider
from fleet_runtime.call import Call
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_testing.calls import rest_call
from fleet_testing.native_script import Asked
from fleet_testing.native_upstream import NativeUpstream

HELLO = [{"role": "user", "content": "hello big world"}]
"""What is said unless a test says something else."""
PARAMETERS = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}
"""The schema of what the fake model writes where it writes JSON."""
TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": PARAMETERS}}
    for name in ("find", "keep")
]
"""Two tools that the fake model can call."""
PIXEL = b"\x89PNG\r\n"
"""The beginning of a picture."""

_LOOK_AGAIN = 0.005


def chat(
    model: str = "chat", metadata: Sequence[tuple[str, str]] = (), **fields: Any
) -> tuple[m.ChatCompletionRequest, Call]:
    """Return a REST caller's conversation, and its call."""
    body = {"model": model, "messages": HELLO} | fields
    return rest_call(m.ChatCompletionRequest, body, metadata)


def carrying(keys: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the metadata of a call that brings `keys` as its provider data."""
    return (("x-llamastack-provider-data", json.dumps(keys)),)


async def asked(provider: InferenceProvider, *args: Any, **fields: Any) -> m.ChatCompletion:
    """Return the whole answer of `provider` to the conversation that the arguments make; see `chat`."""
    return await folded(await provider.chat(*chat(*args, **fields)))


async def folded(answer: ChatAnswer) -> m.ChatCompletion:
    """Return the whole answer, which may have come in any form; a whole one may be asked for and come as a stream."""
    if isinstance(answer, m.ChatCompletion):
        return answer
    if isinstance(answer, Encoded):
        return answer.decode(m.ChatCompletion)
    return await fold_chat(stream_of(answer))


def stream_of(answer: ChatAnswer) -> AsyncGenerator[m.ChatCompletionChunk, None]:
    """Return the chunks of a streamed answer as they come."""
    if isinstance(answer, EncodedStream):
        return answer.decode(m.ChatCompletionChunk)
    assert isinstance(answer, AsyncGenerator), "the answer is no stream"
    return answer


async def chunks_of(answer: ChatAnswer) -> list[m.ChatCompletionChunk]:
    """Return the chunks of a streamed answer, once it has ended."""
    return [chunk async for chunk in stream_of(answer)]


def last(upstream: NativeUpstream) -> Asked:
    """Return what the last request to a fake asked."""
    return upstream.heard[-1].asked


async def until(condition: Callable[[], object], seconds: float = 2.0) -> None:
    """Wait until `condition` is true.

    Raises:
        AssertionError: It is not in time.
    """
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(_LOOK_AGAIN)
