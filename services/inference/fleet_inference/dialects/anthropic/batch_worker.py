"""Answering the requests of message batches, whatever dies meanwhile."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import msgspec
import structlog

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import MessagesService
from fleet_inference.config import BatchConfig
from fleet_inference.dialects.anthropic.batch_store import BatchStore, Claimed
from fleet_inference.dialects.chats import whole
from fleet_inference.routing.turn import PRIORITY_HEADER
from fleet_runtime.call import Call
from fleet_runtime.dialect import ANTHROPIC
from fleet_runtime.errors import DeadlineExceeded, FleetError, Internal, Unavailable
from fleet_runtime.reading import reading

log = structlog.get_logger()

METHOD = "/fleet.inference.v1.MessagesService/CreateMessage"
# Nobody waits for a batch as callers wait for their answers.
METADATA = ((PRIORITY_HEADER, "flex"),)
# In seconds: the longest that one answer may take.
ANSWER_TIMEOUT = 600.0
# How often a request is tried while what serves it is busy or away, and the longest pause between, in seconds.
ATTEMPTS = 8
LONGEST_PAUSE = 60.0
BUSY = (429, 503)
# In seconds: how long a result is held while the database is away, and the pause between two looks.
OUTAGE, LOOK_AGAIN = 60.0, 0.5


class BatchWorker:
    """Answers what is due, as many requests at once as agreed, until it is stopped.

    Args:
        store: Where batches are kept.
        messages: Answers one request.
        config: How many at once.
    """

    def __init__(self, store: BatchStore, messages: MessagesService, config: BatchConfig) -> None:
        self._store = store
        self._messages = messages
        self._lease = config.lease_seconds
        self._free = asyncio.Semaphore(config.in_flight)
        self._news = asyncio.Event()
        self._me = uuid.uuid4().hex

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Work while the block runs; what is not done when it ends, others may take at once."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(w()) for w in (self._work, self._watch, self._live)]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)
                await self._release()

    async def _work(self) -> None:
        """Answer one request after the other, some at once."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._free.acquire()
                task = group.create_task(self._answer(await self._next()))
                task.add_done_callback(lambda _: self._free.release())

    async def _watch(self) -> None:
        """Look again whenever there may be something."""
        async with aclosing(self._store.changes()) as changes:
            async for _ in changes:
                self._news.set()

    async def _live(self) -> None:
        """Give signs of life."""
        while True:
            await asyncio.sleep(self._lease / 3)
            try:
                await self._store.hold(self._me, self._until())
            except Unavailable as error:
                log.warning("message_batches.no_sign_of_life", cause=str(error))

    async def _next(self) -> Claimed:
        """Return a request when one is due."""
        while True:
            self._news.clear()
            try:
                claimed = await self._store.claim(self._me, self._until(), _now())
            except Unavailable as error:
                log.warning("message_batches.not_read", cause=str(error))
                claimed = None
            if claimed:
                return claimed
            await self._news.wait()

    async def _answer(self, claimed: Claimed) -> None:
        """See to one request: keep what comes of it, or put it off while what serves it is busy."""
        try:
            outcome = _needless(claimed) or await self._asked(claimed)
        except FleetError as error:
            if error.status in BUSY and claimed.attempts < ATTEMPTS:
                pause = error.retry_after or min(2.0**claimed.attempts, LONGEST_PAUSE)
                await _kept(lambda: self._store.postpone(claimed, _now() + round(pause * 1000)))
                return
            outcome = _errored(error)
        result = msgspec.json.encode(outcome).decode()
        # What `_needless` and `_asked` return is one of these.
        kind: Any = outcome.type
        await _kept(lambda: self._store.settle(claimed, kind, result, _now()))

    async def _asked(self, claimed: Claimed) -> m.MessageBatchOutcome:
        """Return the answer to a request.

        Raises:
            FleetError: There is none.
        """
        call = Call(METHOD, METADATA, time.monotonic() + ANSWER_TIMEOUT)
        call.notes["batch"] = claimed.batch.id
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                answer = await self._messages.create_message(_request(claimed, call), call)
            outcome = m.MessageBatchOutcome(type="succeeded", message=whole(answer, m.Message))
        except TimeoutError:
            raise DeadlineExceeded("The model did not answer in time.", code="timeout") from None
        except FleetError as error:
            _log(call, error.grpc_code.name)
            raise
        except Exception:  # a boundary: nobody waits for the outcome
            log.exception("message_batches.bug", batch=claimed.batch.id)
            raise Internal(
                "Internal error; the log of the service says more.", code="internal_error"
            ) from None
        _log(call, "OK")
        return outcome

    async def _release(self) -> None:
        try:
            await self._store.release(self._me, _now())
        except Unavailable as error:
            log.warning("message_batches.not_released", cause=str(error))

    def _until(self) -> int:
        """Return until when what is claimed now is this process's, in Unix milliseconds."""
        return _now() + round(self._lease * 1000)


def _needless(claimed: Claimed) -> m.MessageBatchOutcome | None:
    """Return the outcome of a request that nobody need ask any more.

    Raises:
        Internal: Whoever asked it before did not live to tell.
    """
    if claimed.batch.cancel_initiated is not None:
        return m.MessageBatchOutcome(type="canceled")
    if claimed.batch.expires <= _now():
        return m.MessageBatchOutcome(type="expired")
    if claimed.attempts > ATTEMPTS:
        raise Internal("The service ended each time that it tried this.", code="internal_error")
    return None


def _request(claimed: Claimed, call: Call) -> m.CreateMessageRequest:
    """Return what is asked, as if a caller had just sent it."""
    call.body = claimed.params.encode()
    with reading():
        request = msgspec.json.decode(call.body, type=m.CreateMessageRequest)
    request.stream = None
    call.received = request
    return request


def _errored(error: FleetError) -> m.MessageBatchOutcome:
    envelope = msgspec.convert(ANTHROPIC.envelope(error), m.MessageBatchError)
    return m.MessageBatchOutcome(type="errored", error=envelope)


async def _kept(write: Callable[[], Awaitable[None]]) -> None:
    """Write, and try again while the database is away. In the end it is lost, and done again by whoever claims it."""
    end = time.monotonic() + OUTAGE
    while True:
        try:
            return await write()
        except Unavailable as error:
            if time.monotonic() > end:
                log.warning("message_batches.not_written", cause=str(error))
                return None
        await asyncio.sleep(LOOK_AGAIN)


def _log(call: Call, outcome: str) -> None:
    """Write down one answer, as the boundary does for callers."""
    seconds = round(time.perf_counter() - call.started, 5)
    log.info("message_batches.request", status=outcome, seconds=seconds, **call.notes)


def _now() -> int:
    """Return the time, in Unix milliseconds."""
    return time.time_ns() // 1_000_000
