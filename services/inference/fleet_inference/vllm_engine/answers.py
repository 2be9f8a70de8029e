"""vLLM's answers as the fleet takes them: the same bytes, but for errors and one name."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import msgspec
from starlette.responses import Response
from vllm.entrypoints.serve.engine.protocol import ErrorInfo, ErrorResponse

from fleet_inference.vllm_engine.refusals import refusal, vllm_errors
from fleet_runtime.encoded import Encoded, EncodedStream

_DONE = "data: [DONE]"
_ERROR = 'data: {"error"'
# A key of JSON: within a string its quotes would be escaped.
_REASONING = b'"reasoning":'
_REASONING_CONTENT = b'"reasoning_content":'

Events = AsyncGenerator[str, None]


def answered(answer: Any, prompt: str) -> Encoded[Any] | EncodedStream[Any]:
    """Return what vLLM's serving layer answered to a request that may be for a stream.

    Args:
        answer: A stream's events, or what `whole` takes.
        prompt: The field of the request that holds the prompt.

    Raises:
        FleetError: It is an error.
    """
    if isinstance(answer, AsyncGenerator):
        return EncodedStream(_events(answer, prompt))
    return whole(answer, prompt)


def whole(answer: Any, prompt: str) -> Encoded[Any]:
    """Return what vLLM's serving layer answered: a message, or a response that has one.

    Raises:
        FleetError: It is an error; `prompt` is the field of the request that holds the prompt.
        CancelledError: The caller left, which vLLM takes for an error of its own.
    """
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError
    if isinstance(answer, ErrorResponse):
        raise refusal(answer.error, prompt)
    if isinstance(answer, Response):
        return Encoded(bytes(answer.body))
    return Encoded(_named(answer.model_dump_json().encode()))


async def _events(events: Events, prompt: str) -> AsyncGenerator[bytes, None]:
    """Yield the events before the end of the stream, or before an error, which is raised."""
    with vllm_errors(prompt):
        async with aclosing(events):
            async for event in events:
                if event.startswith(_ERROR):
                    raise refusal(_error(event), prompt)
                if not event.startswith(_DONE):
                    yield _named(event.encode())


def _named(message: bytes) -> bytes:
    """Return `message` with what a model thought under the name that the contract has for it."""
    return message.replace(_REASONING, _REASONING_CONTENT)


def _error(event: str) -> ErrorInfo:
    return ErrorInfo(**msgspec.json.decode(event.removeprefix("data: "))["error"])
