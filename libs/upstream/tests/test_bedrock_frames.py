"""Event streams: the vectors that AWS's own implementations share, damage, and a second opinion."""

import itertools
import struct
import zlib

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from fleet_runtime.errors import UpstreamFailed
from fleet_testing.event_stream import event, exception, frame
from fleet_upstream.bedrock.frames import Frame, FrameCutter

# From the tests of https://github.com/awslabs/aws-c-event-stream and of AWS's SDKs.
EMPTY = bytes.fromhex("00000010 00000000 05c248eb 7d98c8ff")
ONLY_PAYLOAD = b"\x00\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'}\xc3e96"
ONE_INTEGER = b"\x00\x00\x00+\x00\x00\x00\x0e4\x8b\xec{\x08event-id\x04\x00\x00\xa0\x0c{'foo':'bar'}\xd3\x89\x02\x85"
ONE_TEXT = (
    b"\x00\x00\x00=\x00\x00\x00 \x07\xfd\x83\x96\x0ccontent-type\x07\x00\x10application/json"
    b"{'foo':'bar'}\x8d\x9c\x08\xb1"
)
PAYLOAD = b"{'foo':'bar'}"


@pytest.mark.parametrize(
    ("data", "headers", "payload"),
    [
        (EMPTY, {}, b""),
        (ONLY_PAYLOAD, {}, PAYLOAD),
        (ONE_INTEGER, {}, PAYLOAD),
        (ONE_TEXT, {"content-type": "application/json"}, PAYLOAD),
    ],
)
def test_the_documented_frames_are_read(data, headers, payload):
    """Headers of other types than text are passed over."""
    cutter = FrameCutter()

    assert [Frame(headers, payload)] == cutter.feed(data)
    assert cutter.between


def test_headers_of_all_types_are_passed_over():
    """A newer server may send more than we read."""
    values = [b"\x00", b"\x01", b"\x02a", b"\x03aa", b"\x04aaaa", b"\x05" + b"a" * 8]
    values += [b"\x06\x00\x02aa", b"\x08" + b"a" * 8, b"\x09" + b"a" * 16]
    packed = b"".join(b"\x01x" + value for value in values)
    sent = frame({":event-type": "a"}, b"{}")
    head = sent[12:-6]
    whole = _with_headers(packed + head, b"{}")

    assert [Frame({":event-type": "a"}, b"{}")] == FrameCutter().feed(whole)


def _with_headers(headers, payload):
    """Return a frame with `headers` as they are."""
    prelude = struct.pack("!II", len(headers) + len(payload) + 16, len(headers))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + payload
    return message + struct.pack("!I", zlib.crc32(message))


@pytest.mark.parametrize("place", range(len(ONE_TEXT)))
def test_a_damaged_byte_is_found(place):
    """Both checksums are checked: the first one before anybody waits for a length that is wrong."""
    damaged = bytearray(ONE_TEXT)
    damaged[place] ^= 0x10
    with pytest.raises(UpstreamFailed) as caught:
        FrameCutter().feed(bytes(damaged))

    assert "upstream_garbage" == caught.value.code


def test_a_frame_that_is_too_long_is_no_frame():
    """Nobody is to hold whatever a server announces."""
    for total, headers in ((30 * 1024 * 1024, 0), (200_000, 150_000), (20, 30)):
        with pytest.raises(UpstreamFailed):
            FrameCutter().feed(_prelude(total, headers))


def _prelude(total, headers):
    prelude = struct.pack("!II", total, headers)
    return prelude + struct.pack("!I", zlib.crc32(prelude))


@pytest.mark.parametrize(
    "headers", [b"\x05ab", b"\x01a\x0a", b"\x01a\x07\x00\x09a", b"\x01\xff\x00"]
)
def test_headers_that_are_none_are_garbage(headers):
    """Whole by their checksums, and still not as documented."""
    with pytest.raises(UpstreamFailed):
        FrameCutter().feed(_with_headers(headers, b""))


STREAM = (
    event("messageStart", {"role": "assistant"}) + exception("throttlingException", "é") + EMPTY
)


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_frames_arrive_in_any_pieces(cuts):
    """As AWS's own parser reads them in one."""
    edges = [0, *sorted(cuts), len(STREAM)]
    cutter, theirs = FrameCutter(), EventStreamBuffer()
    found = [f for a, b in itertools.pairwise(edges) for f in cutter.feed(STREAM[a:b])]
    theirs.add_data(STREAM)

    assert [(m.headers, m.payload) for m in theirs] == [(f.headers, f.payload) for f in found]
    assert cutter.between


def test_half_a_frame_is_noticed():
    """A stream that ends in it broke off."""
    cutter = FrameCutter()
    cutter.feed(ONE_TEXT[:-1])

    assert not cutter.between
