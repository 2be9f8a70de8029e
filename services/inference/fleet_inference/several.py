"""Answers to one conversation, several where the caller wants them, from vendors who give one at a time."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

from fleet.inference.v1 import messages as m
from fleet_inference.local.merge import merged
from fleet_inference.provider import ChatAnswer
from fleet_upstream.native.at_once import at_once, begun_at_once
from fleet_upstream.native.chunks import added

ChunkStream = AsyncGenerator[m.ChatCompletionChunk, None]
"""A streamed answer."""


async def answered(
    request: m.ChatCompletionRequest,
    whole: Callable[[], Awaitable[m.ChatCompletion]],
    streamed: Callable[[], Awaitable[ChunkStream]],
) -> ChatAnswer:
    """Return the `n` answers that `request` asks for, as a stream if it says so.

    Args:
        request: The request.
        whole: Asks the vendor for one answer.
        streamed: Asks the vendor for one answer, piece by piece.
    """
    n = request.n or 1
    if request.stream:
        return await streamed() if n == 1 else await several_streams(n, streamed)
    return await whole() if n == 1 else await several(n, whole)


async def several(n: int, ask: Callable[[], Awaitable[m.ChatCompletion]]) -> m.ChatCompletion:
    """Return one completion with the answers to `n` calls of `ask`. The first error ends all."""

    async def one() -> m.ChatCompletion:
        return await ask()

    answers = await at_once([one() for _ in range(n)])
    whole = answers[0]
    for place, answer in enumerate(answers):
        answer.choices[0].index = place
    whole.choices = [answer.choices[0] for answer in answers]
    whole.usage = added([answer.usage for answer in answers if answer.usage])
    return whole


async def several_streams(n: int, ask: Callable[[], Awaitable[ChunkStream]]) -> ChunkStream:
    """Return one stream of the answers to `n` calls of `ask`, once all have begun. The first error ends all."""

    async def one() -> ChunkStream:
        return await ask()

    return _one(await begun_at_once([one() for _ in range(n)]))


async def _one(streams: list[ChunkStream]) -> ChunkStream:
    """Yield the chunks of all streams as those of one answer, and at the end what all cost together."""
    costs: list[m.Usage] = []
    first: m.ChatCompletionChunk | None = None
    async with aclosing(merged(streams)) as chunks:
        async for place, chunk in chunks:
            first = first or chunk
            if chunk.usage:
                costs.append(chunk.usage)
                continue
            for choice in chunk.choices:
                choice.index = place
            yield _renamed(chunk, first)
    if costs and first:
        last = m.ChatCompletionChunk(id="", choices=[], created=0, model=first.model)
        last.usage = added(costs)
        yield _renamed(last, first)


def _renamed(chunk: m.ChatCompletionChunk, first: m.ChatCompletionChunk) -> m.ChatCompletionChunk:
    """Return `chunk` under the name and the time of `first`."""
    chunk.id, chunk.created = first.id, first.created
    return chunk
