"""Request fields that the contract does not know, and that providers may."""

from typing import Any

import msgspec

from fleet_runtime.call import Call


def unknown_fields(request: Any, call: Call) -> dict[str, msgspec.Raw] | None:
    """Return the top-level fields of a request that its type lacks, as JSON.

    Args:
        request: The request; one from a gRPC caller has them in `extra`.
        call: Its call, with what a REST caller wrote.
    """
    if call.body is None:
        extra: dict[str, msgspec.Raw] | None = request.extra
        return extra
    known = type(request).__struct_encode_fields__
    fields = msgspec.json.decode(call.body, type=dict[str, msgspec.Raw])
    return {name: value for name, value in fields.items() if name not in known} or None
