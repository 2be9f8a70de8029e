"""`inline::localfs`: files in a folder, which several replicas may share."""

import asyncio
import os
import time
from contextlib import aclosing, suppress
from pathlib import Path
from typing import IO

import structlog

from fleet_files.missing import no_content
from fleet_files.provider import Content, NewFile, RetentionConfig
from fleet_files.spool import read
from fleet_runtime.config import ConfigError, Secret
from fleet_runtime.errors import Unavailable

log = structlog.get_logger()

_HALF = ".half"
# In seconds. What nobody has written to for so long, nobody will.
_STALE = 24 * 3600.0


class LocalFS:
    """Keeps each file under its id in one folder.

    A file that comes in has another name until all of it is on the disk, so that none is ever there in part.
    """

    class Config(RetentionConfig):
        """Where files are kept."""

        storage_dir: Path | Secret | None = None
        """The folder. `files` in the folder that `FLEET_DATA` names, as the launcher sets it, if unset."""

    def __init__(self, config: Config) -> None:
        self.ttl_secs = config.ttl_secs
        self._folder = _folder(config.storage_dir)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"storage_dir: {error}") from None
        _sweep(self._folder)

    async def aclose(self) -> None:
        """Do nothing: no file stays open."""

    async def put(self, file: NewFile) -> str:
        half = self._folder / f"{file.id}{_HALF}"
        try:
            await self._write(half, file)
            await asyncio.to_thread(_settle, half, self._folder / file.id)
        except OSError as error:
            raise _full(error) from error
        finally:
            half.unlink(missing_ok=True)
        return file.id

    async def _write(self, half: Path, file: NewFile) -> None:
        """Write all that comes to the disk."""
        out = await asyncio.to_thread(half.open, "xb")
        try:
            async with aclosing(file.content()) as content:
                async for piece in content:
                    await asyncio.to_thread(out.write, piece)
            await asyncio.to_thread(_flush, out)
        finally:
            await asyncio.to_thread(out.close)

    async def read(self, key: str) -> Content:
        try:
            async with aclosing(read(self._path(key))) as pieces:
                async for piece in pieces:
                    yield piece
        except FileNotFoundError:
            raise no_content(key) from None

    async def delete(self, key: str) -> None:
        path = self._path(key)
        for name in (path, path.with_name(f"{path.name}{_HALF}")):
            await asyncio.to_thread(name.unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        """Return where a key's file is: always in our folder."""
        return self._folder / Path(key).name


def _folder(named: Path | Secret | None) -> Path:
    if isinstance(named, Secret):
        return Path(named.reveal()).expanduser()
    if named is not None:
        return named.expanduser()
    data = os.environ.get("FLEET_DATA")
    if not data:
        raise ConfigError("storage_dir: is required, as FLEET_DATA names no folder either")
    return Path(data) / "files"


def _sweep(folder: Path) -> None:
    """Remove what uploads left that broke off with their process, long ago. What is younger may be another's."""
    oldest = time.time() - _STALE
    for half in folder.glob(f"*{_HALF}"):
        with suppress(FileNotFoundError):  # another replica sweeps too
            if half.stat().st_mtime < oldest:
                half.unlink()
                log.info("localfs.swept", file=half.stem)


def _flush(out: IO[bytes]) -> None:
    """Return once all that was written would outlive a power cut."""
    out.flush()
    os.fsync(out.fileno())


def _settle(half: Path, path: Path) -> None:
    """Give a file that is whole its name, for good."""
    half.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _full(error: OSError) -> Unavailable:
    """Return the error for a disk that takes no more. Its text names no folder."""
    return Unavailable(
        f"The file cannot be kept: {error.strerror or type(error).__name__}.",
        code="storage_unavailable",
    )
