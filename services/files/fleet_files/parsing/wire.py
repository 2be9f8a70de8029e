"""What goes to a worker, and what comes back: JSON, a line each."""

from typing import Any, TypeAlias

import msgspec

from fleet_chunking.block import BlockKind
from fleet_files.parsing.trouble import Code

LONGEST_LINE = 1024 * 1024
"""In bytes. `pieces.LONGEST` characters fit in, whatever they are."""


class Bounds(msgspec.Struct, frozen=True):
    """The limits that a worker keeps itself; those of `settings.Limits`, in bytes."""

    cpu_seconds: int
    memory: int
    pages: int
    expanded: int


class Job(msgspec.Struct, frozen=True):
    """A file to be read.

    Attributes:
        module: The module whose `read` reads it.
        path: Where it is.
        filename: What its owner calls it.
        media_type: What it is.
        options: The parser's settings.
        bounds: What it may cost.
    """

    module: str
    path: str
    filename: str
    media_type: str
    options: dict[str, Any]
    bounds: Bounds


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker has its parser loaded, and begins to read."""


class Text(msgspec.Struct, frozen=True, tag="block", omit_defaults=True):
    """A `Block`."""

    kind: BlockKind
    text: str
    page: int | None = None
    headings: tuple[str, ...] = ()


class Properties(msgspec.Struct, frozen=True, tag="properties"):
    """The `DocumentProperties`."""

    page_count: int | None
    values: dict[str, str]


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The file cannot be read; nothing follows."""

    code: Code
    message: str


class Done(msgspec.Struct, frozen=True, tag="done"):
    """All of it was read; nothing follows."""


Line: TypeAlias = Ready | Text | Properties | Failed | Done

lines: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)
