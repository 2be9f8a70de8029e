"""Reading answers off a connection, however their bytes arrive."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet_upstream.answer import AnswerParser, NotHttpError

SIZED = b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\ncontent-length: 11\r\n\r\nhello world"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\ncontent-type: a/b\r\ntransfer-encoding: chunked\r\n\r\n"
    b"5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nx-trailer: a/c\r\ncontent-type: a/d\r\n\r\n"
)
AFTER_STEPS = b"HTTP/1.1 100 Continue\r\nx-a: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + SIZED
UNTIL_CLOSE = b"HTTP/1.1 200 OK\r\ncontent-type: a/b\r\n\r\nhello world"


def read(*pieces, head_only=False, closed=False):
    """Return the parser and the body after all `pieces`."""
    parser, body = AnswerParser(), b""
    parser.expect(head_only)
    for piece in pieces:
        parser.feed(piece)
        body += parser.take()
    if closed:
        parser.end()
    return parser, body


def cut(data, places):
    places = [0, *sorted(places), len(data)]
    return [data[a:b] for a, b in pairwise(places) if b > a]


@pytest.mark.parametrize("whole", [SIZED, CHUNKED, AFTER_STEPS])
@given(data=st.data())
def test_an_answer_may_come_in_any_pieces(whole, data):
    """TCP knows no messages."""
    places = data.draw(st.sets(st.integers(1, len(whole) - 1)))
    parser, body = read(*cut(whole, places))

    assert (200, "a/b", b"hello world") == (parser.status, parser.headers["content-type"], body)
    assert (True, True) == (parser.complete, parser.lasting)
    assert not {"x-trailer", "x-a"} & parser.headers.keys()


@pytest.mark.parametrize("whole", [SIZED, CHUNKED, AFTER_STEPS])
def test_an_answer_is_complete_with_its_last_byte(whole):
    """Neither before, nor when the server hangs up before."""
    for place in range(len(whole)):
        assert not read(whole[:place], closed=True)[0].complete
    assert read(*cut(whole, range(1, len(whole))))[0].complete


def test_where_nothing_tells_its_end_the_body_ends_with_the_connection():
    """As HTTP/1.0 had it (RFC 9112, section 6.3)."""
    parser, body = read(UNTIL_CLOSE)

    assert (b"hello world", False, False) == (body, parser.complete, parser.lasting)
    assert parser.until_close
    parser.end()
    assert parser.complete


@pytest.mark.parametrize(
    "whole", [SIZED, CHUNKED, SIZED.replace(b"\r\n", b"\r\nconnection: close\r\n", 1)]
)
def test_an_announced_end_is_told_from_a_cut(whole):
    """Also where the connection closes after it."""
    parser, body = read(whole)

    assert (b"hello world", True, False) == (body, parser.complete, parser.until_close)


@pytest.mark.parametrize("status", [204, 304])
def test_some_answers_have_no_body(status):
    """And the connection goes on at once."""
    parser, _ = read(b"HTTP/1.1 %d X\r\ncontent-type: a/b\r\n\r\n" % status)

    assert (True, True) == (parser.complete, parser.lasting)


def test_an_answer_to_head_has_no_body():
    """Its length is that of what GET would bring; nobody waits for it."""
    parser, body = read(SIZED.partition(b"hello")[0], head_only=True)

    assert (True, b"", 200) == (parser.complete, body, parser.status)


def test_one_parser_reads_many_answers():
    """Each with its own headers and body."""
    parser, first = read(SIZED)
    parser.expect()
    parser.feed(b"HTTP/1.1 404 No\r\ncontent-length: 2\r\n\r\nno")

    assert (b"hello world", b"no", 404) == (first, parser.take(), parser.status)
    assert {"content-length": "2"} == parser.headers


@pytest.mark.parametrize("more", [b"garbage", SIZED, b"\x00"])
def test_what_follows_a_whole_answer_spoils_the_connection_alone(more):
    """The answer is good; but who knows what the next one would be."""
    parser, body = read(SIZED + more)

    assert (b"hello world", True, False) == (body, parser.complete, parser.lasting)


@pytest.mark.parametrize(
    "close",
    [b"HTTP/1.1 200 OK\r\nconnection: close", b"HTTP/1.0 200 OK"],
)
def test_a_server_may_say_that_it_hangs_up(close):
    """The connection is not used again, and the answer is as good as any."""
    parser, body = read(close + b"\r\ncontent-length: 2\r\n\r\nhi")

    assert (b"hi", True, False) == (body, parser.complete, parser.lasting)


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabc\r\n",
        b"HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
        b"HTTP/1.1 101 Go\r\n\r\n",
    ],
)
def test_what_is_no_answer_is_refused(data):
    """Two readings of one answer are how requests are smuggled (RFC 9112, section 11.2)."""
    with pytest.raises(NotHttpError):
        read(data)
    with pytest.raises(NotHttpError):
        read(*cut(data, range(1, len(data))))


@pytest.mark.parametrize(
    ("before", "again"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"x-a: " + b"a" * 1000 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nx-a: ", b"a" * 1000),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 40),
        (CHUNKED.partition(b"x-trailer")[0] + b"x-b: ", b"b" * 1000),
    ],
)
def test_a_head_or_a_trailer_has_an_end(before, again):
    """Or one server could fill our memory."""
    with pytest.raises(NotHttpError):
        read(before, *[again] * 100)
