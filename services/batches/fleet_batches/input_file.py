"""Input files: fetched whole to this machine's disk, and read from there piece by piece.

A batch may take a day, and a transfer may not: files services restart, and connections break.
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import IO, TypeVar

from fleet.files.v1 import messages as f
from fleet.files.v1.operations import FileServiceClient
from fleet_batches.config import LimitConfig
from fleet_runtime.call import Call
from fleet_runtime.errors import TooLarge

T = TypeVar("T")

# How much is read at once: lines, and bytes after which no further line is.
_LINES, _BYTES = 256, 2**20


class InputFile:
    """An input that is here.

    Args:
        file: Its bytes.
        longest: The most bytes of a line, its end included.
    """

    def __init__(self, file: IO[bytes], longest: int) -> None:
        self._file = file
        self._longest = longest

    async def lines(self, read: Callable[[int, bytes | None], T]) -> AsyncGenerator[T, None]:
        """Yield what `read` makes of each line that is not blank, from the first to the last.

        Args:
            read: Gets the line's number, from 1, and the line; nothing in place of one that is too long. It is called
                in another thread, for some lines at once.
        """
        self._file.seek(0)
        number = 0
        while True:
            seen, made = await asyncio.to_thread(self._some, number, read)
            if not seen:
                return
            number += seen
            for each in made:
                yield each

    def _some(self, number: int, read: Callable[[int, bytes | None], T]) -> tuple[int, list[T]]:
        """Return how many lines follow line `number`, as many as are read at once, and what was made of them."""
        seen = size = 0
        made: list[T] = []
        while seen < _LINES and size < _BYTES:
            line = self._file.readline(self._longest + 1)
            if not line:
                break
            seen += 1
            size += len(line)
            if len(line) > self._longest:
                self._skip(line)
                made.append(read(number + seen, None))
            elif line.strip():
                made.append(read(number + seen, line))
        return seen, made

    def _skip(self, line: bytes) -> None:
        """Go to the end of a line of which this much was read."""
        while line and not line.endswith(b"\n"):
            line = self._file.readline(_BYTES)


@asynccontextmanager
async def fetched(
    files: FileServiceClient, file_id: str, limits: LimitConfig, call: Call
) -> AsyncGenerator[InputFile, None]:
    """Fetch a file, and yield it; nothing is left of it when the block ends, or the process.

    Raises:
        TooLarge: It is larger than it may be.
        FleetError: It cannot be fetched; with the status 404 if it is not there.
    """
    with tempfile.TemporaryFile(prefix="fleet-batches-") as file:
        size = 0
        request = f.GetFileContentRequest(file_id=file_id)
        stream: AsyncGenerator[f.FileContent, None] = files.get_file_content(request, call)  # type: ignore[assignment]
        try:
            async for piece in stream:
                size += len(piece.data)
                if size > limits.most_bytes:
                    raise TooLarge(
                        f"The input file is larger than the {limits.most_bytes} bytes that are taken. Split it.",
                        code="file_too_large",
                        param="input_file_id",
                    )
                await asyncio.to_thread(file.write, piece.data)
        finally:
            await stream.aclose()
        yield InputFile(file, limits.most_line_bytes)
