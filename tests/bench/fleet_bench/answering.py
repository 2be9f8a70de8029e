"""A program that is there once it answers what it is asked."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from fleet_bench.api import request
from fleet_bench.load import BadAnswerError
from fleet_bench.process import Running
from fleet_bench.system import Launch


def gets(*paths: str) -> list[bytes]:
    """Return the whole HTTP requests that get what is at these paths."""
    return [request("GET", path) for path in paths]


@asynccontextmanager
async def answering(
    launch: Launch, port: int, folder: Path, requests: Iterable[bytes]
) -> AsyncGenerator[Running, None]:
    """Start a program, wait until it answers all requests, and stop all its processes in the end."""
    running = Running(launch, port, folder)
    try:
        for each in requests:
            await running.ready(each, _answered)
        yield running
    finally:
        running.stop()


def _answered(response: bytes) -> None:
    if not response.startswith(b"HTTP/1.1 200"):
        raise BadAnswerError(response[:500].decode(errors="replace"))
