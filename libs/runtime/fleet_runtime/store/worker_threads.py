"""The threads in which aiosqlite runs what it is asked, one a connection.

What was cancelled goes on in its thread until SQLite is done, and then tells the event loop. If that is closed by then,
the thread dies of it, loudly.
"""

import asyncio
from typing import Any

from sqlalchemy import Engine, event

# In seconds. The longest that a connection may take to end.
_PATIENCE = 5.0


class WorkerThreads:
    """Those of one engine.

    Args:
        engine: The engine.
    """

    def __init__(self, engine: Engine) -> None:
        self._threads: list[Any] = []
        event.listen(engine, "connect", self._connected)

    def _connected(self, connection: Any, _: Any) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        connection.run_async(self._know)

    async def _know(self, driver: Any) -> None:
        self._threads.append(driver._thread)  # noqa: SLF001 - there is no other way to wait for it

    async def ended(self) -> None:
        """Wait until all have ended. Called when all connections are closed."""
        for thread in self._threads:
            await asyncio.to_thread(thread.join, _PATIENCE)
