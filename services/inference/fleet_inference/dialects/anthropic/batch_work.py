"""Answering the requests of message batches, whatever dies meanwhile.

Each request is asked once, unless the process that asks it ends, or is paused or cut off from the database for longer
than its lease, before it has written the answer down. Then what it was asking at that moment is asked again, which is
no more than `in_flight`. What came of a request is kept once in any case.

A model that is too busy to begin (429, 503) is asked again later.
"""

import asyncio
import time

import msgspec
import structlog

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import MessagesService
from fleet_inference.config import BatchConfig
from fleet_inference.dialects.anthropic.batch_jobs import Asked, BatchJobs
from fleet_inference.dialects.anthropic.batch_tables import JOBS, Batch, Outcome
from fleet_inference.dialects.chats import whole
from fleet_inference.routing.turn import PRIORITY_HEADER
from fleet_runtime.call import Call
from fleet_runtime.dialect import ANTHROPIC
from fleet_runtime.errors import DeadlineExceeded, FleetError, ResourceExhausted, Unavailable
from fleet_runtime.jobs import Job, JobQueue, Worker, kept
from fleet_runtime.reading import reading
from fleet_runtime.store import Database
from fleet_runtime.store.rows import now_ms

log = structlog.get_logger()

METHOD = "/fleet.inference.v1.MessagesService/CreateMessage"
# Nobody waits for a batch as callers wait for their answers.
METADATA = ((PRIORITY_HEADER, "flex"),)
# In seconds: the longest that one answer may take.
ANSWER_TIMEOUT = 600.0
# What says that a request was not begun. Anything else may have cost somebody an answer.
BUSY = (ResourceExhausted.status, Unavailable.status)


def batch_worker(database: Database, messages: MessagesService, config: BatchConfig) -> Worker:
    """Return who answers the batches that are kept in `database`."""
    queue = JobQueue(database, JOBS)
    return Worker(queue, BatchWork(BatchJobs(database, queue), messages), config)


class BatchWork:
    """Answers requests.

    Args:
        jobs: Where they, and what comes of them, are kept.
        messages: Answers one.
    """

    def __init__(self, jobs: BatchJobs, messages: MessagesService) -> None:
        self._jobs = jobs
        self._messages = messages

    async def run(self, job: Job) -> None:
        """Answer a request, if it is still wanted, and keep the answer or why there is none.

        Raises:
            FleetError: What serves it is busy.
        """
        asked = await self._jobs.asked(job)
        if needless := _needless(asked.batch):
            await self._keep(job, needless, m.MessageBatchOutcome(type=needless))
            return
        try:
            answer = await self._answer(asked)
        except FleetError as error:
            if error.status in BUSY:
                raise
            await self.failed(job, error)
            return
        await self._keep(job, "succeeded", m.MessageBatchOutcome(type="succeeded", message=answer))

    async def failed(self, job: Job, error: FleetError) -> None:
        """Keep why a request was not answered."""
        envelope = msgspec.convert(ANTHROPIC.envelope(error), m.MessageBatchError)
        await self._keep(job, "errored", m.MessageBatchOutcome(type="errored", error=envelope))

    async def _keep(self, job: Job, outcome: Outcome, told: m.MessageBatchOutcome) -> None:
        result = msgspec.json.encode(told).decode()
        # To ask again, as others do whose database is away, would cost an answer.
        await kept(job, lambda: self._jobs.settle(job, outcome, result, now_ms()))

    async def _answer(self, asked: Asked) -> m.Message:
        """Return the answer to a request.

        Raises:
            FleetError: There is none.
        """
        call = Call(METHOD, METADATA, time.monotonic() + ANSWER_TIMEOUT)
        call.notes["batch"] = asked.batch.id
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                answer = await self._messages.create_message(_request(asked, call), call)
            message = whole(answer, m.Message)
        except TimeoutError:
            raise DeadlineExceeded("The model did not answer in time.", code="timeout") from None
        except FleetError as error:
            _log(call, error.grpc_code.name)
            raise
        _log(call, "OK")
        return message


def _needless(batch: Batch) -> Outcome | None:
    """Return what a request came to that nobody need ask any more."""
    if batch.cancel_initiated is not None:
        return "canceled"
    return "expired" if batch.expires <= now_ms() else None


def _request(asked: Asked, call: Call) -> m.CreateMessageRequest:
    """Return what is asked, as if a caller had just sent it."""
    call.body = asked.params.encode()
    with reading():
        request = msgspec.json.decode(call.body, type=m.CreateMessageRequest)
    request.stream = None
    call.received = request
    return request


def _log(call: Call, outcome: str) -> None:
    """Write down one answer, as the boundary does for callers."""
    seconds = round(time.perf_counter() - call.started, 5)
    log.info("message_batches.request", status=outcome, seconds=seconds, **call.notes)
