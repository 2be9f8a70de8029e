"""Bytes on this machine's disk, for as long as somebody needs them there."""

import asyncio
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

from fleet_files.provider import Content

# In bytes: how much is read at once.
_PIECE = 1024 * 1024
_PREFIX = "fleet-files-"
# In seconds. Nobody needs a file for so long.
_STALE = 24 * 3600.0


@asynccontextmanager
async def spooled(content: Content) -> AsyncGenerator[Path, None]:
    """Write all of `content` to a temporary file, and yield its path; it is gone when the block ends.

    Raises:
        Exception: What `content` raises.
    """
    with tempfile.NamedTemporaryFile(prefix=_PREFIX) as file:
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


def sweep(folder: Path | None = None) -> None:
    """Remove what processes left here that were killed, long ago.

    Args:
        folder: Where temporary files are, if not where the system has them.
    """
    oldest = time.time() - _STALE
    for file in (folder or Path(tempfile.gettempdir())).glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError, PermissionError):  # another's, or another sweeps too
            if file.stat().st_mtime < oldest:
                file.unlink()
