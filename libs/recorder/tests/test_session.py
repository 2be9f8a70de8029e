"""A session decides what a request gets, and bounds what it keeps."""

import socket

import pytest

from fleet_recorder.mode import Mode
from fleet_recorder.recorder import recorder
from fleet_recorder.recording import Asked
from fleet_recorder.session import Session, Tally
from fleet_recorder.tape import Tape

POLL = Asked("GET", "/v1/batches/1")


async def recorded(session, asked, *data, complete=True):
    """Have `data` recorded as the answer to a request."""
    turn, tape = await session.turn(asked), Tape()
    tape.begin(200, [])
    for piece in data:
        tape.add(piece)
    if complete:
        tape.end()
    await session.keep(turn, tape)


async def test_a_poll_without_end_does_not_fill_the_disk(tmp_path):
    """Its answers are passed on, but no more of them are kept."""
    session = Session(tmp_path, Mode.RECORD)
    for number in range(103):
        await recorded(session, POLL, str(number).encode())
    replay = Session(tmp_path, Mode.REPLAY)
    answers = [(await replay.turn(POLL)).answer.pieces[0].data for _ in range(101)]

    assert Tally(recorded=100, passed=3) == session.tally
    assert (b"0", b"99", b"99") == (answers[0], answers[99], answers[100])


async def test_an_answer_without_end_does_not_fill_the_memory(tmp_path):
    """It is passed on, but not kept."""
    session = Session(tmp_path, Mode.RECORD)
    await recorded(session, POLL, *[b"x" * 2**20] * 65)

    assert Tally(passed=1) == session.tally
    assert [] == list(tmp_path.iterdir())


async def test_what_never_began_is_not_kept(tmp_path):
    """A caller who left before the first byte has seen nothing that is worth a replay."""
    session = Session(tmp_path, Mode.RECORD_IF_MISSING)
    await recorded(session, POLL, complete=False)
    await recorded(session, POLL, b"done")

    assert Tally(recorded=1, passed=1) == session.tally
    assert b"done" == (await Session(tmp_path, Mode.REPLAY).turn(POLL)).answer.pieces[0].data


async def test_nothing_is_left_behind_but_recordings(tmp_path):
    """A file is whole or not there."""
    session = Session(tmp_path, Mode.RECORD, test="test_a")
    await recorded(session, POLL, b"done")
    await session.aclose()

    assert ["GET-v1-batches-1"] == [f.name.rpartition("-")[0] for f in tmp_path.iterdir()]


@pytest.mark.parametrize("upstream", ["http://127.0.0.1:9", "grpc://127.0.0.1:9"])
async def test_a_port_that_is_taken_is_an_error(tmp_path, upstream):
    """Nobody wants the answers of another server."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match=r"."):
        async with recorder(upstream, tmp_path, port=taken.getsockname()[1]):
            pass
