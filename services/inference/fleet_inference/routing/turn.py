"""Whose turn is when: what a request says of its priority, and of whose it is."""

from dataclasses import dataclass
from typing import Any

from fleet_runtime.call import Call

PRIORITY_HEADER = "x-fleet-priority"
TENANT_HEADER = "x-fleet-tenant"

# By OpenAI's names of service tiers, highest first: https://platform.openai.com/docs/guides/flex-processing
_BY_NAME = {"priority": 0, "default": 1, "flex": 2}
PRIORITIES = len(_BY_NAME)
_DEFAULT = _BY_NAME["default"]


@dataclass(frozen=True, slots=True)
class Turn:
    """The priority, 0 being the highest, and the tenant; "" until callers are told apart."""

    priority: int = _DEFAULT
    tenant: str = ""


def turn_of(request: Any, call: Call) -> Turn:
    """Return when it is the turn of `request`.

    The header `x-fleet-priority`, which a gateway sets by who calls, goes before the request's own `service_tier`. Both
    say `priority`, `default` or `flex`; anything else is `default`.
    """
    named = call.header(PRIORITY_HEADER) or getattr(request, "service_tier", None) or ""
    return Turn(_BY_NAME.get(named, _DEFAULT), call.header(TENANT_HEADER) or "")
