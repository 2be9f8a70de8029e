"""The server before the recorder speaks HTTP/1.1 to whoever comes."""

import asyncio

import pytest

from fleet_recorder.http_server import HttpServer


async def echo(request, responder):
    """Answer with what was asked; sized if the query says so."""
    text = f"{request.verb} {request.target} ".encode() + request.body
    sized = [("content-length", str(len(text)))] if "sized" in request.target else []
    await responder.begin(204 if "nothing" in request.target else 200, sized)
    await responder.write(text)
    await responder.end()


@pytest.fixture
async def said():
    """Sends bytes, and returns all that comes back until the server hangs up, or `enough` of it came."""
    server = HttpServer(echo)
    port = await server.start("127.0.0.1", 0)

    async def say(data, enough=b""):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        async with asyncio.timeout(5):
            answer = await (reader.readuntil(enough) if enough else reader.read())
        writer.close()
        return answer

    yield say
    await server.aclose()


CLOSE = b"connection: close\r\n\r\n"


async def test_answers_without_a_length_go_in_chunks(said):
    """So a stream has its end."""
    expected = b"HTTP/1.1 200 \r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n7\r\nGET /a \r\n0\r\n\r\n"

    assert expected == await said(b"GET /a HTTP/1.1\r\n" + CLOSE)


async def test_old_callers_get_no_chunks(said):
    """HTTP/1.0 knows none: the end of the connection is the end of the answer."""
    assert b"HTTP/1.1 200 \r\nconnection: close\r\n\r\nGET /a " == await said(
        b"GET /a HTTP/1.0\r\nconnection: keep-alive\r\n\r\n"
    )


async def test_requests_in_one_packet_are_answered_in_turn(said):
    """As clients that pipeline send them."""
    answer = await said(b"GET /1?sized HTTP/1.1\r\n\r\n" * 2 + b"GET /2?sized HTTP/1.1\r\n" + CLOSE)

    assert 3 == answer.count(b"HTTP/1.1 200")
    assert answer.index(b"/1") < answer.index(b"/2")


async def test_heads_and_empty_answers_have_no_body(said):
    """What followed would be taken for the next answer."""
    assert b"/a" not in await said(b"HEAD /a?sized HTTP/1.1\r\n" + CLOSE)
    assert (await said(b"GET /nothing HTTP/1.1\r\n" + CLOSE)).endswith(b"\r\n\r\n")


async def test_a_body_is_asked_for_where_the_caller_waits_for_that(said):
    """As curl does before it sends much."""
    head = b"POST / HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n"

    assert b"HTTP/1.1 100 Continue\r\n\r\n" == await said(head, enough=b"\r\n\r\n")


async def test_bodies_in_chunks_are_put_together(said):
    """As aiohttp sends a file."""
    chunked = b"POST /?sized HTTP/1.1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"

    assert (await said(chunked + b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")).endswith(b" abc")


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (b"400", b"hello\r\n\r\n"),
        (b"400", b"GET /\xff HTTP/1.1\r\n\r\n"),
        (b"431", b"GET / HTTP/1.1\r\na: " + b"b" * 200_000),
        (b"413", b"POST / HTTP/1.1\r\ncontent-length: 99999999\r\n\r\n" + b"b" * (64 * 2**20 + 1)),
    ],
)
async def test_what_cannot_be_read_is_refused(said, status, data):
    """And takes no memory."""
    assert (await said(data, enough=b"\r\n")).startswith(b"HTTP/1.1 " + status)


async def test_absolute_targets_lose_their_host(said):
    """As clients send them to a proxy."""
    assert b"GET /a?b=sized " in await said(b"GET http://host/a?b=sized HTTP/1.1\r\n" + CLOSE)
