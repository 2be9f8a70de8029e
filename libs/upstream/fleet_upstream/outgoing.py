"""What is sent to a model server: the caller's own bytes wherever nothing must change."""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import compress
from operator import attrgetter, is_not
from typing import Any

import msgspec

from fleet_runtime.call import Call

# Under this name a message carries the fields that the contract does not know.
_EXTRA = "fleet.extra"

_encode = msgspec.json.Encoder().encode
_fields_of = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def outgoing(request: Any, call: Call) -> bytes:
    """Return `request` as JSON.

    A REST caller's body goes as it came, unknown fields and all; only the top-level fields in which `request` differs
    from what was received are written anew. A gRPC caller's request is encoded, and its `extra` put beside it.
    """
    if call.body is not None and type(call.received) is type(request):
        return _changed(call.body, call.received, request)
    body = _encode(request)
    return _with_extra(body, request) if request.extra else body


def with_defaults(body: bytes, defaults: Mapping[str, object]) -> bytes:
    """Return the JSON object `body` with those of `defaults` that it does not have."""
    return _encode({**defaults, **_fields_of(body)})


def with_fields(body: bytes, fields: Mapping[str, object]) -> bytes:
    """Return the JSON object `body` with `fields` in place of its own."""
    return _encode({**_fields_of(body), **fields})


def _changed(body: bytes, received: Any, request: Any) -> bytes:
    """Return `body` with the fields in which `request` is another than `received`."""
    fields = _fields_of(body)
    names, values_of = _values(request.__class__)
    # A copy of a struct holds the very objects of the first, so identity tells what nobody touched.
    for name in compress(names, map(is_not, values_of(request), values_of(received))):
        value = getattr(request, name)
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = msgspec.Raw(_encode(value))
    return _encode(fields)


@cache
def _values(kind: type[msgspec.Struct]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """Return the names of the fields that `kind` sends, and what gets all their values at once."""
    names = tuple(name for name in kind.__struct_fields__ if name != "extra")
    return names, attrgetter(*names)


def _with_extra(body: bytes, request: Any) -> bytes:
    """Return `body` with the unknown fields in the place that callers of the server put them."""
    fields = _fields_of(body)
    del fields[_EXTRA]
    known = type(request).__struct_encode_fields__
    fields |= {name: raw for name, raw in request.extra.items() if name not in known}
    return _encode(fields)
