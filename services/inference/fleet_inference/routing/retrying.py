"""Which failures may go better elsewhere, and which tell of the target's health."""

from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError

_REQUEST_TIMEOUT = 408
_TOO_MANY = 429
_SERVERS_FAULT = 500
_NOT_IMPLEMENTED = 501


def better_elsewhere(error: FleetError, call: Call) -> bool:
    """Whether another target may answer what this one did not.

    So it may for 429, 408 and all of 5xx, with which unreachable upstreams, timeouts and broken transfers come as well.
    What a caller did wrong is wrong everywhere, and nobody is asked for a caller whose time is over.
    """
    if call.seconds_left() == 0:
        return False
    return error.status >= _SERVERS_FAULT or error.status in (_TOO_MANY, _REQUEST_TIMEOUT)


def tells_of_health(error: FleetError, call: Call) -> bool:
    """Whether `error` says that the target would fail others, too.

    Not so where it cannot do such a thing at all, nor where it limits a caller who came with a key of their own.
    """
    if error.status == _TOO_MANY:
        return not call.provider_data()
    return better_elsewhere(error, call) and error.status != _NOT_IMPLEMENTED
