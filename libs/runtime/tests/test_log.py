"""Where log lines go, and when."""

import asyncio
import io
import json
import subprocess
import sys

import pytest

from fleet_runtime.log import LineWriter


class Counted(io.BytesIO):
    """A file that counts how often it is written to."""

    writes = 0

    def write(self, data: bytes) -> int:
        """Write, and count."""
        self.writes += 1
        return super().write(data)


def test_a_line_is_written_at_once_where_no_loop_runs():
    """Start-up may fail right after it."""
    file = Counted()
    LineWriter(file).info(b"one")

    assert b"one\n" == file.getvalue()


def test_the_lines_of_one_turn_are_written_together():
    """A write costs more than a line."""
    file = Counted()

    async def turn():
        writer = LineWriter(file)
        writer.info(b"one")
        writer.error(b"two")
        await asyncio.sleep(0)

    asyncio.run(turn())

    assert b"one\ntwo\n" == file.getvalue()
    assert 1 == file.writes


def test_a_line_after_a_turn_is_written_too():
    """Nothing waits for the next line."""
    file = Counted()

    async def turns():
        writer = LineWriter(file)
        for line in (b"one", b"two"):
            writer.info(line)
            await asyncio.sleep(0)

    asyncio.run(turns())

    assert b"one\ntwo\n" == file.getvalue()


@pytest.mark.parametrize(
    ("level", "written"), [("info", ["calls", "care", "trouble"]), ("warning", ["care", "trouble"])]
)
def test_what_is_less_than_the_level_is_left_out(level, written):
    """Each call is a line, and a busy service has many."""
    script = f"""
import structlog
from fleet_runtime import log
log.configure("echo", {level!r})
logger = structlog.get_logger()
logger.debug("details")
logger.info("calls")
logger.warning("care")
logger.error("trouble")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]

    assert written == [line["event"] for line in lines]
    assert {"echo"} == {line["service"] for line in lines}
