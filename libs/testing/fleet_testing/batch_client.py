"""A client of message batches, and what an upstream was asked by them.

batches = BatchClient(channel)
batch = await batches.create(first=ask("hello"), second=ask("hello", "remote/other"))
await batches.ended(batch.id)
assert "succeeded" == (await batches.results(batch.id))["first"].type
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import MessageBatchesServiceClient
from fleet_runtime.clients import Channel
from fleet_runtime.errors import FleetError
from fleet_testing.calls import grpc_call
from fleet_testing.openai_upstream import OpenAIUpstream

# In seconds: the longest wait for a state, and the pause between two looks.
PATIENCE, PAUSE = 60.0, 0.02


def ask(text: str, model: str = "remote/chat", **params: Any) -> m.CreateMessageRequest:
    """Return a request that says `text`."""
    said = [m.InputMessage(role="user", content=text)]
    return m.CreateMessageRequest(model=model, max_tokens=9, messages=said, **params)


def batch_of(**requests: m.CreateMessageRequest) -> m.CreateMessageBatchRequest:
    """Return a batch of requests, by their `custom_id`."""
    named = [m.MessageBatchRequest(custom_id=name, params=each) for name, each in requests.items()]
    return m.CreateMessageBatchRequest(requests=named)


def counts(batch: m.MessageBatch) -> dict[str, int]:
    """Return how many requests of a batch are in which state, where there are any."""
    found = msgspec.structs.asdict(batch.request_counts)
    return {state: number for state, number in found.items() if number}


def asked(upstream: OpenAIUpstream) -> Counter[str]:
    """Return how often each text was asked."""
    bodies = [seen.json() for seen in upstream.requests if seen.path.endswith("/completions")]
    return Counter(body["messages"][0]["content"] for body in bodies)


async def until(condition: Callable[[], object]) -> None:
    """Wait for a state."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(PAUSE)


class BatchClient:
    """Speaks to a service over `channel`."""

    def __init__(self, channel: Channel) -> None:
        self._service = MessageBatchesServiceClient(channel)

    async def listening(self) -> None:
        """Wait until the service answers."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                await self._service.list_message_batches(*grpc_call(m.ListMessageBatchesRequest()))
            except FleetError:
                assert time.monotonic() < end
                await asyncio.sleep(PAUSE)
            else:
                return

    async def create(self, **requests: m.CreateMessageRequest) -> m.MessageBatch:
        """Create a batch."""
        return await self._service.create_message_batch(*grpc_call(batch_of(**requests)))

    async def get(self, batch_id: str) -> m.MessageBatch:
        """Return a batch."""
        named = m.GetMessageBatchRequest(message_batch_id=batch_id)
        return await self._service.get_message_batch(*grpc_call(named))

    async def cancel(self, batch_id: str) -> m.MessageBatch:
        """Cancel a batch."""
        named = m.CancelMessageBatchRequest(message_batch_id=batch_id)
        return await self._service.cancel_message_batch(*grpc_call(named))

    async def delete(self, batch_id: str) -> m.MessageBatchDeleted:
        """Forget a batch."""
        named = m.DeleteMessageBatchRequest(message_batch_id=batch_id)
        return await self._service.delete_message_batch(*grpc_call(named))

    async def ended(self, batch_id: str) -> m.MessageBatch:
        """Return a batch when it has ended."""
        end = time.monotonic() + PATIENCE
        while True:
            batch = await self.get(batch_id)
            if batch.processing_status == "ended":
                return batch
            assert time.monotonic() < end, batch
            await asyncio.sleep(PAUSE)

    async def results(self, batch_id: str) -> dict[str, m.MessageBatchOutcome]:
        """Return what came of each request of a batch, by its `custom_id`, in their order."""
        named = m.ListMessageBatchResultsRequest(message_batch_id=batch_id)
        stream: Any = self._service.list_message_batch_results(*grpc_call(named))
        return {each.custom_id: each.result async for each in stream}
