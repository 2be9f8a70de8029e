"""Requests and answers over real connections, to a server that does as it likes."""

import asyncio
import sys
import time
from contextlib import asynccontextmanager

import pytest

from fleet_runtime.errors import DeadlineExceeded, FleetError, UpstreamFailed
from fleet_upstream.address import Address
from fleet_upstream.client import HttpClient
from fleet_upstream.connection import StreamedBody
from fleet_upstream.settings import Network, UpstreamConfig

HELLO = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


class Server:
    """Keeps what each connection brought, and where it stands."""

    def __init__(self):
        self.url = ""
        self.connections = self.left = 0
        self.requests = []


@asynccontextmanager
async def server(serve):
    """Let `serve(server, reader, writer)` speak on each connection; it is closed after that."""
    running = Server()

    serving = set()

    async def guarded(reader, writer):
        serving.add(asyncio.current_task())
        running.connections += 1
        try:
            await serve(running, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.transport.abort()
        running.left += 1
        writer.close()

    listening = await asyncio.start_server(guarded, "127.0.0.1", 0)
    running.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield running
    finally:
        listening.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving)


async def request_of(running, reader):
    """Read one request, and write it down."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
    body = await reader.readexactly(int(length or 0))
    running.requests.append(head + body)
    return head


def saying(*pieces, pause=0.0):
    """Answer every request with `pieces`."""

    async def serve(running, reader, writer):
        while True:
            await request_of(running, reader)
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)

    return serve


def saying_once(*pieces):
    """Answer one request with `pieces`, then hang up."""

    async def serve(running, reader, writer):
        await request_of(running, reader)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return serve


async def silent(running, reader, writer):
    """Take requests, and say nothing."""
    while True:
        await request_of(running, reader)


@asynccontextmanager
async def client(running, **network):
    opened = HttpClient(UpstreamConfig(base_url=running.url, network=Network(**network)))
    try:
        yield opened
    finally:
        await opened.aclose()
        pool = opened._pool

        assert (0, 0, [], 0) == (pool.places, pool.busy, pool._idle, len(pool._queue))


async def ask(opened, verb="POST", body=b"{}", left=5.0, headers=None):
    url = opened.base / "v1/x"
    async with opened.exchange(verb, url, dict(headers or {}), body, left) as answer:
        return await answer.read()


async def until(true):
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)


async def test_a_request_is_what_the_rfc_wants():
    """One line, the host, our headers, and the length; nothing that asks for a round trip more."""
    async with server(saying(HELLO)) as running, client(running) as opened:
        assert b"hello" == await ask(opened, headers={"x-a": "1"})
        await ask(opened, "GET", None)

    head = running.requests[0].lower()

    assert head.startswith(b"post /v1/x http/1.1\r\nhost: 127.0.0.1:")
    assert head.endswith(b"x-a: 1\r\ncontent-length: 2\r\n\r\n{}")
    assert b"\r\naccept-encoding: identity\r\n" in head
    assert b"expect" not in head
    assert b"content-length" not in running.requests[1]
    assert 1 == running.connections


@pytest.mark.parametrize("value", ["a\r\nx-evil: 1", "a\nb", "a\x00"])
async def test_a_header_cannot_smuggle_another(value):
    """Whatever a caller's trace says."""
    async with server(saying(HELLO)) as running, client(running) as opened:
        with pytest.raises(ValueError, match="line break"):
            await ask(opened, headers={"x-a": value})

    assert [] == running.requests


@pytest.mark.parametrize(
    "answer",
    [
        [bytes([byte]) for byte in HELLO],
        [b"HTTP/1.1 100 Continue\r\n\r\n", HELLO],
        [CHUNKED, b"5\r\nhe", b"llo\r\n0", b"\r\n\r\n"],
    ],
)
async def test_a_slow_drip_is_an_answer(answer):
    """Each piece begins the silence anew, and the connection is kept."""
    async with (
        server(saying(*answer, pause=0.01)) as running,
        client(running, timeout={"read": 0.15}) as opened,
    ):
        assert [b"hello"] * 2 == [await ask(opened) for _ in range(2)]

    assert 1 == running.connections


async def test_what_came_at_once_is_read_at_once():
    """However many chunks it is in."""
    async with (
        server(saying(CHUNKED + b"1\r\na\r\n2\r\nbc\r\n", b"0\r\n\r\n", pause=0.05)) as running,
        client(running) as opened,
        opened.exchange("GET", opened.base / "v1", {}) as answer,
    ):
        assert [b"abc", b""] == [await answer.more(), await answer.more()]


