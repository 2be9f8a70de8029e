"""An answer that is told only as far as it was checked."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from typing import TypeAlias

from fleet.inference.v1 import messages as i

Judge: TypeAlias = Callable[[str], Awaitable[str | None]]
"""Returns what to say in place of a text; nothing if there is nothing wrong with it."""

Chunks: TypeAlias = AsyncGenerator[i.ChatCompletionChunk, None]

_SENTENCE_ENDS = re.compile(r"[.!?…。！？\n]")  # noqa: RUF001 - full-width marks are meant
# In characters. While more than this waits for a check, the model waits too.
_MOST_HELD = 20_000


class Screen:
    """Lets an answer through as far as it was judged, always as a whole from its beginning.

    It is judged at the end of each sentence, after so many characters, and before anything that is no text. While that
    is done the answer goes on behind the screen, so a slow judge is asked less often, not later. What a model thinks is
    judged with what it says, since callers see both.

    Args:
        judge: Judges the text so far.
        every: After how many characters.

    Attributes:
        blocked: Whether something was wrong.
    """

    def __init__(self, judge: Judge, every: int) -> None:
        self.blocked = False
        self._judge = judge
        self._every = every
        self._held: deque[tuple[int, i.ChatCompletionChunk]] = deque()
        self._text = ""
        self._thinks = False
        self._judged = 0
        self._wanted = 0
        self._reading: asyncio.Task[i.ChatCompletionChunk | None] | None = None
        self._judging: asyncio.Task[str | None] | None = None

    async def passed(self, chunks: Chunks) -> Chunks:
        """Yield what may be shown of an answer, then a refusal if something is wrong with it.

        The model is stopped then, and if this is closed early.

        Raises:
            FleetError: The model failed, or the judge. What was not judged is not shown.
        """
        self._reading = _next(chunks)
        try:
            while self._reading is not None or self._judging is not None:
                await self._something_new()
                refusal = self._verdict()
                if refusal is not None:
                    self.blocked = True
                    yield _refusing(refusal)
                    return
                self._read_on(chunks)
                for released in self._released():
                    yield released
        finally:
            await _stop(self._reading, self._judging)
            await chunks.aclose()

    async def _something_new(self) -> None:
        """Wait for the next chunk or for what was found; only for that where too much is held."""
        is_full = self._judging is not None and len(self._text) - self._judged > _MOST_HELD
        waiting = (self._judging,) if is_full else (self._reading, self._judging)
        running = [task for task in waiting if task is not None]
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)

    def _verdict(self) -> str | None:
        """Return what was found, if something was."""
        if self._judging is None or not self._judging.done():
            return None
        refusal, self._judging = self._judging.result(), None
        return refusal

    def _read_on(self, chunks: Chunks) -> None:
        """Take the next chunk, if it is here, and have what there is judged, if it is time."""
        if self._reading is not None and self._reading.done():
            chunk = self._reading.result()
            self._take(chunk)
            self._reading = None if chunk is None else _next(chunks)
        if self._judging is None and self._wanted > self._judged:
            self._judging = asyncio.create_task(self._judge_so_far(self._text))

    def _take(self, chunk: i.ChatCompletionChunk | None) -> None:
        """Hold a chunk back; nothing is the end."""
        new = self._said(chunk)
        self._text += new
        length = len(self._text)
        if not new or _SENTENCE_ENDS.search(new) or length - self._judged >= self._every:
            self._wanted = length
        if chunk is not None:
            self._held.append((length, chunk))

    def _said(self, chunk: i.ChatCompletionChunk | None) -> str:
        """Return the text that a chunk adds, thoughts and speech apart."""
        said = ""
        for choice in chunk.choices if chunk is not None else ():
            for thinks, text in _texts(choice.delta):
                said += "\n\n" if self._text and thinks != self._thinks else ""
                said += text
                self._thinks = thinks
        return said

    async def _judge_so_far(self, text: str) -> str | None:
        refusal = await self._judge(text)
        if refusal is None:
            self._judged = len(text)
        return refusal

    def _released(self) -> Iterator[i.ChatCompletionChunk]:
        while self._held and self._held[0][0] <= self._judged:
            yield self._held.popleft()[1]


def _refusing(text: str) -> i.ChatCompletionChunk:
    """Return the end of an answer that is a refusal."""
    choice = i.ChunkChoice(index=0, delta=i.Delta(refusal=text), finish_reason="stop")
    return i.ChatCompletionChunk(id="", choices=[choice], created=0, model="")


def _texts(delta: i.Delta) -> Iterator[tuple[bool, str]]:
    """Yield the texts of a piece, and whether each is thought rather than said."""
    if delta.reasoning_content:
        yield True, delta.reasoning_content
    if delta.content:
        yield False, delta.content


def _next(chunks: Chunks) -> asyncio.Task[i.ChatCompletionChunk | None]:
    async def read() -> i.ChatCompletionChunk | None:
        return await anext(chunks, None)

    return asyncio.create_task(read())


async def _stop(
    *tasks: asyncio.Task[i.ChatCompletionChunk | None] | asyncio.Task[str | None] | None,
) -> None:
    running = [task for task in tasks if task is not None]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
