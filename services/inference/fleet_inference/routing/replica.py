"""One replica of a service of engines, and how busy it is."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from fleet.inference.v1.operations import InferenceServiceClient, ModelServiceClient
from fleet_runtime.call import Metadata
from fleet_runtime.clients import Channel
from fleet_runtime.load_report import LoadReport, reported

# In seconds: how long a report is believed. Without calls there are no new ones.
BELIEVED = 10.0
# Part of the KV cache: from here on an engine preempts, or lets new requests wait.
FULL = 0.95
# In seconds: how long one that cannot be reached is passed over, doubling from the first to the second.
SHORTEST_AWAY, LONGEST_AWAY = 0.1, 5.0
# In seconds: how long calls may go on to a replica that nobody is sent to any more.
GRACE = 600.0


class Replica:
    """One replica, by its own connection.

    Attributes:
        address: Its place.
        inference: Calls its inference service.
        models: Calls its model service.
        in_flight: How many calls of this process it has.
    """

    def __init__(self, service: str, address: str) -> None:
        self.address = address
        self.in_flight = 0
        self._channel = Channel(service, at=address, heard=self._heard)
        self.inference = InferenceServiceClient(self._channel)
        self.models = ModelServiceClient(self._channel)
        self._others = 0
        self._kv_used = 0.0
        self._heard_until = 0.0
        self._failures = 0
        self._away_until = 0.0

    @property
    def load(self) -> int:
        """How many requests it has: of this process now, of others when it last said so."""
        return self.in_flight + (self._others if self._believed() else 0)

    @property
    def full(self) -> bool:
        """Whether its KV cache has no room, as it last said."""
        return self._kv_used >= FULL and self._believed()

    @property
    def away(self) -> bool:
        """Whether it could not be reached a moment ago."""
        return self._failures > 0 and time.monotonic() < self._away_until

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Count a call while the block runs."""
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    def answered(self) -> None:
        """Note that it answered."""
        self._failures = 0

    def failed(self) -> None:
        """Note that it could not be reached."""
        seconds = min(SHORTEST_AWAY * 2**self._failures, LONGEST_AWAY)
        self._failures = min(self._failures + 1, 10)
        self._away_until = time.monotonic() + seconds

    def connected(self) -> bool:
        """Whether there is a connection; if not, one is tried."""
        return self._channel.connected()

    async def aclose(self, grace: float | None = None) -> None:
        """Close the connection; calls may go on for `grace` seconds."""
        await self._channel.aclose(grace)

    def _believed(self) -> bool:
        return time.monotonic() < self._heard_until

    def _heard(self, metadata: Metadata) -> None:
        report = reported(metadata)
        if report is not None:
            self.note(report)

    def note(self, report: LoadReport) -> None:
        """Take what the engine says of itself. What of it is not this process's is others'."""
        self._others = max(0, report.running + report.waiting - self.in_flight)
        self._kv_used = report.kv_used
        self._heard_until = time.monotonic() + BELIEVED
