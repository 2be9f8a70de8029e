"""`inline::localfs`: rows that callers give along, files in a folder, of the fleet or the project, and at addresses."""

import asyncio
import os
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import Field

from fleet.files.v1 import messages as f
from fleet.files.v1.operations import FileServiceClient
from fleet_eval.datasets import data_uri
from fleet_eval.datasets.dataset import Dataset
from fleet_eval.datasets.file_rows import FileRows, OpenFile
from fleet_eval.datasets.held_files import HeldFiles, HeldFilesConfig, Incoming
from fleet_eval.datasets.provider import Bounds, Place, Slice
from fleet_eval.datasets.shipped import opening
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.config import Secret
from fleet_runtime.errors import InvalidArgument, Unimplemented
from fleet_upstream.fetch_settings import FetchConfig
from fleet_upstream.fetcher import Fetcher

_URI = "source.uri"
_LOCAL = "lsfs://"
_WEB = ("http://", "https://")
_FILE_ID = re.compile(r"file-[\w-]+")


class SourceFetchConfig(FetchConfig):
    """How sources of datasets are fetched."""

    max_bytes: int = Field(default=8 * 1024**3, ge=1)
    """The largest source."""
    timeout_seconds: float = Field(default=600.0, gt=0)
    """The longest that a source may take."""


class LocalFS:
    """Reads JSON Lines, CSV and Parquet.

    What comes from elsewhere is held on the disk, and read from there page by page.
    """

    class Config(BaseConfig):
        """Where files are, and how others are held."""

        folder: Path | Secret | None = None
        """The folder of `lsfs://` addresses. There are none if unset."""
        files: str | None = "files"
        """The name of the service that keeps files. Files cannot be named by their ids if `null`."""
        fetch: SourceFetchConfig | None = SourceFetchConfig()
        """How what is at `http:` and `https:` addresses is fetched. They are refused if `null`."""
        held: HeldFilesConfig = HeldFilesConfig()
        """How what comes from elsewhere is held."""

    def __init__(self, config: Config) -> None:
        folder = config.folder
        self._folder = Path(folder.reveal()) if isinstance(folder, Secret) else folder
        self._channel = Channel(config.files) if config.files else None
        self._files = FileServiceClient(self._channel) if self._channel else None
        self._fetcher = Fetcher(config.fetch) if config.fetch else None
        self._held = HeldFiles(config.held)
        self._rows = FileRows()

    async def aclose(self) -> None:
        """Let go of files and connections."""
        self._held.close()
        if self._channel:
            await self._channel.aclose()

    def reads(self, uri: str) -> bool:
        return uri.startswith(("data:", _LOCAL, opening.PREFIX, *_WEB)) or bool(
            _FILE_ID.fullmatch(uri)
        )

    async def register(self, dataset: Dataset, call: Call) -> None:
        uri = dataset.uri or ""
        if uri.startswith("data:"):
            data_uri.opened(uri)
        elif uri.startswith(opening.PREFIX):
            await asyncio.to_thread(opening.opened, uri)
        elif uri.startswith(_LOCAL):
            self._path(uri)
        elif uri.startswith(_WEB):
            self._asks()

    async def unregister(self, dataset: Dataset, call: Call) -> None:
        """Do nothing: nobody else was told."""

    async def read(self, dataset: Dataset, start: Place, bounds: Bounds, call: Call) -> Slice:
        source = await self._opened(dataset.uri or "", call)
        return await self._rows.read(source, start, bounds)

    async def _opened(self, uri: str, call: Call) -> OpenFile:
        if uri.startswith("data:"):
            return await asyncio.to_thread(data_uri.opened, uri)
        if uri.startswith(opening.PREFIX):
            return await asyncio.to_thread(opening.opened, uri)
        if uri.startswith(_LOCAL):
            return await asyncio.to_thread(_open, self._path(uri), uri)
        if uri.startswith(_WEB):
            return await self._held.opened(uri, lambda: self._fetched(uri, call))
        return await self._held.opened(uri, lambda: self._kept(uri, call), for_ever=True)

    def _path(self, uri: str) -> Path:
        """Return the file that an `lsfs://` address means."""
        if self._folder is None:
            raise Unimplemented(
                "There are no 'lsfs://' addresses here: the provider has no 'folder' in its config.",
                code="no_folder",
            )
        folder = self._folder.resolve()
        path = (folder / uri.removeprefix(_LOCAL).lstrip("/")).resolve()
        if not path.is_relative_to(folder):
            raise InvalidArgument(
                f"'{uri}' is not in the folder of the provider.", code="invalid_value", param=_URI
            )
        return path

    def _asks(self) -> Fetcher:
        if self._fetcher is None:
            raise Unimplemented(
                "Datasets are not fetched from addresses here; upload the file at '/v1/files', and give its id.",
                code="fetching_not_supported",
            )
        return self._fetcher

    @asynccontextmanager
    async def _fetched(self, uri: str, call: Call) -> AsyncGenerator[Incoming, None]:
        async with self._asks().opened(uri, call, _URI) as found:
            yield Incoming(found.filename, found.content_type, found.content)

    @asynccontextmanager
    async def _kept(self, file_id: str, call: Call) -> AsyncGenerator[Incoming, None]:
        """Ask the files service for a file."""
        if self._files is None:
            raise Unimplemented(
                "There is no files service here whose files could be read.", code="no_files_service"
            )
        request = f.GetFileContentRequest(file_id=file_id)
        stream: Any = self._files.get_file_content(request, call)
        async with aclosing(stream) as pieces:
            first = await anext(pieces, f.FileContent(data=b""))

            async def content() -> AsyncGenerator[bytes, None]:
                yield first.data
                async for piece in pieces:
                    yield piece.data

            yield Incoming(first.filename or "", first.content_type or "", content())


def _open(path: Path, uri: str) -> OpenFile:
    """Open a file of the folder.

    Raises:
        InvalidArgument: There is none.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise InvalidArgument(
            f"'{uri}' cannot be read: {error.strerror}.", code="source_not_found", param=_URI
        ) from None
    now = os.fstat(file.fileno())
    return OpenFile(file, f"{now.st_ino}-{now.st_size}-{now.st_mtime_ns}", path.name)
