"""The client against the fake upstream: it takes the whole answer, and nothing less."""

import asyncio

import pytest

from fleet_bench import wire
from fleet_bench.load import (
    BadAnswerError,
    chat,
    check_stream,
    check_whole,
    connect,
    drive,
    joined,
)
from fleet_bench.process import free_port
from fleet_bench.upstream import Upstream


@pytest.fixture
async def port():
    number = free_port()
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", number)
    yield number
    server.close()


async def test_a_streamed_answer_has_all_its_pieces(port):
    connection = await connect(port)

    check_stream(await connection.call(chat(wire.FLAT, stream=True)))

    connection.close()


async def test_a_paced_answer_takes_its_time(port):
    """The paced measure means nothing if the pieces come in one go."""
    (took,) = await drive(port, chat(wire.PACED, stream=True), check_stream, 1, seconds=0)

    assert wire.CHUNKS / wire.PACE <= took


async def test_callers_go_on_until_the_time_is_up(port):
    took = await drive(port, chat(wire.FLAT, stream=False), check_whole, 4, seconds=0.1)

    assert len(took) > 8


async def test_an_error_is_no_answer(port):
    """A system that refuses fast must not look fast."""
    connection = await connect(port)
    request = chat(wire.FLAT, stream=False).replace(b"/v1/chat", b"/v2/chat")

    with pytest.raises(BadAnswerError, match="404"):
        check_whole(await connection.call(request))

    connection.close()


def test_a_missing_piece_is_noticed():
    pieces = [wire.STREAM_HEAD, *wire.pieces(wire.FLAT, usage=False)]
    del pieces[5]

    with pytest.raises(BadAnswerError, match="99 pieces came where 100 were sent"):
        check_stream(b"".join(pieces))


def test_pieces_are_counted_across_http_chunks():
    """A proxy may cut the stream anywhere, in the middle of a word too."""
    assert b"lorem" == joined(b"2\r\nlo\r\n3\r\nrem\r\n0\r\n\r\n")
