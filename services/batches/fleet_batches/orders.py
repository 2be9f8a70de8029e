"""What a process that works on a batch must know besides what is kept of it."""

import time

import msgspec

from fleet_runtime.call import Call


class Order(msgspec.Struct):
    """Stands in the batch's job, and goes with it when the batch has ended.

    Attributes:
        metadata: The caller's keys for providers, and the trace.
    """

    metadata: list[tuple[str, str]]


def order_of(call: Call) -> str:
    """Return the order that a call gives, as JSON."""
    return msgspec.json.encode(Order(call.forwarded())).decode()


def read_order(payload: str) -> Order:
    """Return the order that a job holds."""
    return msgspec.json.decode(payload, type=Order)


def call_of(order: Order, seconds: float) -> Call:
    """Return a call on behalf of who gave an order, which may take `seconds`."""
    return Call("Batch", order.metadata, time.monotonic() + seconds)
