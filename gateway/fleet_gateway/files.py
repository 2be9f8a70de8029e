"""The files that Envoy's config names."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Files:
    """Where Envoy finds what its config names.

    Attributes:
        descriptor: The REST faces.
        lua: The error filter.
        admin: Where its admin listens.
    """

    descriptor: Path
    lua: Path
    admin: str
