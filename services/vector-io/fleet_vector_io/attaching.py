"""Putting files into stores, as far as callers see it: what is kept at once, and the jobs that do the rest."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from fleet.files.v1 import messages as f
from fleet.files.v1.operations import FileServiceClient
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, InvalidArgument, NotFound
from fleet_runtime.jobs import JobQueue
from fleet_vector_io.ingestion import Task, job_of
from fleet_vector_io.records import BatchRecord, Counted, FileRecord, StoreRecord
from fleet_vector_io.register import Register

# How many files are asked for at once.
_AT_ONCE = 16
# In seconds: the pause between two looks at whether a file is in, growing from the first to the second.
_SHORT, _LONG = 0.02, 0.5


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is to be put in: its id, its attributes and its chunking strategy, both as JSON."""

    file_id: str
    attributes: str
    chunking: str


class Attaching:
    """Begins, watches and ends the putting in of files.

    Args:
        register: What is known of stores and files.
        queue: The jobs.
        files: The files service.
        wait_seconds: How long whoever attaches a file waits for it.
    """

    def __init__(
        self, register: Register, queue: JobQueue, files: FileServiceClient, wait_seconds: float
    ) -> None:
        self._register = register
        self._queue = queue
        self._files = files
        self._wait_seconds = wait_seconds

    async def records(
        self, store_id: str, attachments: Sequence[Attachment], call: Call, param: str
    ) -> list[FileRecord]:
        """Return what is to be kept of files, each once.

        Raises:
            InvalidArgument: One of them is not there.
        """
        once = {attachment.file_id: attachment for attachment in attachments}
        free, now = asyncio.Semaphore(_AT_ONCE), int(time.time())

        async def record(attachment: Attachment) -> FileRecord:
            async with free:
                name = await self._filename(attachment.file_id, call, param)
            return FileRecord(
                store_id, attachment.file_id, now, name, attachment.attributes, attachment.chunking
            )

        return list(await asyncio.gather(*map(record, once.values())))

    async def _filename(self, file_id: str, call: Call, param: str) -> str:
        try:
            return (await self._files.get_file(f.GetFileRequest(file_id=file_id), call)).filename
        except FleetError as error:
            if error.status != NotFound.status:
                raise
            raise InvalidArgument(
                f"There is no file '{file_id}'.", code="file_not_found", param=param
            ) from None

    async def create(self, store: StoreRecord, files: Sequence[FileRecord]) -> None:
        """Keep a new store, and begin to put its files in."""
        async with self._register.database.begin() as connection:
            await self._register.add_store(connection, store)
            await self._register.attach(connection, files)
            await self._queue.put(connection, (_job(file) for file in files))

    async def attach(self, files: Sequence[FileRecord], batch: BatchRecord | None = None) -> None:
        """Begin to put files into a store, perhaps as a batch."""
        async with self._register.database.begin() as connection:
            await self._register.attach(connection, files)
            if batch:
                ids = [file.file for file in files]
                await self._register.add_batch(connection, batch, ids)
            await self._queue.put(connection, (_job(file) for file in files))

    async def detach(self, store_id: str, file_id: str) -> None:
        """Forget a file of a store, and have its chunks taken out, also those that are being put in.

        Raises:
            NotFound: It is not there.
        """
        async with self._register.database.begin() as connection:
            await self._register.detach(connection, store_id, file_id)
            task = Task(store_id, file_id, removes=True)
            await self._queue.put(connection, [job_of(task)])

    async def cancel(self, store_id: str, batch_id: str) -> tuple[BatchRecord, Counted]:
        """Cancel what is open of a batch, and return it as it is then.

        Raises:
            NotFound: It is not there.
        """
        batch, counted = await self._register.batch(store_id, batch_id)
        if not counted.counts["in_progress"]:
            return batch, counted
        async with self._register.database.begin() as connection:
            files = await self._register.cancel_batch(connection, store_id, batch_id)
            tasks = (Task(store_id, file, removes=True) for file in files)
            await self._queue.put(connection, map(job_of, tasks))
        return await self._register.batch(store_id, batch_id)

    async def ended(self, files: Sequence[FileRecord], call: Call) -> list[FileRecord]:
        """Return files when they are in, or have failed, or when all together took longer than callers wait."""
        left = call.seconds_left()
        wait = self._wait_seconds if left is None else min(self._wait_seconds, left / 2)
        end = time.monotonic() + wait
        return [await self._ended(file, end) for file in files]

    async def _ended(self, file: FileRecord, end: float) -> FileRecord:
        pause = _SHORT
        while file.status == "in_progress" and time.monotonic() < end:
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONG)
            file = await self._register.file(file.store, file.file)
        return file


def _job(file: FileRecord) -> tuple[str, str]:
    return job_of(Task(file.store, file.file))
