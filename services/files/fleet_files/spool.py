"""Bytes on this machine's disk, for as long as somebody needs them there."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from fleet_files.provider import Content

# In bytes: how much is read at once.
_PIECE = 1024 * 1024


@asynccontextmanager
async def spooled(content: Content) -> AsyncGenerator[Path, None]:
    """Write all of `content` to a temporary file, and yield its path; it is gone when the block ends.

    Raises:
        Exception: What `content` raises.
    """
    with tempfile.NamedTemporaryFile(prefix="fleet-files-") as file:
        async with aclosing(content) as pieces:
            async for piece in pieces:
                await asyncio.to_thread(file.write, piece)
        await asyncio.to_thread(file.flush)
        yield Path(file.name)


async def read(path: Path) -> Content:
    """Yield what is in the file at `path`.

    Raises:
        FileNotFoundError: There is none.
    """
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
