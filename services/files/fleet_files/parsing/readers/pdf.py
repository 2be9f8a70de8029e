"""PDFs, by pypdf: https://pypdf.readthedocs.io."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pypdf.filters  # noqa: F401 - else each worker loads it for itself
from pypdf import PageObject, PasswordType, PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PdfReadError

from fleet_chunking.block import Block
from fleet_files.parsing.archives import encrypted
from fleet_files.parsing.readers.outline import Outline
from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.wire import Job
from fleet_files.properties import DocumentProperties

# A word that is divided at the end of a line.
_DIVIDED = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")
_SPACES = re.compile(r"[ \t\u00a0]{2,}|\u00a0")
_EMPTY_LINES = re.compile(r"\n[ \t]*\n\s*")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": ""})
_BROKEN = "The file is broken: it begins as a PDF, but is none. Save it again where it was made."


class _Options(msgspec.Struct):
    extract_metadata: bool = True
    clean_text: bool = True


def read(job: Job) -> Iterator[Block | DocumentProperties]:
    """Yield the text of a PDF, page by page, cut at the headings of its outline."""
    options = msgspec.convert(job.options, _Options)
    reader = _opened(Path(job.path))
    count = len(reader.pages)
    if count > job.bounds.pages:
        raise ReadError(
            "file_too_large",
            f"The file has {count} pages, and {job.bounds.pages} are the most. Split it, or raise `limits.pages`.",
        )
    yield DocumentProperties(count, _values(reader) if options.extract_metadata else {})
    outline = Outline(reader)
    for number, page in enumerate(reader.pages, start=1):
        text = _text(page)
        yield from outline.cut(number, cleaned(text) if options.clean_text else text)
        # What one page needed is kept for others, which in a long file comes to gigabytes.
        reader.resolved_objects.clear()


def _opened(path: Path) -> PdfReader:
    try:
        reader = PdfReader(path)
        # Many a file is encrypted without a password, so that it cannot be changed.
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise encrypted()
        len(reader.pages)
    except DependencyError:
        raise encrypted() from None
    except PdfReadError:
        raise ReadError("broken_file", _BROKEN) from None
    return reader


def _text(page: PageObject) -> str:
    try:
        return page.extract_text()
    except LimitReachedError:
        raise ReadError(
            "file_too_large",
            "A page of the file unpacks to more than any text needs. If it is no bomb, print it to a new PDF.",
        ) from None


def cleaned(text: str) -> str:
    """Return the text of a page without what only its layout needs."""
    text = _DIVIDED.sub("", text.translate(_LIGATURES))
    text = _SPACES.sub(" ", text)
    return _EMPTY_LINES.sub("\n\n", text).strip()


def _values(reader: PdfReader) -> dict[str, str]:
    """Return title, author and the like, as far as they can be read."""
    try:
        held: dict[str, Any] = dict(reader.metadata or {})
        return {name.lstrip("/").lower(): str(value) for name, value in held.items() if value}
    except PdfReadError:
        return {}
