"""Logging: one JSON object a line on stdout, or colours where a person is watching."""

import asyncio
import atexit
import logging
import sys
from datetime import UTC, datetime
from typing import BinaryIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor


def configure(service: str) -> None:
    """Send every log line of this process to stdout, with the name of its service."""
    watched = sys.stdout.isatty()

    def add_service(_: object, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    shared: list[Processor] = [add_service, structlog.processors.add_log_level]
    if watched:
        stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
        # Its default shows the values of local variables, and so prompts and keys.
        console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        structlog.configure(
            processors=[*shared, stamp, console],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        )
        return
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.format_exc_info,
            _line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=LineWriter(sys.stdout.buffer),
        cache_logger_on_first_use=True,
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


def _line(_: object, __: str, event: EventDict) -> bytes:
    """Return `event` as JSON, stamped. structlog's own stamp costs more than all the rest of a line."""
    event["timestamp"] = datetime.now(UTC)
    return _encode(event)
