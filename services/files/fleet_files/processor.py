"""What a file processor is."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from fleet_chunking.block import Block
from fleet_chunking.sizes import Sizes
from fleet_files.properties import DocumentProperties
from fleet_runtime.providers import Provider


@dataclass(frozen=True, slots=True)
class FileToParse:
    """A file to be read.

    Attributes:
        path: Where its bytes are. They stay there until it is read.
        filename: What its owner calls it, with its ending.
        content_type: What its owner says it is. What its bytes say counts for more.
        options: Settings of the provider that are another for this file.
    """

    path: Path
    filename: str
    content_type: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


Parsing: TypeAlias = AsyncGenerator[Block | DocumentProperties, None]
"""The blocks of a file, in order, and its properties once at any place. To close it early stops the work."""


class FileProcessor(Provider, Protocol):
    """Turns files into text."""

    @property
    def sizes(self) -> Sizes:
        """The sizes of chunks in `auto`."""
        ...

    @property
    def reads(self) -> frozenset[str]:
        """The media types of files that it reads, by the names in `media_types`: for whoever chooses among several."""
        ...

    def parse(self, file: FileToParse) -> Parsing:
        """Read a file.

        Going through it raises `InvalidArgument` with one of the codes `unsupported_file`, `encrypted_file`,
        `broken_file` and `file_too_large`, or for its options `invalid_options`; `ResourceExhausted` where too many
        files wait; and for remote ones `UpstreamFailed`.
        """
        ...
