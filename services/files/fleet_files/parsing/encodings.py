"""How the characters of a text are written."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from charset_normalizer import from_bytes

_LOOK = 1024 * 1024
# What a detector needs to tell languages apart; more only takes time.
_GUESSED_FROM = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In characters. A file of one endless line is read in lines of this length.
_LONGEST_LINE = 64 * 1024


def encoding_of(path: Path) -> str:
    """Return the encoding of a text: what its first bytes say, else UTF-8 if it can be, else what is likeliest."""
    with path.open("rb") as file:
        head = file.read(_LOOK)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked:
        return marked
    if is_utf8(head):
        return "utf-8"
    likeliest = from_bytes(head[:_GUESSED_FROM]).best()
    return likeliest.encoding if likeliest else "cp1252"


def is_utf8(head: bytes) -> bool:
    """Whether these can be the first bytes of a text in UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text with their ends, all written alike; what is no character is replaced."""
    with path.open(encoding=encoding_of(path), errors="replace") as file:
        while line := file.readline(_LONGEST_LINE):
            yield line