@pytest.mark.parametrize(
    "answer",
    [
        HELLO + b"garbage",
        HELLO + HELLO,
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello",
    ],
)
async def test_a_connection_that_is_of_no_more_use_is_closed(answer):
    """By us, as soon as the answer is read."""
    async with server(saying(answer)) as running, client(running) as opened:
        assert [b"hello"] * 2 == [await ask(opened) for _ in range(2)]
        await until(lambda: running.left == 2)

    assert 2 == running.connections


async def test_garbage_on_a_resting_connection_closes_it():
    """It would be taken for the next answer."""
    late = b"HTTP/1.1 408 Late\r\n\r\n"
    async with server(saying(HELLO, late, pause=0.05)) as running, client(running) as opened:
        await ask(opened)
        await until(lambda: opened._pool.places == 0)

        assert b"hello" == await ask(opened)


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ([], "upstream_broke_off"),
        ([HELLO[:20]], "upstream_broke_off"),
        ([HELLO[:-1]], "upstream_broke_off"),
        ([CHUNKED + b"5\r\nhel"], "upstream_broke_off"),
        ([CHUNKED + b"5\r\nhello\r\n"], "upstream_broke_off"),
        ([CHUNKED, b"zz\r\n"], "upstream_garbage"),
        ([b"HTTP/1.1 200 OK\r\nx-a: ", b"a" * 1_000_000], "upstream_garbage"),
        ([b"220 mail.example ESMTP\r\n"], "upstream_garbage"),
    ],
)
async def test_half_an_answer_is_none(pieces, code):
    """A bad gateway, and it is not tried again: the server may have died of the request."""
    async with server(saying_once(*pieces)) as running, client(running) as opened:
        with pytest.raises(UpstreamFailed) as caught:
            await ask(opened)

        assert (502, code, 1) == (caught.value.status, caught.value.code, running.connections)


async def test_a_body_may_end_with_the_connection():
    """As from servers of HTTP/1.0."""
    serve = saying_once(b"HTTP/1.1 200 OK\r\n\r\nhel", b"lo")
    async with server(serve) as running, client(running) as opened:
        assert b"hello" == await ask(opened)


async def test_after_an_answer_to_head_nothing_is_left():
    """The length in its head is that of another answer."""
    async with server(saying(HELLO[:-5])) as running, client(running) as opened:
        assert [b""] * 2 == [await ask(opened, "HEAD", None) for _ in range(2)]


async def test_an_idle_connection_is_closed_in_time():
    """Before the server does."""
    network = {"limits": {"keepalive_expiry": 0.1}}
    async with server(saying(HELLO)) as running, client(running, **network) as opened:
        await ask(opened)

        assert 1 == opened._pool.places
        await until(lambda: running.left == 1)
        assert 0 == opened._pool.places


@pytest.mark.parametrize("dead", [1, 5])
async def test_connections_that_died_together_cost_one_try(dead):
    """A server that begins anew has hung up on all of them, whether we heard of it or not."""

    async def serve(running, reader, writer):
        number = running.connections
        await request_of(running, reader)
        await asyncio.sleep(0.05)
        writer.write(HELLO)
        await request_of(running, reader)
        if number > dead:
            writer.write(HELLO)

    async with server(serve) as running, client(running) as opened:
        await asyncio.gather(*(ask(opened) for _ in range(dead)))

        assert b"hello" == await ask(opened)
        assert dead + 1 == running.connections
        assert 1 == opened._pool.places


async def test_a_late_hang_up_is_not_tried_again():
    """Only at once does it mean that nobody read the request."""

    async def serve(running, reader, writer):
        await request_of(running, reader)
        writer.write(HELLO)
        await request_of(running, reader)
        await asyncio.sleep(1.2)

    async with server(serve) as running, client(running) as opened:
        await ask(opened)
        with pytest.raises(UpstreamFailed):
            await ask(opened)

    assert 2 == len(running.requests)


async def test_callers_are_served_in_the_order_they_came():
    """Nobody starves while others come and go."""
    # One place: with two, how fast each answer is would mix the order a little.
    network = {"limits": {"max_connections": 1}}
    served = []

    async def one(opened, number):
        await ask(opened)
        served.append(number)

    async with server(saying(HELLO)) as running, client(running, **network) as opened:
        await asyncio.gather(*(one(opened, number) for number in range(50)))

        assert (1, 1) == (running.connections, opened._pool.places)
    assert [*range(50)] == served


