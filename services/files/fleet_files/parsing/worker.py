"""The process that reads one file: `python -m fleet_files.parsing.worker PARENT MODULE…`.

It loads its modules, says that it is ready, takes one `Job` from its input, writes what it finds to its output as it
finds it, and ends. An output that nobody reads holds it up, so it is never ahead by more than a pipe.
"""

import importlib
import os
import sys
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from fleet_chunking.block import Block
from fleet_files.parsing import confinement
from fleet_files.parsing.pieces import clean, pieces
from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.wire import Done, Failed, Job, Line, Properties, Ready, Text
from fleet_files.properties import DocumentProperties

_MOST_PROPERTIES = 32
_LONGEST_PROPERTY = 1000


def main() -> None:
    """Read one file."""
    parent, *modules = sys.argv[1:]
    confinement.end_with(int(parent))
    offline = confinement.leave_network()
    output = _own_output()
    try:
        for module in modules:
            importlib.import_module(module)
    except Exception as error:  # noqa: BLE001 - a library that is half installed fails in any way; no file was seen yet
        _write(output, Failed("unsupported_file", f"The parser cannot be loaded here: {error!r}."))
        return
    _write(output, Ready(offline))
    request = sys.stdin.buffer.readline()
    if request:
        job = msgspec.json.decode(request, type=Job)
        confinement.confine(job.bounds)
        for line in _answer(job):
            _write(output, line)


def _own_output() -> BinaryIO:
    """Return the output, and leave libraries that print one that goes nowhere."""
    output = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return output


def _write(output: BinaryIO, line: Line) -> None:
    output.write(msgspec.json.encode(line) + b"\n")
    output.flush()


def _answer(job: Job) -> Iterator[Line]:
    """Yield what is in a file, or at the end why it cannot be read."""
    try:
        yield from _read(job)
    except ReadError as error:
        yield Failed(error.code, error.message)
    except MemoryError:
        megabytes = job.bounds.memory // (1024 * 1024)
        yield Failed(
            "file_too_large",
            f"Reading the file takes more than {megabytes} MiB of memory. Split it, or raise `limits.memory_mb`.",
        )
    except Exception as error:  # noqa: BLE001 - whatever a parser makes of a broken file; no text of it is known to be safe
        yield Failed(
            "broken_file",
            f"The file is broken or not what it seems: reading it ended in {type(error).__name__}."
            " Open it where it was made, and save it again.",
        )


def _read(job: Job) -> Iterator[Line]:
    found = False
    for item in importlib.import_module(job.module).read(job):
        if isinstance(item, DocumentProperties):
            yield _properties(item)
        else:
            for line in _texts(item):
                found = True
                yield line
    if not found:
        raise ReadError(
            "unsupported_file",
            "There is no text in the file. If it holds scanned pages, read it with a processor that does OCR, such as"
            " `inline::docling`.",
        )
    yield Done()


def _texts(block: Block) -> Iterator[Text]:
    for piece in pieces(block):
        yield Text(piece.kind, piece.text, piece.page, piece.headings)


def _properties(properties: DocumentProperties) -> Properties:
    kept = list(properties.values.items())[:_MOST_PROPERTIES]
    values = {clean(name)[:_LONGEST_PROPERTY]: clean(v)[:_LONGEST_PROPERTY] for name, v in kept}
    return Properties(properties.page_count, values)


if __name__ == "__main__":
    main()
