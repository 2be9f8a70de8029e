"""The one place where an error becomes a status, and where each call is written down once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import structlog

from fleet_runtime.access.caller import acting_for, told
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, Internal, Unavailable
from fleet_runtime.telemetry import Telemetry

T = TypeVar("T")

log = structlog.get_logger()


class Boundary:
    """Stands between the faces and the operations of one server."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._open = 0
        self._closing = False
        self._none_open = asyncio.Event()

    async def close(self, seconds: float) -> None:
        """Refuse calls from now on, and wait up to `seconds` for the end of those that are open."""
        self._closing = True
        if self._open:
            with suppress(TimeoutError):  # the server cancels them
                async with asyncio.timeout(seconds):
                    await self._none_open.wait()

    async def run(
        self, call: Call, work: Coroutine[Any, Any, T], refuse: Callable[[FleetError], Awaitable[T]]
    ) -> T:
        """Return what `work` returns; where it raises, what `refuse` makes of the error.

        Args:
            call: The call that `work` answers.
            work: The operation, and the writing of its answer.
            refuse: Tells the caller of an error. Called at most once.
        """
        self._telemetry.started(call)
        self._open += 1
        outcome = "OK"
        try:
            with acting_for(told(call)):
                return await (_refused(work) if self._closing else work)
        except FleetError as error:
            outcome = error.grpc_code.name
            call.notes["error"] = error.code or error.type
            return await refuse(error)
        except asyncio.CancelledError:
            outcome = "CANCELLED"
            raise
        except Exception:
            outcome = "INTERNAL"
            log.exception("rpc.bug", method=call.method)
            return await refuse(
                Internal("Internal error; the log of the service says more.", code="internal_error")
            )
        finally:
            self._telemetry.finished(call, outcome)
            self._open -= 1
            if self._closing and not self._open:
                self._none_open.set()


async def _refused(work: Coroutine[Any, Any, T]) -> T:
    work.close()
    raise Unavailable("This replica is about to end. Try again: another one takes over.")
