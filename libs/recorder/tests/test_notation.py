"""Whatever comes is written as readably as can be without losing a byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet_recorder.document import laid_out
from fleet_recorder.notation import GRPC, HTTP, noted, restored


@pytest.mark.parametrize(
    ("expected", "data"),
    [
        ("json", b'{"a":[1,2.5,null],"b":"\xc3\xa9"}'),
        ("json, spaced", b'{"a": [1, 2]}'),
        ("json, indented", b'{\n  "a": [\n    1\n  ]\n}'),
        ("events", b'data: {"a":1}\n\nevent: end\ndata: {}\n\ndata: [DONE]\n\n'),
        ("text", b'{"a":1.50}'),
        ("text", b'{"a":1,"a":2}'),
        ("text", b'{"a":NaN}'),
        ("text", b'data: {"a":1}\n\ndata: {"b"'),
        ("text", b"data: {}\r\n\r\n"),
        ("text", b": ping\n\n"),
        ("text", b""),
        ("base64", b"\xff\x00"),
    ],
)
def test_the_most_readable_notation_that_loses_nothing_is_taken(expected, data):
    """A number's zeros, or a key that comes twice, must come back too."""
    note = noted(data, HTTP)

    assert [expected] == list(note)
    assert data == restored(json.loads(json.dumps(note)))


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_come_back(data):
    """A recording is of no use otherwise."""
    for notations in (HTTP, GRPC):
        note = json.loads(laid_out(noted(data, notations)))

        assert data == restored(note)


fields = st.recursive(
    st.integers(0, 2**64 - 1) | st.text() | st.binary(min_size=8, max_size=8).map(bytes.hex),
    lambda inner: st.dictionaries(st.integers(1, 1000).map(str), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.integers(1, 1000).map(str), fields, max_size=5))
def test_messages_come_back_from_what_people_read(message):
    """Messages are read by their field numbers, without their names."""
    data = GRPC[0].write(message)

    assert data == restored(json.loads(json.dumps(noted(data, GRPC))))


def test_a_message_within_a_message_is_read():
    """Not as a text that begins with odd characters."""
    inner = {"1": "x" * 40, "2": 300, "3": {"fixed": "0000803f"}}
    message = {"1": "user", "2": [inner, inner], "3": {"bytes": "ff"}}

    assert {"protobuf": message} == noted(GRPC[0].write(message), GRPC)


def test_what_is_deep_is_left_as_it_is():
    """Nobody's message may take our stack."""
    data = b""
    for _ in range(5000):
        data = GRPC[0].write({"1": {"bytes": data.hex()}})[:60000]

    assert data == restored(noted(data, GRPC))
    deep = b"[" * 100_000 + b"]" * 100_000

    assert deep == restored(noted(deep, HTTP))
