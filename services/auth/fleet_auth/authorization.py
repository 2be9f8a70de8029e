"""The gateway's question: may this call come in, and who makes it."""

from typing import NoReturn

from fleet_auth.callers import Callers
from fleet_auth.check_messages import (
    REQUEST,
    RESPONSE,
    SERVICE,
    Check,
    Verdict,
    from_verdict,
    to_check,
)
from fleet_auth.credentials import CREDENTIALS, asked_of
from fleet_runtime.access.caller import Caller
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, Unauthenticated
from fleet_runtime.operation import Binding, BoundService, MessageType, Operation

_OK = 200
_CHALLENGE = 'Bearer realm="llama-fleet"'


def _nobody_does(_: object) -> NoReturn:
    """Stand for the way in which Envoy goes, not we."""
    raise NotImplementedError("only Envoy asks, and only this service answers")


_CHECK = Operation(
    rpc="Check",
    request=MessageType(Check, REQUEST, to_proto=_nobody_does, from_proto=to_check),
    answer=MessageType(Verdict, RESPONSE, to_proto=from_verdict, from_proto=_nobody_does),
    routes=(),
    has_body=True,
)


class Authorization:
    """Decides on calls at the gateway.

    Args:
        callers: Who knows the callers.
    """

    def __init__(self, callers: Callers) -> None:
        self._callers = callers

    async def check(self, request: Check, call: Call) -> Verdict:
        """Let a call in, with who makes it, or refuse it."""
        try:
            caller = await self._callers.identified(asked_of(request))
        except FleetError as error:
            call.notes["refused"] = error.code or error.type
            return refused(error)
        return let_in(caller)


def let_in(caller: Caller) -> Verdict:
    """Return that a call comes in, on behalf of `caller`; what it came in by stays outside."""
    return Verdict(_OK, 0, caller.headers(), CREDENTIALS)


def refused(error: FleetError) -> Verdict:
    """Return that a call does not come in. The gateway puts the text in the shape that the caller knows."""
    challenge = [("www-authenticate", _CHALLENGE)] if isinstance(error, Unauthenticated) else []
    return Verdict(error.status, error.grpc_code.value[0], challenge, body=error.message)


def bind_authorization(service: Authorization) -> BoundService:
    """Return the service as Envoy calls it."""
    return BoundService(SERVICE, (Binding(_CHECK, service.check),))
