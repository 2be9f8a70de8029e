"""Responses that are made behind their callers' backs: begun, followed, stopped."""

import time
from collections.abc import AsyncGenerator

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.config import BackgroundConfig
from fleet_agents.responses import event_log
from fleet_agents.responses.begun import begun
from fleet_agents.responses.history import named_items
from fleet_agents.responses.news import News, heard
from fleet_agents.responses.planning import Planner
from fleet_agents.responses.store import ENDED, ResponseStore, Stored
from fleet_runtime.call import Call
from fleet_runtime.errors import Conflict, InvalidArgument, ResourceExhausted
from fleet_runtime.jobs import JobQueue
from fleet_runtime.store import Database

CANCELLED = "responses_cancelled"
"""What is announced when responses that are being made are to stop."""

# In seconds. News may be lost with the connection that carries them.
_LOOK_AGAIN = 5.0
# In seconds.
_RETRY_AFTER = 5.0


class Order(msgspec.Struct):
    """What a process that makes a response must know besides what is kept of it. It goes when the response has ended.

    Attributes:
        request: The request, with what is secret in it.
        metadata: The caller's keys for providers, and the trace.
    """

    request: m.CreateResponseRequest
    metadata: list[tuple[str, str]]


class Background:
    """Has responses made by whatever process is free, and tells of them.

    Args:
        database: Where they are kept.
        store: How.
        queue: Hands them out.
        planner: Says whether they can be made.
        news: Tells of new events.
        config: How many may wait.
    """

    def __init__(
        self,
        *,
        database: Database,
        store: ResponseStore,
        queue: JobQueue,
        planner: Planner,
        news: News,
        config: BackgroundConfig,
    ) -> None:
        self._database = database
        self._store = store
        self._queue = queue
        self._planner = planner
        self._news = news
        self._most = config.most_waiting

    async def begin(self, request: m.CreateResponseRequest, call: Call) -> m.Response:
        """Have a response made, and return it as it is now: `queued`.

        Raises:
            ResourceExhausted: Too many wait already.
            FleetError: It cannot be made.
        """
        response = begun(request, "queued")
        request.input = named_items(request.input)
        plan = await self._planner.plan(request, response, call)
        asked = [step.item for step in plan.history.asked if step.item is not None]
        stored = Stored(response, asked, [], streamed=bool(request.stream))
        order = msgspec.json.encode(Order(request, call.forwarded())).decode()
        async with self._database.begin() as connection:
            if await self._queue.is_full(connection, self._most):
                raise ResourceExhausted(
                    f"{self._most} responses wait to be made in the background already; try again later.",
                    code="background_queue_full",
                    retry_after=_RETRY_AFTER,
                )
            await self._store.save(connection, stored)
            await self._queue.put(connection, [(response.id, order)])
        return response

    async def follow(self, response_id: str, after: int) -> AsyncGenerator[m.ResponseEvent, None]:
        """Yield the events of a response after number `after`, until it has ended.

        Raises:
            InvalidArgument: Its events are not kept.
        """
        while True:
            news = self._news.next()
            stored = await self._store.get(response_id)
            if not stored.streamed:
                raise InvalidArgument(
                    f"The response '{response_id}' was not made with 'background' and 'stream', so its events were"
                    " not kept.",
                    code="response_not_streamed",
                    param="stream",
                )
            for told in await event_log.read(self._database, response_id, after):
                after = told.sequence_number
                yield told
            if stored.response.status in ENDED:
                return
            await heard(news, _LOOK_AGAIN)

    async def cancel(self, response_id: str) -> m.Response:
        """Stop a response, and return it. One that was stopped stays as it is.

        Raises:
            InvalidArgument: It is not made in the background.
            Conflict: It has ended otherwise.
        """
        async with self._database.begin() as connection:
            stored = await self._store.locked(connection, response_id)
            response = stored.shown()
            if not response.background:
                raise InvalidArgument(
                    "Only a response that is made in the background can be cancelled; to end the call is enough for"
                    " others.",
                    code="not_in_background",
                    param="response_id",
                )
            if response.status == "cancelled":
                return response
            if response.status in ENDED:
                raise Conflict(
                    f"The response '{response_id}' is {response.status} already.",
                    code="response_ended",
                    param="response_id",
                )
            response.status = "cancelled"
            await self._store.save(connection, stored)
            await self._stop(connection, response_id)
        return response

    async def delete(self, response_id: str) -> None:
        """Forget a response, and stop it if it is being made.

        Raises:
            NotFound: There is none.
        """
        async with self._database.begin() as connection:
            await self._store.delete(connection, response_id)
            await self._stop(connection, response_id)

    async def _stop(self, connection: AsyncConnection, response_id: str) -> None:
        await self._queue.remove(connection, [response_id])
        await self._database.announce(connection, CANCELLED)
        await self._database.announce(connection, event_log.TOPIC)


def call_of(order: Order, seconds: float) -> Call:
    """Return the call on whose behalf a response is made, which may take `seconds`."""
    return Call("Background", order.metadata, time.monotonic() + seconds)
