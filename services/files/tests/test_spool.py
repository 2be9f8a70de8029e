"""Files that are on this machine's disk for a moment."""

import os
import time

import pytest

from fleet_files.spool import read, spooled, sweep

DAY = 24 * 3600


async def pieces(*data):
    for piece in data:
        if isinstance(piece, Exception):
            raise piece
        yield piece


async def test_a_file_is_there_for_the_block_and_then_gone():
    """Whole, from the first line of the block on."""
    async with spooled(pieces(b"a" * 100_000, b"b")) as path:
        assert b"a" * 100_000 + b"b" == b"".join([piece async for piece in read(path)])

    assert not path.exists()


async def test_what_breaks_off_leaves_nothing(tmp_path, monkeypatch):
    """Temporary files fill a disk that nobody looks at."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(RuntimeError, match="gone"):
        async with spooled(pieces(b"a", RuntimeError("the caller is gone"))):
            raise AssertionError

    assert [] == list(tmp_path.iterdir())


def test_what_a_dead_process_left_is_swept_after_a_day(tmp_path):
    """What is younger somebody may be reading; what is another's is theirs."""
    old, young, other = (tmp_path / name for name in ("fleet-files-a", "fleet-files-b", "other"))
    for file in (old, young, other):
        file.write_bytes(b"x")
    for file in (old, other):
        os.utime(file, (time.time() - DAY - 1,) * 2)
    sweep(tmp_path)

    assert {young, other} == set(tmp_path.iterdir())
