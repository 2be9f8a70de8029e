"""Streams whose first chunk has come, so that nothing can be tried elsewhere any more."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, TypeVar

from fleet_runtime.encoded import EncodedStream
from fleet_runtime.operation import is_stream

T = TypeVar("T")


async def begun(answer: Any) -> Any:
    """Return `answer`; of a stream, when its first chunk is there. Raises what comes in its place."""
    if not is_stream(answer):
        return answer
    if isinstance(answer, EncodedStream):
        return EncodedStream(await _begun(answer.events))
    return await _begun(answer)


async def _begun(chunks: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    try:
        first = await anext(chunks)
    except StopAsyncIteration:
        return chunks
    return _resumed(first, chunks)


async def _resumed(first: T, rest: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    async with aclosing(rest):
        yield first
        async for chunk in rest:
            yield chunk


def followed(answer: Any, end: Callable[[], None]) -> Any:
    """Return `answer`, at whose end, however it comes, `end` is called: now, if it is no stream."""
    if isinstance(answer, EncodedStream):
        return EncodedStream(_followed(answer.events, end))
    if is_stream(answer):
        return _followed(answer, end)
    end()
    return answer


async def _followed(
    chunks: AsyncGenerator[T, None], end: Callable[[], None]
) -> AsyncGenerator[T, None]:
    try:
        async with aclosing(chunks):
            async for chunk in chunks:
                yield chunk
    finally:
        end()
