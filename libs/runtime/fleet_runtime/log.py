"""Logging: one JSON object a line on stdout, or colours where a person is watching."""

import asyncio
import atexit
import logging
import sys
from datetime import UTC, datetime
from typing import BinaryIO

import msgspec
import structlog
from structlog.processors import add_log_level, format_exc_info
from structlog.typing import EventDict, Processor


def configure(service: str, level: str = "info") -> None:
    """Send what this process logs, from `level` on, to stdout, with the name of its service."""
    watched = sys.stdout.isatty()
    # It warns of each broken form, with what stands in it.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    # Its default shows the values of local variables, and so prompts and keys.
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[_known(service), stamp, console] if watched else [_line(service)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=None if watched else LineWriter(sys.stdout.buffer),
        cache_logger_on_first_use=not watched,
    )


class LineWriter:
    """Writes lines to a file: at once, or where an event loop runs, at the end of its turn.

    A service that is busy ends many calls in one turn, and writes their lines at the price of one.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lines: list[bytes] = []
        atexit.register(self.flush)

    def __call__(self, *_: object) -> "LineWriter":
        """Return itself: structlog asks for a logger by a call."""
        return self

    def msg(self, line: bytes) -> None:
        """Write `line`, soon."""
        self._lines.append(line)
        if len(self._lines) > 1:
            return  # somebody writes already
        try:
            asyncio.get_running_loop().call_soon(self.flush)
        except RuntimeError:
            self.flush()

    # What structlog calls, one for each level.
    debug = info = warning = error = critical = exception = msg

    def flush(self) -> None:
        """Write what was not written yet."""
        lines, self._lines = self._lines, []
        if lines:
            self._file.write(b"\n".join([*lines, b""]))
            self._file.flush()


_encode = msgspec.json.Encoder(enc_hook=str).encode


def _known(service: str) -> Processor:
    """Return what adds the service and the level to an event."""

    def known(logger: object, method: str, event: EventDict) -> EventDict:
        event["service"] = service
        return add_log_level(logger, method, event)

    return known


def _line(service: str) -> Processor:
    """Return what makes an event into JSON, in one step: structlog's own, and its stamp, cost more than the rest."""
    known = _known(service)

    def line(logger: object, method: str, event: EventDict) -> bytes:
        known(logger, method, event)
        if "exc_info" in event:
            format_exc_info(logger, method, event)
        event["timestamp"] = datetime.now(UTC)
        return _encode(event)

    return line
