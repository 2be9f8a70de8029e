"""Taking away what has expired: stores that nobody used for long, chunks whose time is over."""

import time
from collections.abc import Mapping
from contextlib import suppress

import structlog

from fleet_runtime.errors import NotFound
from fleet_vector_io import payload
from fleet_vector_io.making import Making
from fleet_vector_io.provider import EVERYTHING, Selection, VectorIOProvider
from fleet_vector_io.records import StoreRecord
from fleet_vector_io.register import Register

log = structlog.get_logger()

# How many chunks are looked at at once.
_PIECE = 1000


class Sweeper:
    """Looks once. Several may at once: what one has taken away, the others do not find.

    Args:
        register: What is known of stores.
        providers: Who keeps chunks, by id.
        making: Takes stores away.
    """

    def __init__(
        self,
        register: Register,
        providers: Mapping[str, VectorIOProvider],
        making: Making,
    ) -> None:
        self._register = register
        self._providers = providers
        self._making = making

    async def sweep(self) -> None:
        """Take away what has expired."""
        now = int(time.time())
        for store in await self._register.expired_stores(now):
            with suppress(NotFound):
                await self._making.unmake(store)
                log.info("vector_stores.expired", vector_store=store.id)
        for store in await self._register.fleeting_stores():
            await self._sweep_chunks(store, now)

    async def _sweep_chunks(self, store: StoreRecord, now: int) -> None:
        provider = self._providers[store.provider_id]
        collection, passed = store.collection, 0
        while True:
            chunks = await provider.chunks(collection, EVERYTHING, offset=passed, limit=_PIECE)
            over = [
                chunk.id
                for chunk in chunks
                if 0 < (payload.read(chunk.payload).expires or 0) <= now
            ]
            if over:
                await provider.delete(collection, Selection(ids=over))
            if len(chunks) < _PIECE:
                return
            passed += len(chunks) - len(over)
