"""The replicas of a service of engines: known, chosen, and passed over when they are away."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TypeVar

from pydantic import Field

from fleet_inference.routing import metrics
from fleet_inference.routing.choice import PolicyName, policy_of
from fleet_inference.routing.hold import Hold
from fleet_inference.routing.prefix import Prefix
from fleet_inference.routing.replica import GRACE, Replica
from fleet_inference.routing.resolve import resolved
from fleet_runtime.call import Call
from fleet_runtime.config import Config
from fleet_runtime.encoded import EncodedStream
from fleet_runtime.errors import FleetError, ResourceExhausted, Unavailable
from fleet_runtime.operation import Stream

T = TypeVar("T")

# In seconds: how often a service without replicas is looked for while requests wait for it.
_LOOK_AGAIN = 0.1


class ReplicasConfig(Config):
    """Which service, and how its replicas share the work."""

    service: str = "runner"
    """The name of its service in the values."""
    policy: PolicyName = "prefix"
    """Who gets a request: the replica that has its prefix cached, the least loaded, or the next one."""
    load_factor: float = Field(default=1.25, gt=1)
    """How much more than the average a replica may have before prefixes leave it."""
    free_load: int = Field(default=8, ge=0)
    """So many requests a replica may have before prefixes leave it, whatever the average: a batch of them costs an
    engine little more than one, and to read a prefix again costs more than to wait for a place in it."""
    attempts: int = Field(default=3, ge=1)
    """How many replicas a request is tried at before its first byte."""
    resolve_seconds: float = Field(default=3.0, gt=0)
    """How often replicas are looked for. Besides, they are when one cannot be reached."""
    hold_seconds: float = Field(default=1.0, ge=0)
    """How long requests wait for a service without replicas to come up; 0 refuses them at once. The default is enough
    for a connection to be made anew, and for a service that is scaled to zero it is to be its start-up time."""
    max_held: int = Field(default=1000, ge=1)
    """How many wait so."""


@dataclass(slots=True)
class _Trip:
    """One call on its way: whom it tried, and whether it waited for the service already."""

    prefix: Prefix
    call: Call
    tried: set[str] = field(default_factory=set)
    held: bool = False


class Replicas:
    """Sends calls to replicas of one service.

    Args:
        config: Which service, and how.
    """

    def __init__(self, config: ReplicasConfig) -> None:
        self._config = config
        self._policy = policy_of(config.policy, config.load_factor, config.free_load)
        self._picked = cache(partial(metrics.PICKS.labels, config.service))
        self._known: dict[str, Replica] = {}
        self._retired: set[asyncio.Task[None]] = set()
        self._hold = Hold(config.service, config.hold_seconds, config.max_held, self._until_ready)
        self._looked = False
        self._look = asyncio.Event()
        self._looking = asyncio.create_task(self._keep_looking())

    async def aclose(self) -> None:
        """Close all connections."""
        self._looking.cancel()
        await asyncio.wait([self._looking])
        for task in self._retired:
            task.cancel()
        await asyncio.gather(*self._retired, return_exceptions=True)
        for replica in self._known.values():
            await replica.aclose()

    async def ask(self, prefix: Prefix, call: Call, work: Callable[[Replica], Awaitable[T]]) -> T:
        """Return what `work` returns for one of the replicas.

        Args:
            prefix: Of the prompt.
            call: The call that is answered.
            work: Calls a replica.

        Raises:
            FleetError: As `work` raised it for the last replica that was tried.
        """
        trip = _Trip(prefix, call)
        while True:
            replica = await self._choose(trip)
            try:
                with replica.busy():
                    answer = await work(replica)
            except FleetError as error:
                if not self._elsewhere(error, replica, trip):
                    raise
            else:
                replica.answered()
                return answer

    async def stream(
        self, prefix: Prefix, call: Call, work: Callable[[Replica], Stream[T]]
    ) -> AsyncGenerator[T, None]:
        """Yield what `work` yields for one of the replicas, as `ask` does; no other is tried after the first chunk."""
        trip = _Trip(prefix, call)
        begun = False
        while True:
            replica = await self._choose(trip)
            try:
                with replica.busy():
                    async with aclosing(_chunks(work(replica))) as chunks:
                        async for chunk in chunks:
                            begun = True
                            yield chunk
            except FleetError as error:
                if not self._elsewhere(error, replica, trip, begun=begun):
                    raise
            else:
                replica.answered()
                return

    async def _choose(self, trip: _Trip) -> Replica:
        """Return who is to be asked next; wait for somebody if there is nobody."""
        if not self._looked:
            await self._refresh()
        while True:
            tried = trip.tried
            rest = {a: r for a, r in self._known.items() if a not in tried}
            able = {address: replica for address, replica in rest.items() if not replica.away}
            if rest:
                replica, reason = self._policy.choose(self._known, able or rest, trip.prefix)
                self._picked(reason).inc()
                return replica
            self._look.set()
            await self._hold.wait(trip.call)
            trip.held = True
            tried.clear()

    def _elsewhere(
        self, error: FleetError, replica: Replica, trip: _Trip, *, begun: bool = False
    ) -> bool:
        """Note that `replica` did not answer, and return whether to try another.

        Only what says that nothing was done, or that it was lost with the replica, is tried again. There is no budget
        for it: who cannot be reached is passed over by the next calls, so that they do not pile up.
        """
        unreachable = isinstance(error, Unavailable)
        if unreachable:
            replica.failed()
            self._look.set()
        trip.tried.add(replica.address)
        busy = error.status in (Unavailable.status, ResourceExhausted.status)
        if begun or not busy or trip.call.seconds_left() == 0:
            return False
        if not self._more(trip.tried) and not (unreachable and self._may_wait(trip)):
            return False
        metrics.REPLICAS_FAILED.labels(self._config.service).inc()
        return True

    def _more(self, tried: set[str]) -> bool:
        """Return whether there is somebody else to ask."""
        return len(tried) < self._config.attempts and not self._known.keys() <= tried

    def _may_wait(self, trip: _Trip) -> bool:
        """Return whether the call may wait for the service to come up, which leaves nobody tried."""
        trip.tried.update(self._known)
        return self._config.hold_seconds > 0 and not trip.held

    async def _keep_looking(self) -> None:
        """Look for replicas every so often, and when one was lost."""
        while True:
            await self._refresh()
            self._look.clear()
            try:
                async with asyncio.timeout(self._config.resolve_seconds):
                    await self._look.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(_LOOK_AGAIN)  # at most so often, whatever fails

    async def _refresh(self) -> None:
        found = await resolved(self._config.service)
        if found is None:
            return
        for address in found:
            if address not in self._known:
                self._known[address] = Replica(self._config.service, address)
        for address in self._known.keys() - set(found):
            task = asyncio.create_task(self._known.pop(address).aclose(GRACE))
            self._retired.add(task)
            task.add_done_callback(self._retired.discard)
        self._looked = True
        metrics.REPLICAS.labels(self._config.service).set(len(self._known))

    async def _until_ready(self) -> None:
        """Return when a replica can be reached."""
        while True:
            await self._refresh()
            for replica in self._known.values():
                if replica.connected():
                    replica.answered()
                    return
            await asyncio.sleep(_LOOK_AGAIN)


def _chunks(stream: Stream[T]) -> AsyncGenerator[T, None]:
    """Return `stream` of the typed face, on which messages are no events."""
    if isinstance(stream, EncodedStream):
        raise TypeError("the typed face streams messages")
    return stream
