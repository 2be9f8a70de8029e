"""The operations of Anthropic's Message Batches API: https://docs.claude.com/en/api/creating-message-batches."""

import re
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.anthropic.batch_store import BatchStore
from fleet_inference.dialects.anthropic.batch_tables import Batch
from fleet_inference.dialects.times import moment
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, Unimplemented
from fleet_runtime.operation import Answer, Stream
from fleet_runtime.store import Page, PageRequest
from fleet_runtime.store.rows import now_ms

CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
# In milliseconds: how long after a batch was created what is not done is given up.
LIFETIME = 24 * 60 * 60 * 1000
PAGE, LARGEST_PAGE = 20, 1000
# Our names of cursors, to which Anthropic's add `_id`.
CURSOR = re.compile(r"'(after|before)'")


class MessageBatches:
    """Takes batches and tells how far they are; others answer them.

    Args:
        store: Where they are kept; there are none without it.
    """

    def __init__(self, store: BatchStore | None) -> None:
        self._kept = store

    async def create_message_batch(
        self, request: m.CreateMessageBatchRequest, call: Call
    ) -> Answer[m.MessageBatch]:
        """Begin to answer many conversations."""
        names = [each.custom_id for each in request.requests]
        _check_names(names)
        now = time.time_ns()
        # Ids are in the order in which batches were created.
        batch_id = f"msgbatch_{now:016x}{secrets.token_hex(4)}"
        created = now // 1_000_000
        batch = Batch(batch_id, created, created + LIFETIME, len(names))
        await self._store.create(batch, list(zip(names, _params(request, call), strict=True)))
        return _told(batch)

    async def list_message_batches(
        self, request: m.ListMessageBatchesRequest, call: Call
    ) -> Answer[m.MessageBatchList]:
        """List batches, newest first."""
        del call
        page = await self._page(request)
        return m.MessageBatchList(
            data=[_told(batch) for batch in page.items],
            has_more=page.has_more,
            first_id=page.items[0].id if page.items else None,
            last_id=page.items[-1].id if page.items else None,
        )

    async def get_message_batch(
        self, request: m.GetMessageBatchRequest, call: Call
    ) -> Answer[m.MessageBatch]:
        """Get a batch."""
        del call
        return _told(await self._store.get(request.message_batch_id))

    async def cancel_message_batch(
        self, request: m.CancelMessageBatchRequest, call: Call
    ) -> Answer[m.MessageBatch]:
        """End a batch early."""
        del call
        now = now_ms()
        return _told(await self._store.cancel(request.message_batch_id, now))

    async def delete_message_batch(
        self, request: m.DeleteMessageBatchRequest, call: Call
    ) -> Answer[m.MessageBatchDeleted]:
        """Forget a batch that has ended."""
        del call
        await self._store.delete(request.message_batch_id)
        return m.MessageBatchDeleted(id=request.message_batch_id)

    async def list_message_batch_results(
        self, request: m.ListMessageBatchResultsRequest, call: Call
    ) -> Stream[m.MessageBatchResult]:
        """List what came of each request of a batch that has ended."""
        del call
        return _results(await self._store.results(request.message_batch_id))

    async def _page(self, request: m.ListMessageBatchesRequest) -> Page[Batch]:
        """Return the batches that are asked for; what is wrong with that is said in the caller's names."""
        try:
            return await self._store.list(
                PageRequest(
                    limit=request.limit or PAGE,
                    before=request.before_id,
                    after=request.after_id,
                    largest=LARGEST_PAGE,
                )
            )
        except InvalidArgument as error:
            message = CURSOR.sub(r"'\1_id'", error.message)
            param = f"{error.param}_id" if error.param in ("after", "before") else error.param
            raise InvalidArgument(message, code=error.code, param=param) from None

    @property
    def _store(self) -> BatchStore:
        if self._kept is None:
            raise Unimplemented(
                "This fleet keeps no message batches; set 'store' in the config of its inference service.",
                code="store_not_configured",
            )
        return self._kept


class _SentRequest(msgspec.Struct):
    params: msgspec.Raw


class _Sent(msgspec.Struct):
    requests: list[_SentRequest]


def _params(request: m.CreateMessageBatchRequest, call: Call) -> list[str]:
    """Return the params of each request as the caller wrote them, with what the contract does not know."""
    if call.body is None:
        return [_rewritten(each.params) for each in request.requests]
    sent = msgspec.json.decode(call.body, type=_Sent)
    return [bytes(each.params).decode() for each in sent.requests]


def _rewritten(params: m.CreateMessageRequest) -> str:
    """Return `params` of a gRPC caller as a REST caller would write them."""
    known = msgspec.structs.replace(params, extra=None)
    fields = msgspec.json.decode(msgspec.json.encode(known), type=dict[str, msgspec.Raw])
    return msgspec.json.encode((params.extra or {}) | fields).decode()


def _check_names(names: list[str]) -> None:
    """Raise `InvalidArgument` unless the names may stand for requests, each for one."""
    seen: set[str] = set()
    for place, name in enumerate(names):
        if not CUSTOM_ID.fullmatch(name) or name in seen:
            raise InvalidArgument(
                f"'{name}' cannot name a request: names have up to 64 letters, digits, '_' and '-', and come once.",
                code="invalid_value",
                param=f"requests[{place}].custom_id",
            )
        seen.add(name)


async def _results(
    found: AsyncGenerator[tuple[str, str], None],
) -> AsyncGenerator[m.MessageBatchResult, None]:
    async with aclosing(found):
        async for custom_id, result in found:
            outcome = msgspec.json.decode(result, type=m.MessageBatchOutcome)
            yield m.MessageBatchResult(custom_id=custom_id, result=outcome)


def _told(batch: Batch) -> m.MessageBatch:
    """Return a batch as callers see it."""
    ended = batch.ended is not None
    canceling = batch.cancel_initiated is not None
    return m.MessageBatch(
        id=batch.id,
        processing_status="ended" if ended else "canceling" if canceling else "in_progress",
        request_counts=_counts(batch),
        ended_at=_moment(batch.ended),
        created_at=moment(batch.created / 1000),
        expires_at=moment(batch.expires / 1000),
        cancel_initiated_at=_moment(batch.cancel_initiated),
        results_url=f"/v1/messages/batches/{batch.id}/results" if ended else None,
    )


def _counts(batch: Batch) -> m.MessageBatchCounts:
    """Return how many requests are in which state. As at Anthropic's, all change theirs when the batch ends."""
    if batch.ended is None:
        return m.MessageBatchCounts(
            processing=batch.total, succeeded=0, errored=0, canceled=0, expired=0
        )
    return m.MessageBatchCounts(
        processing=0,
        succeeded=batch.succeeded,
        errored=batch.errored,
        canceled=batch.canceled,
        expired=batch.expired,
    )


def _moment(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else moment(milliseconds / 1000)
