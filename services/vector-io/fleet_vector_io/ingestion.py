"""Putting files into stores: read, cut, embedded and kept, however often a process dies on the way.

Chunks are named after their file, their place and their text. So a file that is put in again, by whoever takes over, is
in there once.
"""

import time
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, get_args

import msgspec

from fleet.files.v1 import messages as f
from fleet.files.v1.operations import FileProcessorServiceClient
from fleet.vector_io.v1 import messages as m
from fleet_chunking.block import Block, BlockKind
from fleet_chunking.chunk import Chunk as Cut
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, Internal, InvalidArgument, NotFound, ResourceExhausted
from fleet_runtime.jobs import Job, JobQueue
from fleet_vector_io import metrics, payload, strategies
from fleet_vector_io.cutting import Cutter
from fleet_vector_io.filters import Attributes
from fleet_vector_io.models import Models
from fleet_vector_io.provider import Chunk, Collection, Selection, Vector, VectorIOProvider
from fleet_vector_io.records import FileRecord, StoreRecord
from fleet_vector_io.register import Register

METHOD = "/fleet.vector_io.v1.VectorStoreService/CreateVectorStoreFile"
# In seconds: the longest that one file may take.
TIMEOUT = 3600.0
# The names of chunks are made from this one.
_NAMES = uuid.UUID("7d0f7a64-54f1-4a0d-8a43-5b2bb6f1f7a1")
_INVALID = ("encrypted_file", "broken_file", "file_too_large", "file_not_found")


class Task(msgspec.Struct):
    """What a job says.

    Attributes:
        store: Of which store.
        file: Which file; empty if the store as a whole is meant.
        removes: Whether to take the file's chunks out rather than put them in.
        drops: The provider from which to drop the whole store.
    """

    store: str
    file: str = ""
    removes: bool = False
    drops: str | None = None


def job_of(task: Task) -> tuple[str, str]:
    """Return the key and the payload of a job: one for each file of a store."""
    return f"{task.store}/{task.file}", msgspec.json.encode(task).decode()


@dataclass(frozen=True, slots=True)
class Subject:
    """A file that is put in: its store, and who keeps that."""

    store: StoreRecord
    file: FileRecord
    provider: VectorIOProvider


