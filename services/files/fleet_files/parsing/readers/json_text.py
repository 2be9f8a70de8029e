"""JSON (RFC 8259), and JSON in lines: what fits into a block stays together, under its path."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fleet_chunking.block import Block
from fleet_files.parsing.encodings import encoding_of, read_lines
from fleet_files.parsing.readers import text
from fleet_files.parsing.wire import Job

# In characters.
_TOGETHER = 4000
_DEEPEST = 8


def read(job: Job) -> Iterator[Block]:
    """Yield the values of a file; a file that is no JSON is read as a text."""
    path = Path(job.path)
    try:
        value = json.loads(path.read_text(encoding=encoding_of(path), errors="replace"))
    except (ValueError, RecursionError):
        yield from text.read(job)
        return
    yield from _blocks(value, ())


def read_lines_of(job: Job) -> Iterator[Block]:
    """Yield the lines of a file."""
    return (Block("code", line) for line in read_lines(Path(job.path)))


def _blocks(value: Any, path: tuple[str, ...]) -> Iterator[Block]:
    """Yield `value`, or if it is large and not too deep down, what is in it."""
    written = json.dumps(value, ensure_ascii=False, indent=2)
    if len(written) <= _TOGETHER or len(path) == _DEEPEST or not isinstance(value, dict | list):
        yield Block("code", written, headings=path)
        return
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield from _blocks(inner, (*path, str(key)))
