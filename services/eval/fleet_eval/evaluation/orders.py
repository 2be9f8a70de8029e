"""What a process that works on a run must know besides what is kept of it."""

import msgspec

from fleet_runtime.call import Call


class Order(msgspec.Struct):
    """Stands in the run's job, and goes with it when the run has ended.

    Attributes:
        metadata: The caller's keys for providers, and the trace.
    """

    metadata: list[tuple[str, str]]


def order_of(call: Call) -> str:
    """Return the order that a call gives, as JSON."""
    return msgspec.json.encode(Order(call.forwarded())).decode()


def call_of(payload: str) -> Call:
    """Return a call on behalf of who gave the order that a job holds."""
    return Call("Eval", msgspec.json.decode(payload, type=Order).metadata)
