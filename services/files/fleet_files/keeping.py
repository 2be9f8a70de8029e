"""Putting bytes with a provider, so that they are owned or removed whatever happens."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import structlog

from fleet_files.bytes_kept import Keepers, Kept
from fleet_files.config import UploadConfig
from fleet_files.incoming import Incoming
from fleet_files.remains import Place, Remains
from fleet_runtime.errors import DeadlineExceeded, FleetError

log = structlog.get_logger()

# In seconds: how much later than at its end an upload counts as left behind. Clocks differ.
_MARGIN = 60.0


class Keeping:
    """Puts new bytes with the first provider.

    Args:
        keepers: The providers.
        remains: Where bytes without an owner are written down.
        config: What may come in.
    """

    def __init__(self, keepers: Keepers, remains: Remains, config: UploadConfig) -> None:
        self._keepers = keepers
        self._remains = remains
        self._config = config

    @asynccontextmanager
    async def put(self, file: Incoming[Any]) -> AsyncGenerator[Kept, None]:
        """Put a file's bytes, and yield where they are. The block must give them an owner, by `Remains.owned`.

        Raises:
            DeadlineExceeded: The upload takes too long.
            FleetError: As `FilesProvider.put`.
        """
        first = self._keepers.first
        place = Place(first.config.id, file.id)
        await self._remains.expect(place, self._config.seconds + _MARGIN)
        try:
            key = await self._put(file)
            if key != file.id:
                place = await self._remains.moved(place, key)
            yield Kept(place.provider, place.key, file.size, file.sha256)
        except BaseException:
            await self._give_up(place)
            raise

    async def _put(self, file: Incoming[Any]) -> str:
        try:
            async with asyncio.timeout(self._config.seconds):
                return await self._keepers.first.provider.put(file)
        except TimeoutError:
            raise DeadlineExceeded(
                f"The upload took more than {self._config.seconds:g} seconds.",
                code="upload_too_slow",
            ) from None

    async def _give_up(self, place: Place) -> None:
        """Have what was put removed soon. If even that fails, it is removed later."""
        try:
            await self._remains.give_up(place)
        except FleetError as error:
            log.warning("files.not_given_up", cause=str(error))