async def test_no_more_connections_are_open_than_may_be():
    """A provider that allows so many refuses, or bans, who takes more."""
    network = {"limits": {"max_connections": 2}}
    async with server(saying(HELLO)) as running, client(running, **network) as opened:
        await asyncio.gather(*(ask(opened) for _ in range(50)))

        assert (2, 2) == (running.connections, opened._pool.places)


async def test_a_place_is_handed_on_when_a_connection_is_of_no_use():
    """Also when it cannot be kept, or was never made."""
    network = {"limits": {"max_connections": 1, "max_keepalive_connections": 0}}
    async with server(saying(HELLO)) as running, client(running, **network) as opened:
        assert [b"hello"] * 5 == await asyncio.gather(*(ask(opened) for _ in range(5)))
        assert 5 == running.connections
    async with client(running, **network) as opened:  # nobody listens there any more
        answers = await asyncio.gather(*(ask(opened) for _ in range(5)), return_exceptions=True)

    assert ["upstream_unreachable"] * 5 == [answer.code for answer in answers]


@pytest.mark.parametrize("ticks", range(12))
async def test_who_gives_up_leaves_nothing_behind(ticks):
    """In the queue, while dialling, sending, waiting or reading; and the next caller is served."""
    network = {"limits": {"max_connections": 2}}
    answer = saying(HELLO[:30], HELLO[30:-2], HELLO[-2:])
    async with server(answer) as running, client(running, **network) as opened:
        calls = [asyncio.create_task(ask(opened)) for _ in range(6)]
        for call in calls[::2]:
            for _ in range(ticks):
                await asyncio.sleep(0)
            call.cancel()
        answers = await asyncio.gather(*calls, return_exceptions=True)

        assert [b"hello"] * 3 == answers[1::2]
        assert 0 == opened._pool.busy
        assert b"hello" == await ask(opened)


async def test_who_gives_up_hangs_up():
    """The server learns at once that nobody waits."""
    for serve in (silent, saying(HELLO[:20]), saying(HELLO[:-1]), saying(CHUNKED + b"5\r\nhe")):
        async with server(serve) as running, client(running) as opened:
            call = asyncio.create_task(ask(opened))
            await until(lambda running=running: running.requests)
            await asyncio.sleep(0.02)
            call.cancel()
            await until(lambda running=running: running.left == 1)

            assert 0 == opened._pool.places


@pytest.mark.parametrize("serve", [silent, saying(HELLO[:20]), saying(HELLO[:-1])])
@pytest.mark.parametrize(("read", "left"), [(0.1, 9.0), (9.0, 0.1), (9.0, 0.0), (0.1, None)])
async def test_time_is_up_in_every_state(serve, read, left):
    """Silence and the caller's deadline both, and soon after they are over."""
    async with server(serve) as running, client(running, timeout={"read": read}) as opened:
        begun = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            await ask(opened, left=left)

        assert time.monotonic() - begun < 5


async def test_the_deadline_ends_a_stream_that_never_falls_silent():
    """Nor does it help to read slowly."""
    pieces = [CHUNKED] + [b"1\r\na\r\n"] * 1000
    async with server(saying(*pieces, pause=0.005)) as running, client(running) as opened:
        with pytest.raises(DeadlineExceeded):
            await ask(opened, left=0.2)


async def test_a_server_that_writes_faster_than_we_read_is_held_back():
    """A lagging caller must not fill our memory."""
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    sent = []

    async def serve(running, reader, writer):
        await request_of(running, reader)
        writer.write(CHUNKED)
        for _ in range(400):
            writer.write(piece)
            await writer.drain()
            sent.append(piece)
        writer.write(b"0\r\n\r\n")

    async with (
        server(serve) as running,
        client(running) as opened,
        opened.exchange("GET", opened.base / "v1", {}) as answer,
    ):
        await asyncio.sleep(0.3)

        assert len(sent) < 400
        assert answer._connection.answer.size < 1_000_000
        assert 400 * 0x10000 == len(await answer.read())


async def test_a_large_request_waits_for_a_slow_server():
    """And does not lie in our memory twice."""
    body = bytes(range(256)) * 40_000
    async with server(saying(HELLO)) as running, client(running) as opened:
        assert [b"hello"] * 2 == [await ask(opened, body=body) for _ in range(2)]

    assert running.requests[0].endswith(body)
    assert 1 == running.connections


