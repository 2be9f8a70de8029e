"""The parsers that there are: what each reads, and what has to be installed for it."""

from dataclasses import dataclass
from importlib.util import find_spec

from fleet_files import media_types as t
from fleet_files.media_types import IMAGES, OFFICE, PDF, TEXTS
from fleet_files.parsing.trouble import ENCRYPTED
from fleet_runtime.errors import InvalidArgument

_READERS = "fleet_files.parsing.readers"


@dataclass(frozen=True, slots=True)
class Parser:
    """A module with a function `read`, which yields the blocks and the properties of a file.

    Attributes:
        name: What it is called.
        module: The module.
        reads: The media types that it reads.
        library: The package that it needs, if it needs one; and so is the extra of Llama Fleet that brings it.
    """

    name: str
    module: str
    reads: frozenset[str]
    library: str | None = None

    @property
    def installed(self) -> bool:
        """Whether what it needs is installed."""
        return self.library is None or find_spec(self.library) is not None


PLAIN = Parser("plain", f"{_READERS}.plain", TEXTS)
PYPDF = Parser("pypdf", f"{_READERS}.pdf", frozenset({PDF}), "pypdf")
MARKITDOWN = Parser(
    "markitdown",
    f"{_READERS}.markitdown",
    OFFICE | {t.EPUB, t.HTML, t.CSV},
    "markitdown",
)
DOCLING = Parser(
    "docling",
    f"{_READERS}.docling",
    OFFICE | IMAGES | {PDF, t.HTML, t.MARKDOWN, t.CSV},
    "docling",
)
UNSTRUCTURED = Parser(
    "unstructured",
    f"{_READERS}.unstructured",
    OFFICE | IMAGES | TEXTS - {t.JSON, t.JSON_LINES, t.CODE} | {PDF, t.ODT, t.EPUB, t.RTF},
    "unstructured",
)
ALL = (PLAIN, PYPDF, MARKITDOWN, DOCLING, UNSTRUCTURED)
"""In the order in which `inline::auto` asks them."""


def unreadable(media_type: str, filename: str) -> InvalidArgument:
    """Return the error for a file that a processor does not read; it says what would."""
    if media_type == t.ENCRYPTED:
        return InvalidArgument(ENCRYPTED, code="encrypted_file")
    return InvalidArgument(_why(media_type, filename), code="unsupported_file")


def _why(media_type: str, filename: str) -> str:
    if media_type == t.EMPTY:
        return f"'{filename}' is empty."
    if media_type == t.UNKNOWN:
        return f"'{filename}' is neither a text nor any kind of document that is known here."
    able = [parser.library for parser in ALL if media_type in parser.reads and parser.library]
    if not able:
        return f"'{filename}' is a file of the type {media_type}, which nothing here reads."
    extras = " or ".join(f"`pip install llama-fleet[{library}]`" for library in able)
    return (
        f"'{filename}' is a file of the type {media_type}, which this processor does not read."
        f" What would: {extras}, with `inline::auto` or a processor of that name."
    )
