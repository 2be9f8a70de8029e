"""Reading files by the configured processors."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet.files.v1 import messages as m
from fleet_chunking.block import Block
from fleet_chunking.cl100k import Cl100k
from fleet_chunking.sizes import Sizes
from fleet_chunking.tokenizer import Tokenizer
from fleet_files.bytes_kept import Keepers, Kept
from fleet_files.choosing import Processors
from fleet_files.file_store import FileStore, StoredFile
from fleet_files.processing import blocks, process
from fleet_files.processor import FileToParse
from fleet_files.provider import Content
from fleet_files.spool import spooled


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is to be cut into chunks, and how.

    Attributes:
        document_id: What its chunks call it.
        filename: Its name.
        content_type: What its owner says it is.
        options: Settings of the processor, and which one.
        strategy: The chunking strategy; one chunk for all if unset.
    """

    document_id: str
    filename: str
    content_type: str
    options: Mapping[str, Any]
    strategy: m.ChunkingStrategy | None


class Reader:
    """Reads files, each from a copy on this machine's disk that is removed after.

    Args:
        processors: What reads them.
        files: The kept files.
        keepers: Who has their bytes.
    """

    def __init__(
        self,
        processors: Processors,
        files: FileStore,
        keepers: Keepers,
    ) -> None:
        self._processors = processors
        self._files = files
        self._keepers = keepers
        self._tokenizer: Tokenizer | None = None
        self._loading = asyncio.Lock()

    @property
    def auto(self) -> Sizes:
        """The sizes of chunks in `auto`."""
        return self._processors.auto

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `InvalidArgument` if `options` name a processor that is not there."""
        self._processors.check(options)

    async def file(self, file_id: str) -> StoredFile:
        """Return a kept file, or raise `NotFound`."""
        return await self._files.get(file_id)

    async def kept(self, file_id: str) -> Kept:
        """Return where the bytes of a kept file are, or raise `NotFound`."""
        return (await self._files.get(file_id)).kept

    def content(self, kept: Kept) -> Content:
        """Yield kept bytes, as `Keepers.read`."""
        return self._keepers.read(kept)

    async def cut(self, wanted: Wanted, content: Content) -> m.ProcessedFile:
        """Cut a file with this content into chunks.

        Raises:
            FleetError: As `processing.process`, or what `content` raises.
        """
        async with spooled(content) as path:
            return await self.cut_at(path, wanted)

    async def cut_at(self, path: Path, wanted: Wanted) -> m.ProcessedFile:
        """Cut the file at `path` into chunks.

        Raises:
            FleetError: As `processing.process`.
        """
        file = FileToParse(path, wanted.filename, wanted.content_type, wanted.options)
        chosen, file = await self._processors.choose(file)
        return await process(
            chosen.provider,
            chosen.config.type,
            file,
            document_id=wanted.document_id,
            strategy=wanted.strategy,
            tokenizer=await self._counting(),
        )

    async def _counting(self) -> Tokenizer:
        """Return what counts tokens, loaded when somebody first needs it."""
        async with self._loading:
            if self._tokenizer is None:
                self._tokenizer = await asyncio.to_thread(Cl100k)
            return self._tokenizer

    async def blocks(self, file: StoredFile) -> AsyncGenerator[Block, None]:
        """Yield the blocks of a kept file. To close this early stops the work.

        Raises:
            FleetError: As `FileProcessor.parse`, and `Keepers.read`.
        """
        async with spooled(self.content(file.kept)) as path:
            chosen, read = await self._processors.choose(
                FileToParse(path, file.filename, file.content_type)
            )
            async with aclosing(blocks(chosen.provider.parse(read))) as found:
                async for block in found:
                    yield block
