"""What callers are told of stores, their files and chunks."""

import time
from collections.abc import Sequence

import msgspec

from fleet.vector_io.v1 import messages as m
from fleet_runtime.encoded import ABSENT
from fleet_runtime.store import Page
from fleet_vector_io import payload, strategies
from fleet_vector_io.provider import Chunk, Hit
from fleet_vector_io.records import BatchRecord, Counted, FileRecord, Status, StoreRecord

_encode = msgspec.json.encode


def store(record: StoreRecord, counted: Counted) -> m.VectorStore:
    """Return a store as OpenAI has it, with what Llama Stack tells in its metadata."""
    told = {
        "provider_id": record.provider_id,
        "provider_vector_store_id": record.id,
        "embedding_model": record.embedding_model,
        "embedding_dimension": str(record.dimension),
    }
    return m.VectorStore(
        id=record.id,
        created_at=record.created,
        name=record.name,
        description=record.description,
        usage_bytes=counted.usage_bytes,
        file_counts=counts(counted),
        status=_status(record, counted),
        expires_after=_expiry(record),
        expires_at=record.expires,
        last_active_at=record.last_active,
        metadata=msgspec.Raw(_encode(msgspec.json.decode(record.metadata) | told)),
    )


def _status(record: StoreRecord, counted: Counted) -> str:
    if record.expired(int(time.time())):
        return "expired"
    return "in_progress" if counted.counts["in_progress"] else "completed"


def _expiry(record: StoreRecord) -> m.VectorStoreExpiresAfter | None:
    if record.expires_days is None:
        return None
    return m.VectorStoreExpiresAfter(anchor="last_active_at", days=record.expires_days)


def counts(counted: Counted) -> m.VectorStoreFileCounts:
    """Return counts as OpenAI has them."""
    by_status: dict[Status, int] = dict(counted.counts)
    return m.VectorStoreFileCounts(**by_status, total=counted.total)


def file(record: FileRecord) -> m.VectorStoreFile:
    """Return a file of a store."""
    error = None
    if record.error_code is not None:
        error = m.VectorStoreFileError(code=record.error_code, message=record.error_message or "")
    return m.VectorStoreFile(
        id=record.file,
        attributes=msgspec.Raw(record.attributes.encode()),
        chunking_strategy=strategies.read(record.chunking),
        created_at=record.created,
        last_error=error,
        status=record.status,
        usage_bytes=record.usage_bytes,
        vector_store_id=record.store,
    )


def files(page: Page[FileRecord]) -> m.VectorStoreFileList:
    """Return a page of files."""
    data = [file(record) for record in page.items]
    first, last = ends([each.id for each in data])
    return m.VectorStoreFileList(data=data, first_id=first, last_id=last, has_more=page.has_more)


def ends(ids: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the first and the last id of a page."""
    return (ids[0], ids[-1]) if ids else (None, None)


def batch(record: BatchRecord, counted: Counted) -> m.VectorStoreFileBatch:
    """Return a batch."""
    return m.VectorStoreFileBatch(
        id=record.id,
        created_at=record.created,
        vector_store_id=record.store,
        status=_batch_status(record, counted),
        file_counts=counts(counted),
    )


def _batch_status(record: BatchRecord, counted: Counted) -> str:
    if record.cancelled:
        return "cancelled"
    if counted.counts["in_progress"]:
        return "in_progress"
    return "failed" if counted.counts["failed"] == counted.total else "completed"


def content(chunk: Chunk, *, embedding: bool, metadata: bool) -> m.VectorStoreContent:
    """Return what a chunk says, and if asked its vector and where it is from."""
    known = payload.read(chunk.payload) if metadata else payload.Payload()
    return m.VectorStoreContent(
        text=chunk.text,
        embedding=chunk.embedding.tolist() if embedding else None,
        chunk_metadata=known.source,
        metadata=msgspec.Raw(_encode(known.metadata)) if metadata else ABSENT,
    )


def result(hit: Hit) -> m.VectorStoreSearchResult:
    """Return a chunk that was found."""
    known = payload.read(hit.chunk.payload)
    source = known.source
    file_id = hit.chunk.file_id or (source and source.document_id) or hit.chunk.id
    return m.VectorStoreSearchResult(
        file_id=file_id,
        filename=known.filename or (source and source.source) or "",
        score=hit.score,
        attributes=msgspec.Raw(_encode(dict(hit.chunk.attributes))),
        content=[
            m.VectorStoreContent(
                text=hit.chunk.text,
                chunk_metadata=source,
                metadata=msgspec.Raw(_encode(known.metadata)),
            )
        ],
    )


def embedded(chunk: Chunk, model: str, dimension: int) -> m.EmbeddedChunk:
    """Return a chunk as Llama Stack's own API has it."""
    known = payload.read(chunk.payload)
    return m.EmbeddedChunk(
        content=chunk.text,
        chunk_id=chunk.id,
        metadata=msgspec.Raw(_encode(known.metadata)),
        chunk_metadata=known.source or m.ChunkMetadata(chunk_id=chunk.id),
        embedding=chunk.embedding.tolist(),
        embedding_model=known.embedding_model or model,
        embedding_dimension=dimension,
    )
