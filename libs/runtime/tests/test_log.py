"""Where log lines go, and when."""

import asyncio
import io

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
