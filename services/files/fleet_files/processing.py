"""From a file to chunks that are ready to be embedded."""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Raw

from fleet.files.v1 import messages as m
from fleet_chunking.block import Block
from fleet_chunking.chunk import Chunk
from fleet_chunking.chunker import chunk, whole
from fleet_chunking.sizes import SizeError, Sizes
from fleet_chunking.tokenizer import Tokenizer
from fleet_files.processor import FileProcessor, FileToParse, Parsing
from fleet_files.properties import DocumentProperties
from fleet_runtime.errors import InvalidArgument

# Chunks are named by UUIDs of version 5 (RFC 9562, section 5.5) in this namespace.
_NAMESPACE = uuid.UUID("6f1b5b7e-7d0c-5a53-9f6d-2f7d5c3b8a10")


async def process(
    processor: FileProcessor,
    processor_name: str,
    file: FileToParse,
    *,
    document_id: str,
    strategy: m.ChunkingStrategy | None,
    tokenizer: Tokenizer,
) -> m.ProcessedFile:
    """Read a file, and cut it into chunks.

    Args:
        processor: What reads it.
        processor_name: What that is called, as `inline::auto`.
        file: The file.
        document_id: What it is called; chunks of other files are never named alike.
        strategy: How it is cut; one chunk for all of it if that is not said.
        tokenizer: Counts tokens.

    Raises:
        InvalidArgument: The sizes of chunks do not go together, or as `FileProcessor.parse` says.
    """
    sizes = sizes_of(strategy, processor.sizes)
    begun = time.perf_counter()
    found, properties = await _gathered(processor.parse(file))
    # A large file is minutes of CPU time, which the event loop has not.
    chunks = await asyncio.to_thread(_cut, found, tokenizer, sizes)
    source = _Source(document_id, file.filename, tokenizer, int(time.time()))
    made = await asyncio.to_thread(source.messages, chunks)
    metadata: dict[str, Any] = {
        **properties.values,
        "processor": processor_name,
        "filename": file.filename,
        "chunk_count": len(made),
        "processing_time_ms": round((time.perf_counter() - begun) * 1000),
    }
    if properties.page_count is not None:
        metadata["page_count"] = properties.page_count
    return m.ProcessedFile(chunks=made, metadata=_json(metadata))


async def blocks(parsing: Parsing) -> AsyncGenerator[Block, None]:
    """Yield the blocks of a file alone. To close this early closes `parsing`."""
    async with aclosing(parsing):
        async for item in parsing:
            if isinstance(item, Block):
                yield item


def sizes_of(strategy: m.ChunkingStrategy | None, auto: Sizes) -> Sizes | None:
    """Return the sizes that a strategy asks for, if there is one; `auto` are those of that name.

    Raises:
        InvalidArgument: They do not go together.
    """
    if strategy is None:
        return None
    if strategy.type == "auto":
        return auto
    asked = strategy.static or m.StaticChunking()
    try:
        return Sizes.static(asked.max_chunk_size_tokens, asked.chunk_overlap_tokens)
    except SizeError as error:
        raise InvalidArgument(
            f"{str(error).capitalize()}.",
            code="invalid_chunking_strategy",
            param="chunking_strategy.static",
        ) from None


async def _gathered(parsing: Parsing) -> tuple[list[Block], DocumentProperties]:
    """Return all that is in a file."""
    found: list[Block] = []
    properties = DocumentProperties()
    async with aclosing(parsing):
        async for item in parsing:
            if isinstance(item, Block):
                found.append(item)
            else:
                properties = item
    return found, properties


def _cut(found: Sequence[Block], tokenizer: Tokenizer, sizes: Sizes | None) -> list[Chunk]:
    return whole(found, tokenizer) if sizes is None else chunk(found, tokenizer, sizes)


@dataclass(frozen=True, slots=True)
class _Source:
    """What the chunks of one file have in common."""

    document_id: str
    filename: str
    tokenizer: Tokenizer
    now: int

    def messages(self, chunks: Sequence[Chunk]) -> list[m.Chunk]:
        """Return chunks as they are sent, each named by its file, its text, and how often that came before."""
        seen: Counter[str] = Counter()
        made = []
        for place, piece in enumerate(chunks):
            name = uuid.uuid5(_NAMESPACE, f"{self.document_id}\n{seen[piece.text]}\n{piece.text}")
            seen[piece.text] += 1
            made.append(self._message(str(name), place, piece))
        return made

    def _message(self, name: str, place: int, piece: Chunk) -> m.Chunk:
        metadata = _json(self._metadata(place, piece))
        about = m.ChunkMetadata(
            chunk_id=name,
            document_id=self.document_id,
            source=self.filename,
            created_timestamp=self.now,
            updated_timestamp=self.now,
            chunk_window=f"{piece.start}-{piece.end}",
            chunk_tokenizer=self.tokenizer.name,
            content_token_count=piece.token_count,
            metadata_token_count=len(self.tokenizer.offsets(bytes(metadata).decode())),
        )
        return m.Chunk(content=piece.text, chunk_id=name, metadata=metadata, chunk_metadata=about)

    def _metadata(self, place: int, piece: Chunk) -> dict[str, Any]:
        """Return what answers say of a chunk: its file, its place in that, its pages and headings."""
        metadata: dict[str, Any] = {
            "document_id": self.document_id,
            "filename": self.filename,
            "chunk_index": place,
        }
        if piece.pages:
            metadata |= {"page": piece.page, "pages": piece.pages}
        if piece.headings:
            metadata["headings"] = piece.headings
        return metadata


def _json(value: Any) -> Raw:
    return Raw(msgspec.json.encode(value))
