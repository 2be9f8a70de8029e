"""Texts that are read in the service's own process: whatever is in them, that takes milliseconds and little memory.

To fork a worker for one takes many times as long as to read it.
"""

from pathlib import Path

from fleet_files import media_types as t
from fleet_files.parsing import worker
from fleet_files.parsing.encodings import is_utf8
from fleet_files.parsing.parsers import PLAIN
from fleet_files.parsing.wire import Job, Line

# In bytes.
_MOST = 32 * 1024
# Their readers take time and memory in proportion to a text. Those of the others do not: JSON that nests deeply is
# written with an indent a level, the rows of a table are filled up to the longest, and tags need not be closed.
_TYPES = frozenset({t.PLAIN, t.MARKDOWN, t.JSON_LINES, t.CODE})


def read(job: Job) -> list[Line] | None:
    """Return what a worker would say of a file, or nothing if it takes a worker to read it."""
    path = Path(job.path)
    if job.module != PLAIN.module or job.media_type not in _TYPES or path.stat().st_size > _MOST:
        return None
    # To guess another encoding takes long.
    return list(worker.answer(job)) if is_utf8(path.read_bytes()) else None
