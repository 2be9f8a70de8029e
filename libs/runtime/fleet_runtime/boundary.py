"""The one place where an error becomes a status, and where each call is written down once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, Internal
from fleet_runtime.telemetry import Telemetry

T = TypeVar("T")

log = structlog.get_logger()


class Boundary:
    """Stands between the faces and the operations of one server."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    async def run(
        self, call: Call, work: Awaitable[T], refuse: Callable[[FleetError], Awaitable[T]]
    ) -> T:
        """Return what `work` returns; where it raises, what `refuse` makes of the error.

        Args:
            call: The call that `work` answers.
            work: The operation, and the writing of its answer.
            refuse: Tells the caller of an error. Called at most once.
        """
        self._telemetry.started(call)
        outcome = "OK"
        try:
            return await work
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
