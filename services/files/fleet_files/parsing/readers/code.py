"""Programs: a block for some definitions at a time."""

from collections.abc import Iterator
from pathlib import Path

from fleet_chunking.block import Block
from fleet_files.parsing.encodings import read_lines
from fleet_files.parsing.wire import Job

# In characters: shorter definitions share a block; a longer one is cut.
_ENOUGH = 1000
_LONGEST = 32 * 1024


def read(job: Job) -> Iterator[Block]:
    """Yield pieces of a program, each of which ends before a line that is not indented after an empty one."""
    held: list[str] = []
    size, empty = 0, False
    for line in read_lines(Path(job.path)):
        begins = empty and not line[:1].isspace()
        if held and ((begins and size > _ENOUGH) or size > _LONGEST):
            yield Block("code", "".join(held).rstrip())
            held, size = [], 0
        held.append(line)
        size += len(line)
        empty = not line.strip()
    yield Block("code", "".join(held).rstrip())
