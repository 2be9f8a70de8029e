"""The process that reads one file, forked by `fork_server.py`.

It takes one `Job` from its channel, writes what it finds there as it finds it, and ends. A channel that nobody reads
holds it up, so it is never ahead by more than what the system holds for a socket.
"""

import importlib
import socket
from collections.abc import Iterator

import msgspec

from fleet_chunking.block import Block
from fleet_files.parsing import confinement
from fleet_files.parsing.pieces import clean, pieces
from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.wire import Done, Failed, Job, Line, Properties, Ready, Text
from fleet_files.properties import DocumentProperties

_MOST_PROPERTIES = 32
_LONGEST_PROPERTY = 1000


def work(channel: socket.socket) -> None:
    """Read the file that comes by `channel`, if one does."""
    with channel.makefile("rb") as requests:
        request = requests.readline()
    if request:
        job = msgspec.json.decode(request, type=Job)
        for line in _lines(job):
            channel.sendall(msgspec.json.encode(line) + b"\n")


def _lines(job: Job) -> Iterator[Line]:
    """Load the parser, if that was not done before the fork, and yield all that there is to say."""
    try:
        importlib.import_module(job.module)
    except Exception as error:  # noqa: BLE001 - a library that is half installed fails in any way; the file was not touched yet
        yield Failed("unsupported_file", f"The parser cannot be loaded here: {error!r}.")
        return
    yield Ready()
    confinement.confine(job.bounds)
    yield from answer(job)


def answer(job: Job) -> Iterator[Line]:
    """Yield what is in a file, and at its end that this is all, or why it cannot be read."""
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
