"""Uploads to other services of the fleet: sent as fast as they are taken, and no further than they are wanted."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing
from typing import Any

import grpc
from google.protobuf.message import Message

from fleet_runtime.coalesce import LIMIT


async def upload_messages(
    fields: Message, content: AsyncIterable[bytes] | None
) -> AsyncGenerator[Message, None]:
    """Yield the messages of an upload: that of its fields, then the pieces of the file."""
    yield fields
    kind: Any = type(fields)
    if content is not None:
        async for piece in content:
            for start in range(0, len(piece), LIMIT):
                yield kind(file=piece[start : start + LIMIT])


async def send_upload(running: Any, messages: AsyncGenerator[Message, None]) -> Message:
    """Send `messages` by the call `running`, and return its answer, which may come, or fail to, before all is sent.

    Raises:
        grpc.aio.AioRpcError: The call failed.
        Exception: What the source of the messages raised; the call is then cancelled.
    """
    answering = asyncio.ensure_future(running)
    sending = asyncio.create_task(_send(running, messages))
    try:
        await asyncio.wait((answering, sending), return_when=asyncio.FIRST_COMPLETED)
        if sending.done():
            sending.result()
        answer: Message = await answering
        return answer
    finally:
        running.cancel()
        sending.cancel()
        await asyncio.gather(answering, sending, return_exceptions=True)


async def _send(running: Any, messages: AsyncGenerator[Message, None]) -> None:
    """Send `messages` as the called service takes them, or as many as it wants."""
    async with aclosing(messages):
        async for message in messages:
            if running.done():
                return
            try:
                await running.write(message)
            except grpc.aio.AioRpcError:
                return  # It has refused the rest. The answer says why; this says only that nothing can be sent.
    await running.done_writing()
