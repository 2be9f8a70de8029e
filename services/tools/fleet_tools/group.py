"""What a tool group is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ToolGroup:
    """A tool group.

    Attributes:
        id: Its name.
        provider: The id of the provider that runs its tools.
        uri: The server that has its tools, if the provider talks to servers.
        args: Settings for all of its tools.
        configured: Whether the config has it, and not a caller.
    """

    id: str
    provider: str
    uri: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    configured: bool = False
