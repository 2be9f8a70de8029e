"""A tool group as an agent's config names it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from fleet.agents.v1 import messages as m
from fleet_runtime.errors import InvalidArgument

_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True)
class NamedGroup:
    """A group, or one tool of it.

    Attributes:
        group: The group.
        tool: The one tool; all if unset.
        args: What the config sets for them.
    """

    group: str
    tool: str | None
    args: Mapping[str, Any]


def named_group(entry: m.AgentToolgroup) -> NamedGroup:
    """Return what an entry of `toolgroups` names: `group`, or `group/tool`.

    Raises:
        InvalidArgument: Its `args` are no object.
    """
    if isinstance(entry, str):
        return _named(entry, {})
    try:
        return _named(entry.name, _decode(entry.args or b"{}"))
    except msgspec.DecodeError:
        raise InvalidArgument(
            f"'args' of the tool group '{entry.name}' must be an object.",
            code="invalid_args",
            param="toolgroups",
        ) from None


def _named(name: str, args: Mapping[str, Any]) -> NamedGroup:
    group, _, tool = name.partition("/")
    return NamedGroup(group, tool or None, args)
