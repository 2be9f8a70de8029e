"""Fields of a request that a vendor has nothing for: refused by name, or callers would not know what they miss."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from fleet.inference.v1 import messages as m
from fleet_runtime.errors import InvalidArgument

# What asks for nothing where it is set to this, and not only where it is unset.
_NOTHING: dict[str, tuple[Any, ...]] = {
    "repetition_penalty": (1.0,),
    "top_k": (0, -1),
}
_OLD = {"functions": "tools", "function_call": "tool_choice"}

Generation: TypeAlias = m.ChatCompletionRequest | m.CompletionRequest
"""A request for text."""


def refuse(request: m.ChatCompletionRequest, vendor: str, names: Iterable[str]) -> None:
    """Raise `InvalidArgument` if `request` asks for one of the fields `names`, or by OpenAI's oldest ones."""
    for old, new in _OLD.items():
        if getattr(request, old):
            raise wrong(old, f"is not served by the models of {vendor}; use '{new}'")
    refuse_fields(request, vendor, names)


def refuse_fields(request: Generation, vendor: str, names: Iterable[str]) -> None:
    """Raise `InvalidArgument` if `request` asks for one of the fields `names`."""
    for name in names:
        if asks(request, name):
            raise wrong(name, f"is nothing that the models of {vendor} have; leave it out")


def refuse_tier(request: m.ChatCompletionRequest, vendor: str) -> None:
    """Raise `InvalidArgument` if `request` asks for a latency tier."""
    if request.service_tier not in (None, "auto", "default"):
        raise wrong("service_tier", f"is nothing that {vendor} has; leave it out")


def asks(request: Generation, name: str) -> bool:
    """Say whether a field is set to something that changes the answer."""
    value = getattr(request, name)
    if name == "seed":
        return value is not None
    return bool(value) and value not in _NOTHING.get(name, ())


def wrong(param: str, why: str) -> InvalidArgument:
    """Return the error for the field `param`; `why` follows its name."""
    return InvalidArgument(f"'{param}' {why}.", code="invalid_value", param=param)


def stops(request: Generation) -> list[str] | None:
    """Return the strings that end the answer, if there are any."""
    return ([request.stop] if isinstance(request.stop, str) else request.stop) or None


def most_tokens(request: m.ChatCompletionRequest) -> int | None:
    """Return the most tokens to produce, if the caller says so."""
    return request.max_completion_tokens or request.max_tokens
