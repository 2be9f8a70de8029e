"""What is done for each job: its file is read, and cut into chunks."""

import asyncio

import msgspec

from fleet.files.v1 import messages as m
from fleet_files.job_store import JobStore
from fleet_files.reading import Reader, Wanted
from fleet_runtime.errors import FleetError
from fleet_runtime.jobs import Job


class JobWork:
    """Works on jobs.

    Args:
        store: Where they are.
        reader: Reads files.
    """

    def __init__(self, store: JobStore, reader: Reader) -> None:
        self._store = store
        self._reader = reader

    async def run(self, job: Job) -> None:
        """Cut the file of a job into chunks, and keep them.

        Raises:
            FleetError: It cannot be read, or not now.
        """
        wanted = await self._store.begin(job.key)
        if wanted is None:
            await self._store.drop(job)
            return
        kept = wanted.own or await self._reader.kept(str(wanted.file_id))
        cut = Wanted(
            wanted.file_id or wanted.id,
            wanted.filename,
            wanted.content_type,
            msgspec.json.decode(wanted.options),
            msgspec.json.decode(wanted.strategy, type=m.ChunkingStrategy | None),
        )
        made = await self._reader.cut(cut, self._reader.content(kept))
        # Up to some 100 MB of JSON.
        result = await asyncio.to_thread(msgspec.json.encode, made)
        await self._store.complete(job, result.decode())

    async def failed(self, job: Job, error: FleetError) -> None:
        """Keep why a job failed."""
        await self._store.fail(job, error.message)
