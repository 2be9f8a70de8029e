"""The operations that turn files into text."""

import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from fleet.files.v1 import messages as m
from fleet_files.bytes_kept import Kept
from fleet_files.file_store import StoredFile
from fleet_files.incoming import Incoming, new_file_id
from fleet_files.job_store import JobStore, ProcessJob
from fleet_files.keeping import Keeping
from fleet_files.process_requests import about, named_file, sent_file, wanted
from fleet_files.processing import sizes_of
from fleet_files.reading import Reader, Wanted
from fleet_files.spool import spooled
from fleet_files.sweeper import Sweeper
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer, Stream
from fleet_runtime.store import PageRequest
from fleet_runtime.store.rows import now_ms
from fleet_runtime.upload import Upload

_PAGE = 100


class FileProcessors:
    """Cuts files into chunks, at once or in the background, and reads them for services that cut them themselves.

    Args:
        reader: Reads files.
        jobs: What is to be done in the background.
        keeping: Puts the files of jobs where they outlive this process.
        sweeper: Removes them when they are done with.
        max_bytes: The largest file.
    """

    def __init__(
        self,
        reader: Reader,
        jobs: JobStore,
        keeping: Keeping,
        sweeper: Sweeper,
        max_bytes: int,
    ) -> None:
        self._reader = reader
        self._jobs = jobs
        self._keeping = keeping
        self._sweeper = sweeper
        self._max_bytes = max_bytes

    async def process_file(
        self, upload: Upload[m.ProcessFileRequest], call: Call
    ) -> Answer[m.ProcessedFile]:
        """Cut a file into chunks."""
        del call
        incoming = self._incoming(upload)
        named = await named_file(incoming)
        if named:
            file = await self._reader.file(str(named.file_id))
            return await self._reader.cut(wanted(named, file), self._reader.content(file.kept))
        async with spooled(incoming.content()) as path:
            return await self._reader.cut_at(path, wanted(await sent_file(incoming), incoming.id))

    async def create_process_file_job(
        self, upload: Upload[m.ProcessFileRequest], call: Call
    ) -> Answer[m.ProcessFileJob]:
        """Begin to cut a file into chunks."""
        del call
        incoming = self._incoming(upload)
        named = await named_file(incoming)
        if named:
            file = await self._reader.file(str(named.file_id))
            return await self._begun(self._job(named, wanted(named, file)))
        async with self._keeping.put(incoming) as kept:
            form = await sent_file(incoming)
            return await self._begun(self._job(form, wanted(form, incoming.id), kept))

    def _incoming(self, upload: Upload[m.ProcessFileRequest]) -> Incoming[m.ProcessFileRequest]:
        return Incoming(new_file_id(), upload, self._max_bytes, about)

    def _job(
        self, form: m.ProcessFileRequest, asked: Wanted, own: Kept | None = None
    ) -> ProcessJob:
        """Return a new job; refuse at once what could never be done."""
        sizes_of(asked.strategy, self._reader.auto)
        self._reader.check(asked.options)
        return ProcessJob(
            id=f"job-{uuid.uuid4().hex}",
            created=now_ms(),
            status="scheduled",
            file_id=None if own else form.file_id,
            filename=asked.filename,
            content_type=asked.content_type,
            size=own.size if own else 0,
            sha256=own.sha256 if own else "",
            provider=own.provider if own else None,
            key=own.key if own else None,
            options=msgspec.json.encode(asked.options).decode(),
            strategy=msgspec.json.encode(asked.strategy).decode(),
        )

    async def _begun(self, job: ProcessJob) -> m.ProcessFileJob:
        await self._jobs.add(job)
        return _told(job)

    async def list_process_file_jobs(
        self, request: m.ListProcessFileJobsRequest, call: Call
    ) -> Answer[m.ProcessFileJobList]:
        """List jobs, newest first."""
        del call
        page = await self._jobs.list(PageRequest(request.after, request.limit or _PAGE))
        return m.ProcessFileJobList(data=[_told(job) for job in page.items], has_more=page.has_more)

    async def get_process_file_job(
        self, request: m.GetProcessFileJobRequest, call: Call
    ) -> Answer[m.ProcessFileJob]:
        """Get a job."""
        del call
        return _told(await self._jobs.get(request.job_id))

    async def cancel_process_file_job(
        self, request: m.CancelProcessFileJobRequest, call: Call
    ) -> Answer[m.ProcessFileJob]:
        """End a job early."""
        del call
        job = await self._jobs.cancel(request.job_id)
        self._sweeper.wake()
        return _told(job)

    async def parse_file(self, request: m.ParseFileRequest, call: Call) -> Stream[m.ParsedBlock]:
        """Read a kept file, block by block."""
        del call
        return self._blocks(await self._reader.file(request.file_id))

    async def _blocks(self, file: StoredFile) -> AsyncGenerator[m.ParsedBlock, None]:
        async with aclosing(self._reader.blocks(file)) as found:
            async for block in found:
                yield m.ParsedBlock(
                    kind=block.kind,
                    text=block.text,
                    page=block.page,
                    headings=list(block.headings),
                )


def _told(job: ProcessJob) -> m.ProcessFileJob:
    """Return a job as callers see it."""
    result = job.result and msgspec.json.decode(job.result, type=m.ProcessedFile)
    return m.ProcessFileJob(
        job_id=job.id,
        status=job.status,
        created_at=job.created // 1000,
        result=result or None,
        error=job.error,
    )
