"""Operations of `fleet.batches.v1`. Written by `make gen`; do not edit."""

from typing import Protocol

from fleet.batches.v1 import codec, messages as m
from fleet.batches.v1 import batches_pb2
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.operation import (
    Answer,
    Binding,
    BoundService,
    MessageType,
    Operation,
    Route,
    Stream,
)

_Batch = MessageType(m.Batch, batches_pb2.Batch, codec.batch_to_proto, codec.batch_from_proto)
_BatchList = MessageType(
    m.BatchList, batches_pb2.BatchList, codec.batch_list_to_proto, codec.batch_list_from_proto
)
_CancelBatchRequest = MessageType(
    m.CancelBatchRequest,
    batches_pb2.CancelBatchRequest,
    codec.cancel_batch_request_to_proto,
    codec.cancel_batch_request_from_proto,
)
_CreateBatchRequest = MessageType(
    m.CreateBatchRequest,
    batches_pb2.CreateBatchRequest,
    codec.create_batch_request_to_proto,
    codec.create_batch_request_from_proto,
)
_GetBatchRequest = MessageType(
    m.GetBatchRequest,
    batches_pb2.GetBatchRequest,
    codec.get_batch_request_to_proto,
    codec.get_batch_request_from_proto,
)
_ListBatchesRequest = MessageType(
    m.ListBatchesRequest,
    batches_pb2.ListBatchesRequest,
    codec.list_batches_request_to_proto,
    codec.list_batches_request_from_proto,
)


class BatchService(Protocol):
    """Many requests in one file, answered by and by: OpenAI's Batch API, https://platform.openai.com/docs/api-reference/batch

    The input is a file of JSON Lines, each `{"custom_id", "method": "POST", "url", "body"}`, where `url` is the endpoint of
    the batch. All lines are checked before the first is answered; a batch with a bad line fails, and names each of them.
    Each line of a batch that is answered stands once in the output file or in the error file. Batches outlive callers and
    services: any process goes on where another one died. Methods that name a batch fail with `NOT_FOUND` (reason
    `batch_not_found`) if there is none.
    """

    async def create_batch(self, request: m.CreateBatchRequest, call: Call) -> Answer[m.Batch]:
        """Begins a batch. Its input is looked at later: what is wrong with that is told by `errors` of the batch.

        Fails with `ALREADY_EXISTS` (409 over REST) if another batch has this `idempotency_key`, and with `RESOURCE_EXHAUSTED`
        (429) if too many wait already.
        """
        ...

    async def list_batches(self, request: m.ListBatchesRequest, call: Call) -> Answer[m.BatchList]:
        """Lists batches, newest first."""
        ...

    async def get_batch(self, request: m.GetBatchRequest, call: Call) -> Answer[m.Batch]:
        """Gets a batch, to see how far it is."""
        ...

    async def cancel_batch(self, request: m.CancelBatchRequest, call: Call) -> Answer[m.Batch]:
        """Ends a batch early: lines that were begun are finished, and the others given up.

        Fails with `ALREADY_EXISTS` (409 over REST) if nothing is left to cancel: it has ended, or all of its lines have.
        """
        ...


BATCH_SERVICE = "fleet.batches.v1.BatchService"
"""The service's full name."""

CREATE_BATCH = Operation(
    rpc="CreateBatch",
    request=_CreateBatchRequest,
    answer=_Batch,
    routes=(Route("POST", "/v1/batches"),),
    has_body=True,
)
LIST_BATCHES = Operation(
    rpc="ListBatches",
    request=_ListBatchesRequest,
    answer=_BatchList,
    routes=(Route("GET", "/v1/batches"),),
    has_body=False,
)
GET_BATCH = Operation(
    rpc="GetBatch",
    request=_GetBatchRequest,
    answer=_Batch,
    routes=(Route("GET", "/v1/batches/{batch_id}"),),
    has_body=False,
)
CANCEL_BATCH = Operation(
    rpc="CancelBatch",
    request=_CancelBatchRequest,
    answer=_Batch,
    routes=(Route("POST", "/v1/batches/{batch_id}/cancel"),),
    has_body=True,
)


def bind_batch_service(implementation: BatchService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        BATCH_SERVICE,
        (
            Binding(CREATE_BATCH, implementation.create_batch),
            Binding(LIST_BATCHES, implementation.list_batches),
            Binding(GET_BATCH, implementation.get_batch),
            Binding(CANCEL_BATCH, implementation.cancel_batch),
        ),
    )


class BatchServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def create_batch(self, request: m.CreateBatchRequest, call: Call) -> m.Batch:
        """Begins a batch. Its input is looked at later: what is wrong with that is told by `errors` of the batch."""
        answer: m.Batch = await self._channel.unary(BATCH_SERVICE, CREATE_BATCH, request, call)
        return answer

    async def list_batches(self, request: m.ListBatchesRequest, call: Call) -> m.BatchList:
        """Lists batches, newest first."""
        answer: m.BatchList = await self._channel.unary(BATCH_SERVICE, LIST_BATCHES, request, call)
        return answer

    async def get_batch(self, request: m.GetBatchRequest, call: Call) -> m.Batch:
        """Gets a batch, to see how far it is."""
        answer: m.Batch = await self._channel.unary(BATCH_SERVICE, GET_BATCH, request, call)
        return answer

    async def cancel_batch(self, request: m.CancelBatchRequest, call: Call) -> m.Batch:
        """Ends a batch early: lines that were begun are finished, and the others given up."""
        answer: m.Batch = await self._channel.unary(BATCH_SERVICE, CANCEL_BATCH, request, call)
        return answer