async def test_a_server_may_refuse_before_it_has_read_it_all():
    """The rest is not sent, and the connection is closed, for the server would take it for a request."""

    async def serve(running, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Large\r\ncontent-length: 2\r\n\r\nno")
        await asyncio.sleep(5)

    async with server(serve) as running, client(running) as opened:
        url = opened.base / "v1"
        async with opened.exchange("POST", url, {}, b"x" * 30_000_000, 5.0) as answer:
            assert (413, b"no") == (answer.status, await answer.read())
        await until(lambda: opened._pool.places == 0)


def streamed(count, size=100_000):
    """Return a body of `count` pieces, and the list to which each is added when it is asked for."""
    asked = []

    async def pieces():
        for number in range(count):
            asked.append(number)
            yield bytes([number % 256]) * size

    return StreamedBody(count * size, pieces), asked


async def test_a_body_may_come_piece_by_piece():
    """Files are larger than memory; the connection is used again after."""
    body, _ = streamed(30)
    async with server(saying(HELLO)) as running, client(running) as opened:
        assert [b"hello"] * 2 == [await ask(opened, body=body) for _ in range(2)]

    assert b"content-length: 3000000\r\n" in running.requests[0]
    assert running.requests[0].endswith(b"".join(bytes([n]) * 100_000 for n in range(30)))
    assert 1 == running.connections


async def test_no_more_pieces_are_asked_for_than_a_server_takes():
    """What it has refused already least of all."""
    body, asked = streamed(10_000)

    async def serve(running, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.2)
        writer.write(b"HTTP/1.1 413 Large\r\ncontent-length: 2\r\n\r\nno")
        await asyncio.sleep(5)

    async with server(serve) as running, client(running) as opened:
        url = opened.base / "v1"
        async with opened.exchange("POST", url, {}, body, 5.0) as answer:
            assert (413, b"no") == (answer.status, await answer.read())

    assert len(asked) < 1000


async def test_pieces_that_fail_break_the_request_off():
    """The server must not take half a file for a whole one."""

    async def pieces():
        yield b"half"
        raise OSError("the disk is gone")

    async with server(silent) as running, client(running) as opened:
        with pytest.raises(OSError, match="disk"):
            await ask(opened, body=StreamedBody(1000, pieces))
        await until(lambda: running.left)

    assert [] == running.requests


async def test_pieces_are_sent_anew_where_a_kept_connection_was_stale():
    """As any other request is."""
    body, _ = streamed(3)
    async with server(saying_once(HELLO)) as running, client(running) as opened:
        assert [b"hello"] * 2 == [await ask(opened, body=body) for _ in range(2)]

    assert running.requests[0] == running.requests[1]


async def test_a_body_that_was_sent_is_not_held():
    """A connection lives on, and a part of a file is many MiB."""
    body = b"x" * 3_000_000
    async with server(saying(HELLO)) as running, client(running) as opened:
        before = sys.getrefcount(body)
        await ask(opened, body=body)

        assert before == sys.getrefcount(body)


async def test_closing_ends_what_is_under_way():
    """A service that stops does not wait for model servers."""
    async with server(silent) as running, client(running) as opened:
        call = asyncio.create_task(ask(opened))
        await until(lambda: running.requests)
        await opened.aclose()
        with pytest.raises(FleetError):
            await call
        with pytest.raises(FleetError):
            await ask(opened)


@pytest.mark.parametrize(
    ("text", "authority", "endpoint"),
    [
        ("http://h", "h", "h:80"),
        ("https://h:443/v1/", "h", "h:443"),
        ("https://h:80", "h:80", "h:80"),
        ("http://[::1]:8000/v1", "[::1]:8000", "[::1]:8000"),
        ("https://bücher.example", "xn--bcher-kva.example", "xn--bcher-kva.example:443"),
    ],
)
def test_addresses_are_written_as_headers_want_them(text, authority, endpoint):
    """The usual port is left out of `host`, and never of CONNECT."""
    address = Address.parse(text)

    assert (authority, endpoint) == (address.authority, address.endpoint)


def test_an_address_grows_by_paths():
    """What cannot stand in a path is escaped, once."""
    address = Address.parse("http://me:s%40@h:8/a b/%20ü/") / "c"

    assert "http://h:8/a%20b/%20%C3%BC/c" == str(address)
    assert "me:s@" == address.credentials
    assert "s@" not in repr(address)
