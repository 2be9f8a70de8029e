"""Files that come from elsewhere, held on this machine's disk while they are read page by page."""

import asyncio
import tempfile
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO, TypeAlias
from weakref import WeakValueDictionary

from pydantic import Field, PositiveFloat, PositiveInt

from fleet_eval.datasets.file_rows import OpenFile
from fleet_runtime.config import Config
from fleet_runtime.errors import Unavailable

_PREFIX = "fleet-eval-"
# In seconds. What a process that was killed left behind is removed after that.
_STALE = 24 * 3600.0


class HeldFilesConfig(Config):
    """How files are held that come from elsewhere."""

    folder: Path | None = None
    """The folder. Where the system has temporary files if unset."""
    max_bytes: PositiveInt = Field(default=16 * 1024**3)
    """How much all of them may have; those that were not read for the longest go first."""
    fresh_seconds: PositiveFloat = 300.0
    """How long what came from an address that may say something else later is taken for what is there."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that is coming.

    Attributes:
        filename: Its name, with its ending.
        content_type: What its server says it is.
        content: Its bytes.
    """

    filename: str
    content_type: str
    content: AsyncGenerator[bytes, None]


Ask: TypeAlias = Callable[[], AbstractAsyncContextManager[Incoming]]
"""Asks for a file."""


@dataclass(slots=True)
class _Held:
    """A file that is here."""

    file: IO[bytes]
    version: str
    size: int
    until: float
    filename: str
    content_type: str


class HeldFiles:
    """Holds files, each under a name.

    Args:
        config: Where, and how many.
    """

    def __init__(self, config: HeldFilesConfig) -> None:
        self._config = config
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._coming: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        _sweep(config.folder)

    def close(self) -> None:
        """Let go of all of them."""
        while self._held:
            self._held.popitem()[1].file.close()

    async def opened(self, name: str, ask: Ask, *, for_ever: bool = False) -> OpenFile:
        """Open the file called `name`, which is asked for if it is not here, once for all who wait for it.

        Args:
            name: Its name.
            ask: Asks for it.
            for_ever: Whether it never changes.

        Raises:
            Exception: What asking for it, or its content, raises.
        """
        lock = self._coming.setdefault(name, asyncio.Lock())
        async with lock:
            held = self._held.get(name)
            if held is None or held.until < time.monotonic():
                held = await self._written(ask, for_ever=for_ever)
                self._put(name, held)
            self._held.move_to_end(name)
            # At once: it may be let go of as soon as somebody else has a turn.
            file = Path(held.file.name).open("rb")  # noqa: SIM115, ASYNC230 - closed by whoever reads
        return OpenFile(file, held.version, held.filename, held.content_type)

    def _put(self, name: str, held: _Held) -> None:
        old = self._held.pop(name, None)
        if old:
            old.file.close()
        self._held[name] = held
        size = sum(each.size for each in self._held.values())
        while size > self._config.max_bytes and len(self._held) > 1:
            _, oldest = self._held.popitem(last=False)
            oldest.file.close()
            size -= oldest.size

    async def _written(self, ask: Ask, *, for_ever: bool) -> _Held:
        file = tempfile.NamedTemporaryFile(prefix=_PREFIX, dir=self._config.folder)  # noqa: SIM115 - held
        try:
            return await self._fill(file, ask, for_ever=for_ever)
        except OSError as error:
            file.close()
            raise Unavailable(
                f"The source cannot be held on the disk of the eval service: {error.strerror}.",
                code="disk_full",
            ) from error
        except BaseException:
            file.close()
            raise

    async def _fill(self, file: IO[bytes], ask: Ask, *, for_ever: bool) -> _Held:
        content, size = blake2b(digest_size=12), 0
        async with ask() as incoming, aclosing(incoming.content) as pieces:
            async for piece in pieces:
                await asyncio.to_thread(_write, file, piece, content)
                size += len(piece)
        await asyncio.to_thread(file.flush)
        until = float("inf") if for_ever else time.monotonic() + self._config.fresh_seconds
        return _Held(
            file, content.hexdigest(), size, until, incoming.filename, incoming.content_type
        )


def _write(file: IO[bytes], piece: bytes, content: "blake2b") -> None:
    file.write(piece)
    content.update(piece)


def _sweep(folder: Path | None) -> None:
    """Remove what processes left here that were killed, long ago."""
    oldest = time.time() - _STALE
    for file in (folder or Path(tempfile.gettempdir())).glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError, PermissionError):  # another's, or another sweeps too
            if file.stat().st_mtime < oldest:
                file.unlink()
