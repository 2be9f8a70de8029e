"""The operations of the Batch API."""

import uuid

import msgspec

from fleet.batches.v1 import messages as m
from fleet_batches.config import LimitConfig
from fleet_batches.endpoints import RESPONSES
from fleet_batches.neighbours import Neighbours
from fleet_batches.orders import order_of
from fleet_batches.store import BatchStore
from fleet_batches.tables import Batch, Ending
from fleet_batches.windows import window_seconds
from fleet_runtime.call import Call
from fleet_runtime.metadata import check_metadata
from fleet_runtime.operation import Answer
from fleet_runtime.store import PageRequest
from fleet_runtime.store.rows import now_ms

_PAGE = 20

_errors = msgspec.json.Decoder(list[m.BatchError]).decode
_metadata = msgspec.json.Decoder(dict[str, str]).decode


class Batches:
    """Takes batches and tells how far they are; others work on them.

    Args:
        store: Where they are kept.
        neighbours: Who would answer them.
        limits: What they may be.
    """

    def __init__(self, store: BatchStore, neighbours: Neighbours, limits: LimitConfig) -> None:
        self._store = store
        self._neighbours = neighbours
        self._limits = limits

    async def create_batch(self, request: m.CreateBatchRequest, call: Call) -> Answer[m.Batch]:
        """Begin a batch."""
        seconds = window_seconds(request.completion_window, self._limits.longest_window_hours)
        check_metadata(request.metadata or {})
        if request.endpoint == RESPONSES:
            _ = self._neighbours.responses
        batch = await self._store.create(_new(request, seconds), order_of(call))
        call.notes["batch"] = batch.id
        return told(batch)

    async def list_batches(self, request: m.ListBatchesRequest, call: Call) -> Answer[m.BatchList]:
        """List batches, newest first."""
        del call
        page = await self._store.list(PageRequest(request.after, request.limit or _PAGE))
        return m.BatchList(
            data=[told(batch) for batch in page.items],
            has_more=page.has_more,
            first_id=page.items[0].id if page.items else None,
            last_id=page.items[-1].id if page.items else None,
        )

    async def get_batch(self, request: m.GetBatchRequest, call: Call) -> Answer[m.Batch]:
        """Get a batch."""
        del call
        return told(await self._store.get(request.batch_id))

    async def cancel_batch(self, request: m.CancelBatchRequest, call: Call) -> Answer[m.Batch]:
        """End a batch early."""
        del call
        return told(await self._store.cancel(request.batch_id, now_ms()))


def _new(request: m.CreateBatchRequest, seconds: int) -> Batch:
    now = now_ms()
    after = request.output_expires_after
    return Batch(
        id=f"batch_{uuid.uuid4().hex}",
        created=now,
        expires=now + seconds * 1000,
        endpoint=request.endpoint,
        input_file=request.input_file_id,
        completion_window=request.completion_window,
        # In one order, so that the same pairs are the same text.
        metadata=msgspec.json.encode(request.metadata or {}, order="sorted").decode(),
        idempotency_key=request.idempotency_key,
        output_seconds=None if after is None else after.seconds,
    )


def told(batch: Batch) -> m.Batch:
    """Return a batch as callers see it."""
    errors = None if batch.errors is None else m.BatchErrors(data=_errors(batch.errors))
    return m.Batch(
        id=batch.id,
        endpoint=batch.endpoint,
        model=batch.model,
        errors=errors,
        input_file_id=batch.input_file,
        completion_window=batch.completion_window,
        status=batch.status,
        output_file_id=batch.output_file,
        error_file_id=batch.error_file,
        created_at=batch.created // 1000,
        in_progress_at=_seconds(batch.in_progress_at),
        expires_at=_seconds(batch.expires),
        finalizing_at=_seconds(batch.finalizing_at),
        completed_at=_ended(batch, "completed"),
        failed_at=_ended(batch, "failed"),
        expired_at=_ended(batch, "expired"),
        cancelling_at=_seconds(batch.cancelling_at),
        cancelled_at=_ended(batch, "cancelled"),
        request_counts=m.BatchRequestCounts(
            total=batch.total or 0, completed=batch.completed, failed=batch.failed
        ),
        usage=_usage(batch),
        metadata=_metadata(batch.metadata) or None,
    )


def _usage(batch: Batch) -> m.BatchUsage:
    return m.BatchUsage(
        input_tokens=batch.input_tokens,
        input_tokens_details=m.BatchInputTokensDetails(cached_tokens=batch.cached_tokens),
        output_tokens=batch.output_tokens,
        output_tokens_details=m.BatchOutputTokensDetails(reasoning_tokens=batch.reasoning_tokens),
        total_tokens=batch.input_tokens + batch.output_tokens,
    )


def _ended(batch: Batch, how: Ending) -> int | None:
    """Return when a batch ended, if it ended like this."""
    return _seconds(batch.ended_at) if batch.status == how else None


def _seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else milliseconds // 1000
