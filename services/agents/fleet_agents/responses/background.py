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
from fleet_agents.responses.steps import give_up
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
        # As it is now: a stored prompt, or an item that is referred to, may be another one when it is made.
        order = Order(msgspec.structs.replace(request, input=asked, prompt=None), call.forwarded())
        payload = msgspec.json.encode(order).decode()
        async with self._database.begin() as connection:
            if await self._queue.is_full(connection, self._most):
                raise ResourceExhausted(
                    f"{self._most} responses wait to be made in the background already; try again later.",
                    code="background_queue_full",
                    retry_after=_RETRY_AFTER,
                )
            await self._store.save(connection, stored)
            await self._queue.put(connection, [(response.id, payload)])
            if stored.streamed:
                await event_log.write(connection, response.id, 0, _first_events(response))
        return response

    async def follow(self, response_id: str, after: int) -> AsyncGenerator[m.ResponseEvent, None]:
        """Yield the events of a response after number `after`, until it has ended.

        They end without a last one if it is cancelled or deleted, as OpenAI has no event for that.

        Raises:
            InvalidArgument: Its events are not kept.
        """
        while True:
            news = self._news.next(response_id)
            told = await event_log.read(self._database, response_id, after)
            if told is None:
                return  # deleted
            if not told.streamed:
                raise _not_streamed(response_id)
            for event in told.events:
                after = event.sequence_number
                yield event
            if told.more:
                continue
            if told.over:
                return
            await heard(news, _LOOK_AGAIN)

    async def cancel(self, response_id: str) -> m.Response:
        """Stop a response, and return it. One that was stopped stays as it is.

        Raises:
            InvalidArgument: It is not made in the background.
            Conflict: It has ended otherwise.
        """
        async with self._database.begin() as connection:
            # First of all: whoever makes it locks its job before itself, too.
            await self._stop(connection, response_id)
            stored = await self._store.locked(connection, response_id)
            response = stored.response
            if not response.background:
                raise InvalidArgument(
                    "Only a response that is made in the background can be cancelled; to end the call is enough for"
                    " others.",
                    code="not_in_background",
                    param="response_id",
                )
            if response.status == "cancelled":
                return stored.shown()
            if response.status in ENDED:
                raise Conflict(
                    f"The response '{response_id}' is {response.status} already.",
                    code="response_ended",
                    param="response_id",
                )
            response.status = "cancelled"
            give_up(stored.steps, "This call was cancelled. Nobody knows whether it was made.")
            await self._store.save(connection, stored)
        return stored.shown()

    async def delete(self, response_id: str) -> None:
        """Forget a response, and stop it if it is being made.

        Raises:
            NotFound: There is none.
        """
        async with self._database.begin() as connection:
            await self._stop(connection, response_id)
            await self._store.delete(connection, response_id)

    async def _stop(self, connection: AsyncConnection, response_id: str) -> None:
        await self._queue.remove(connection, [response_id])
        await self._database.announce(connection, CANCELLED)
        await self._database.announce(connection, event_log.TOPIC, response_id)


def _first_events(response: m.Response) -> list[bytes]:
    """Return the events that there is a response, and that it waits."""
    kinds = ("created", "queued")
    told = [
        m.ResponseEvent(type=f"response.{kind}", sequence_number=number, response=response)
        for number, kind in enumerate(kinds)
    ]
    return [event_log.encode(event) for event in told]


def _not_streamed(response_id: str) -> InvalidArgument:
    return InvalidArgument(
        f"The response '{response_id}' was not made with 'background' and 'stream', so its events were not kept.",
        code="response_not_streamed",
        param="stream",
    )


def call_of(order: Order, seconds: float) -> Call:
    """Return the call on whose behalf a response is made, which may take `seconds`."""
    return Call("Background", order.metadata, time.monotonic() + seconds)