class Ingestion:
    """Does the jobs of this service.

    Args:
        register: What is known of stores and files.
        queue: The jobs.
        providers: Who keeps chunks, by id.
        models: Runs embedding models.
        cutter: Cuts files into chunks.
        processor: Reads files.
        batch: How many chunks are embedded, and put in, at once.
    """

    def __init__(
        self,
        *,
        register: Register,
        queue: JobQueue,
        providers: Mapping[str, VectorIOProvider],
        models: Models,
        cutter: Cutter,
        processor: FileProcessorServiceClient,
        batch: int,
    ) -> None:
        self._register = register
        self._queue = queue
        self._providers = providers
        self._models = models
        self._cutter = cutter
        self._processor = processor
        self._batch = batch

    async def run(self, job: Job) -> None:
        """Put a file in, or take it out."""
        task = msgspec.json.decode(job.payload, type=Task)
        store = await self._store(task)
        if store is None and task.drops is not None:
            # The dimension is of no matter to what is dropped.
            await self._providers[task.drops].drop(Collection(task.store, 1))
        subject = await self._subject(store, task)
        if subject is None or task.removes or subject.file.status != "in_progress":
            await self._remove(store, task)
            await self._finish(job)
            return
        call = Call(METHOD, deadline=time.monotonic() + TIMEOUT)
        chunks = await self._cut(subject, call)
        await self._remove(store, task)
        size = 0
        for start in range(0, len(chunks), self._batch):
            size += await self._put(subject, chunks[start : start + self._batch], start, call)
        await self._settle(
            job, subject, replace(subject.file, status="completed", usage_bytes=size)
        )

    async def failed(self, job: Job, error: FleetError) -> None:
        """Keep that a file could not be put in, and why; nothing of it stays."""
        task = msgspec.json.decode(job.payload, type=Task)
        store = await self._store(task)
        subject = await self._subject(store, task)
        if subject is None:
            await self._finish(job)
            return
        await self._remove(store, task)
        code = _code(error)
        ended = replace(subject.file, status="failed", error_code=code, error_message=error.message)
        await self._settle(job, subject, ended)

    async def _finish(self, job: Job) -> None:
        """Take out a job of which there is nothing to keep."""
        async with self._register.database.begin() as connection:
            await self._queue.finish(connection, job)

    async def _settle(self, job: Job, subject: Subject, file: FileRecord) -> None:
        """Keep how a file ended, if that is still this process's to say."""
        async with self._register.database.begin() as connection:
            if is_ours := await self._queue.finish(connection, job):
                await self._register.settle(connection, file)
        if is_ours:
            metrics.FILES.labels(subject.store.provider_id, file.status).inc()

    async def _store(self, task: Task) -> StoreRecord | None:
        """Return the store that is meant; nothing if it was deleted meanwhile."""
        try:
            return await self._register.store(task.store)
        except NotFound:
            return None

    async def _subject(self, store: StoreRecord | None, task: Task) -> Subject | None:
        """Return what is to be put in; nothing if it was taken out meanwhile."""
        if store is None:
            return None
        try:
            file = await self._register.file(task.store, task.file)
        except NotFound:
            return None
        return Subject(store, file, self._providers[store.provider_id])

    async def _remove(self, store: StoreRecord | None, task: Task) -> None:
        """Take a file's chunks out, if its store is there."""
        # Without a file chunks of no file would go, from a store that was made again by its old name.
        if store is not None and task.file:
            selection = Selection(file_ids=[task.file])
            await self._providers[store.provider_id].delete(store.collection, selection)

    async def _cut(self, subject: Subject, call: Call) -> list[tuple[Cut, str]]:
        """Return the chunks of a file, and the text of each that is embedded."""
        blocks = [block async for block in self._blocks(subject.file.file, call)]
        model = await self._models.embedding_model(subject.store.embedding_model, call)
        strategy = strategies.read(subject.file.chunking)
        chunks = await self._cutter.cut(blocks, strategy, model, call)
        if not chunks:
            raise InvalidArgument("The file has no text.", code="empty_file")
        return chunks

    async def _blocks(self, file_id: str, call: Call) -> AsyncGenerator[Block, None]:
        asked = f.ParseFileRequest(file_id=file_id)
        stream: Any = self._processor.parse_file(asked, call)
        async with aclosing(stream) as parsed:
            async for block in parsed:
                yield Block(_kind(block.kind), block.text, block.page, tuple(block.headings or ()))

    async def _put(
        self, subject: Subject, chunks: Sequence[tuple[Cut, str]], start: int, call: Call
    ) -> int:
        """Embed some chunks and put them in; return their size in bytes."""
        store = subject.store
        texts = [text for _, text in chunks]
        vectors = await self._models.embed(store.embedding_model, texts, store.dimension, call)
        attributes: Attributes = msgspec.json.decode(subject.file.attributes)
        rows = [
            _chunk(subject, cut, text, vector=vector, position=start + place, attributes=attributes)
            for place, ((cut, text), vector) in enumerate(zip(chunks, vectors, strict=True))
        ]
        await subject.provider.put(store.collection, rows)
        metrics.CHUNKS.labels(store.provider_id).inc(len(rows))
        return sum(len(row.text.encode()) + row.embedding.nbytes for row in rows)


def _kind(told: str) -> BlockKind:
    """Return the kind of a block; one that this release does not know is plain text."""
    kinds: tuple[BlockKind, ...] = get_args(BlockKind)
    return next((kind for kind in kinds if kind == told), "text")


def _chunk(
    subject: Subject, cut: Cut, text: str, *, vector: Vector, position: int, attributes: Attributes
) -> Chunk:
    store, file, now = subject.store, subject.file, int(time.time())
    name = str(uuid.uuid5(_NAMES, f"{store.id}\n{file.file}\n{position}\n{text}"))
    source = m.ChunkMetadata(
        chunk_id=name,
        document_id=file.file,
        source=file.filename,
        created_timestamp=now,
        updated_timestamp=now,
        chunk_window=f"{cut.start}-{cut.end}",
        content_token_count=cut.token_count,
        metadata_token_count=0,
    )
    place = {"page": cut.page, "pages": list(cut.pages), "headings": list(cut.headings)}
    known = {key: value for key, value in place.items() if value}
    told = payload.Payload(file.filename, source, known, embedding_model=store.embedding_model)
    return Chunk(name, text, vector, file.file, position, attributes, payload.written(told))


def _code(error: FleetError) -> str:
    """Return which of OpenAI's codes for files that failed says it."""
    if error.code == "unsupported_file":
        return "unsupported_file"
    if error.status == ResourceExhausted.status:
        return "rate_limit_exceeded"
    theirs = error.status < Internal.status
    return "invalid_file" if theirs or error.code in _INVALID else "server_error"
