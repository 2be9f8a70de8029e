"""Working on batches: any process may, and go on where another one died.

What came of a line is kept before it counts, so no line is asked again that came to something: only those that were
being asked when a process died. The files are written when no line is left. A process that dies in the moment between
a file's end and the note that it is there leaves one file that no batch names; it expires as files for batches do.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress

import structlog

from fleet_batches.answering import Answering
from fleet_batches.asking import Asking
from fleet_batches.cancellations import Cancellations
from fleet_batches.checking import Checking
from fleet_batches.config import ServiceConfig
from fleet_batches.endpoints import ENDPOINTS
from fleet_batches.input_file import InputFile, fetched
from fleet_batches.lines import LineReader, problem
from fleet_batches.model_slots import ModelSlots
from fleet_batches.neighbours import Neighbours
from fleet_batches.orders import Order, call_of, read_order
from fleet_batches.outputs import Outputs
from fleet_batches.progress import Progress
from fleet_batches.records import Record, Recorder
from fleet_batches.tables import Batch
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, NotFound, TooLarge
from fleet_runtime.jobs import Job, Journal, TakenAwayError
from fleet_runtime.store.outages import through_outages

log = structlog.get_logger()

# How many records are kept by one transaction.
_TOGETHER = 500


class BatchWork:
    """Works on batches.

    Args:
        progress: Keeps how far they are.
        outputs: Writes their files.
        neighbours: Answer their lines.
        cancellations: Tells that some are cancelled.
        config: How.
    """

    def __init__(
        self,
        progress: Progress,
        outputs: Outputs,
        neighbours: Neighbours,
        cancellations: Cancellations,
        config: ServiceConfig,
    ) -> None:
        self._progress = progress
        self._outputs = outputs
        self._neighbours = neighbours
        self._cancellations = cancellations
        self._config = config
        self._slots = ModelSlots(config.work.max_concurrent_requests_per_model)

    async def run(self, job: Job) -> None:
        """Work on a batch until it has ended.

        Raises:
            FleetError: It cannot be gone on with.
        """
        with suppress(TakenAwayError), self._cancellations.of(job.key) as cancelled:
            begun = await self._progress.begin(job)
            if begun is None:
                return
            if begun.status == "cancelling":
                cancelled.set()
            order = read_order(job.payload)
            batch = begun if begun.ending else await self._answered(job, begun, order, cancelled)
            if batch is not None:
                await self._finish(job, batch, order)

    async def failed(self, job: Job, error: FleetError) -> None:
        """Keep why a batch failed."""
        await self._progress.failed(job, error)

    async def _answered(
        self, job: Job, batch: Batch, order: Order, cancelled: asyncio.Event
    ) -> Batch | None:
        """Have all lines of a batch come to something, and return it; nothing if its input is not good."""
        config = self._config
        async with AsyncExitStack() as stack:
            fetching = fetched(
                self._neighbours.files, batch.input_file, config.limits, self._transfer(order)
            )
            try:
                file = await stack.enter_async_context(fetching)
            except FleetError as error:
                return await self._without_input(job, batch, error)
            endpoint = ENDPOINTS[batch.endpoint]
            reader = LineReader(endpoint, config.limits.most_line_bytes)
            if batch.total is None and not await self._checked(job, file, reader, order):
                return None
            asking = Asking(
                neighbours=self._neighbours,
                endpoint=endpoint,
                recorder=Recorder(batch.id),
                slots=self._slots,
                config=config.work,
                metadata=order.metadata,
                expires=batch.expires / 1000,
                cancelled=cancelled,
            )
            journal: Journal[Record] = Journal(self._keeping(job, cancelled), _TOGETHER)
            at_once = config.work.max_concurrent_requests_per_batch
            done = await self._progress.done(batch.id)
            await Answering(asking, journal, at_once).run(file, reader, done)
        return await self._progress.finalizing(job)

    def _keeping(
        self, job: Job, cancelled: asyncio.Event
    ) -> Callable[[Sequence[Record]], Awaitable[None]]:
        """Return what keeps records, and sets `cancelled` when the batch turns out to be cancelled."""

        async def keep(records: Sequence[Record]) -> None:
            if await self._progress.keep(job, records) == "cancelling":
                cancelled.set()

        return keep

    async def _checked(self, job: Job, file: InputFile, reader: LineReader, order: Order) -> bool:
        """Check an input, and return whether it is good."""
        checking = Checking(self._neighbours, self._config.limits, self._transfer(order))
        checked = await checking.check(file, reader)
        if checked.problems:
            await self._progress.rejected(job, checked.problems)
            log.info("batches.rejected", batch=job.key, problems=len(checked.problems))
            return False
        await self._progress.validated(job, checked)
        return True

    async def _without_input(self, job: Job, batch: Batch, error: FleetError) -> Batch | None:
        """End a batch whose input cannot be had, with what is answered of it.

        Raises:
            FleetError: It may be had later.
        """
        if error.status == NotFound.status:
            error = NotFound(
                f"There is no file '{batch.input_file}' any more, or never was.",
                code="file_not_found",
                param="input_file_id",
            )
        elif error.status != TooLarge.status:
            raise error
        if batch.total is None:
            await self._progress.rejected(job, [problem(error)])
            return None
        return await self._progress.lost(job, error)

    async def _finish(self, job: Job, batch: Batch, order: Order) -> None:
        """Write the files of a batch that are not written yet, and end it."""
        if batch.output_file is None:
            written = await self._outputs.write(batch, self._transfer(order), failed=False)
            if written is not None:
                await self._note(job, order, output_file=written)
        if batch.error_file is None:
            written = await self._outputs.write(batch, self._transfer(order), failed=True)
            if written is not None:
                await self._note(job, order, error_file=written)
        await through_outages(lambda: self._progress.ended(job))
        log.info("batches.ended", batch=batch.id, ending=batch.ending, lines=batch.total)

    async def _note(self, job: Job, order: Order, **file: str) -> None:
        """Note that a file is written; delete it if that is not for us to say."""
        try:
            await through_outages(lambda: self._progress.wrote(job, **file))
        except TakenAwayError:
            for file_id in file.values():
                await self._outputs.discard(file_id, self._transfer(order))
            raise

    def _transfer(self, order: Order) -> Call:
        return call_of(order, self._config.work.transfer_seconds)
