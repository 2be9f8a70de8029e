"""Removing what has expired, and bytes that nobody owns: now and then, and at once when there may be some."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager

import structlog

from fleet_files.bytes_kept import Keepers
from fleet_files.remains import Place, Remains
from fleet_runtime.errors import FleetError
from fleet_runtime.periodic import PeriodicTask

log = structlog.get_logger()

Expire = Callable[[], Awaitable[int]]
"""Forgets some of what has expired, and returns how much that was."""


class Sweeper:
    """Sweeps while it runs. Any number of replicas may: each takes what no other has taken.

    Args:
        keepers: Who has the bytes.
        remains: Which bytes nobody owns.
        expiring: What else is looked at.
        seconds: How long after one look the next one is.
    """

    def __init__(
        self, keepers: Keepers, remains: Remains, expiring: Sequence[Expire], seconds: float
    ) -> None:
        self._keepers = keepers
        self._remains = remains
        self._expiring = expiring
        self._task = PeriodicTask(self.sweep, seconds, "files.not_swept")

    def wake(self) -> None:
        """Look at once."""
        self._task.wake()

    def running(self) -> AbstractAsyncContextManager[None]:
        """Sweep while the block runs."""
        return self._task.running()

    async def sweep(self) -> None:
        """Look once, and remove all that there is to remove."""
        for expire in self._expiring:
            while await expire():
                pass
        well = set(self._keepers.opened)
        while place := await self._remains.claim(sorted(well)):
            if not await self._removed(place):
                well.discard(place.provider)

    async def _removed(self, place: Place) -> bool:
        """Remove bytes, and say whether that went well. If not, they are due again later."""
        try:
            await self._keepers.of(place.provider).delete(place.key)
        except FleetError as error:
            log.warning("files.not_removed", provider=place.provider, cause=str(error))
            return False
        await self._remains.removed(place)
        return True
