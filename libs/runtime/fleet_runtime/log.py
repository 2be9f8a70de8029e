"""Logging: one JSON object a line on stdout, or colours where a person is watching."""

import logging
import sys

import msgspec
import structlog
from structlog.typing import EventDict, Processor


def configure(service: str) -> None:
    """Send every log line of this process to stdout, with the name of its service."""
    watched = sys.stdout.isatty()

    def add_service(_: object, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    shared: list[Processor] = [
        add_service,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if watched:
        # Its default shows the values of local variables, and so prompts and keys.
        console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        structlog.configure(
            processors=[*shared, console],
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        )
        return
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_encode),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _encode(event: dict[str, object], **_: object) -> bytes:
    return msgspec.json.encode(event, enc_hook=str)
