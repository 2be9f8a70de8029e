"""Hearing that batches are cancelled which this process works on."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, asynccontextmanager, contextmanager

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_batches.tables import BATCHES
from fleet_runtime.errors import Unavailable
from fleet_runtime.store import Database

log = structlog.get_logger()

OF = BATCHES.c
_TOPIC = "batches_cancelled"


class Cancellations:
    """Tells of them.

    Args:
        database: Where batches are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cancelled: dict[str, asyncio.Event] = {}

    async def announce(self, connection: AsyncConnection) -> None:
        """Tell all processes that a batch is cancelled, with the transaction of `connection`."""
        await self._database.announce(connection, _TOPIC)

    @contextmanager
    def of(self, batch_id: str) -> Generator[asyncio.Event, None, None]:
        """Yield what is set soon after a batch is cancelled, while the block runs."""
        self._cancelled[batch_id] = asyncio.Event()
        try:
            yield self._cancelled[batch_id]
        finally:
            del self._cancelled[batch_id]

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        """Listen while the block runs."""
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(self._listen())
            try:
                yield
            finally:
                listening.cancel()

    async def _listen(self) -> None:
        async with aclosing(self._database.changes(_TOPIC)) as changes:
            async for _ in changes:
                if not self._cancelled:
                    continue
                try:
                    await self._look()
                except Unavailable as error:
                    # Whoever works on a batch sees it, too, by what is written of it.
                    log.warning("batches.cancellations_not_read", cause=error.message)

    async def _look(self) -> None:
        # Whose they are does not matter: ids are unique, and nobody calls.
        query = select(OF.id).where(OF.id.in_(list(self._cancelled)), OF.status == "cancelling")
        async with self._database.begin() as connection:
            found = (await connection.execute(query)).scalars().all()
        for batch_id in found:
            if (cancelled := self._cancelled.get(batch_id)) is not None:
                cancelled.set()
