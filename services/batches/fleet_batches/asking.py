"""Asking what one line asks, again where that may help, until there is something to write of it."""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass

import structlog

from fleet_batches.config import WorkConfig
from fleet_batches.endpoints import Endpoint
from fleet_batches.lines import Line
from fleet_batches.model_slots import ModelSlots
from fleet_batches.neighbours import Neighbours
from fleet_batches.records import Record, Recorder
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, Internal, ResourceExhausted, Unavailable

log = structlog.get_logger()

# What says that nothing was done, now.
_BUSY = (ResourceExhausted.status, Unavailable.status)
_FIRST_PAUSE = 0.5
_REQUEST_ID = "x-request-id"


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks the lines of one batch.

    Attributes:
        neighbours: Whom.
        endpoint: What for.
        recorder: Says what is written.
        slots: How many may ask a model at once.
        config: How long, and how often.
        metadata: What each call carries: the caller's keys for providers, and the trace.
        expires: When the batch's time is over, in Unix seconds.
        cancelled: Whether nobody wants more of it.
    """

    neighbours: Neighbours
    endpoint: Endpoint
    recorder: Recorder
    slots: ModelSlots
    config: WorkConfig
    metadata: list[tuple[str, str]]
    expires: float
    cancelled: asyncio.Event

    @property
    def is_over(self) -> bool:
        """Whether the batch's time is over."""
        return time.time() >= self.expires

    async def ask(self, line: Line) -> Record:
        """Return what came of a line. Once the batch's time is over, whatever is under way is broken off."""
        try:
            async with asyncio.timeout(self.expires - time.time()):
                return await self._asked(line)
        except TimeoutError:
            return self.recorder.expired(line)

    def give_up(self, line: Line) -> Record:
        """Return what is written of a line that is not asked any more."""
        if self.cancelled.is_set():
            return self.recorder.cancelled(line)
        return self.recorder.expired(line)

    async def _asked(self, line: Line) -> Record:
        last = time.monotonic() + self.config.retry_seconds
        pause = _FIRST_PAUSE
        while True:
            async with self.slots.slot(line.model):
                if self.cancelled.is_set():
                    return self.recorder.cancelled(line)
                outcome = await self._once(line)
            if isinstance(outcome, Record):
                return outcome
            # Those that were refused together do not come back together.
            seconds = self._pause(outcome, pause) * random.uniform(0.75, 1.0)  # noqa: S311
            if outcome.status not in _BUSY or time.monotonic() + seconds > last:
                return self.recorder.refused(line, outcome)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self.cancelled.wait()
            pause *= 2

    def _pause(self, error: FleetError, otherwise: float) -> float:
        return min(error.retry_after or otherwise, self.config.longest_pause_seconds)

    async def _once(self, line: Line) -> Record | FleetError:
        """Ask a line, and return what came of it, or why nothing did."""
        call = Call(f"Batch{self.endpoint.path}", self._metadata(line), self._deadline())
        try:
            answer = await self.endpoint.ask(self.neighbours, line.request, call)
            return self.recorder.answered(line, answer, self.endpoint.tokens(answer))
        except FleetError as error:
            return error
        except Exception:  # a boundary: one bad line must not cost the others
            log.exception("batches.bug", request=self.recorder.request_id(line))
            return Internal(
                "Internal error; the log of the service says more.", code="internal_error"
            )

    def _metadata(self, line: Line) -> list[tuple[str, str]]:
        others = [pair for pair in self.metadata if pair[0] != _REQUEST_ID]
        return [*others, (_REQUEST_ID, self.recorder.request_id(line))]

    def _deadline(self) -> float:
        return time.monotonic() + self.config.request_seconds
