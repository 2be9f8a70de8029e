"""Requests that differ in nothing that matters have one key, and others have others."""

import pytest

from fleet_recorder.normalise import key_of
from fleet_recorder.recording import Asked


def digest(body, path="/v1/chat/completions", test="", ignored=()):
    return key_of(Asked("POST", path, body, test), ignored).digest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("call_a1b2c3d4e5f6", "call_000000000001"),
        ("chatcmpl-a1b2c3d4e5f6", "chatcmpl-000000000001"),
        ("resp_" + "0f" * 24, "resp_" + "1a" * 24),
        ("a1b2c3d4-0000-4000-8000-000000000000", "00000000-1111-4000-8000-000000000000"),
        ("2026-11-25T18:24:00.5Z", "2027-01-01 00:00:00+01:00"),
        ("2026-11-25", "2027-01-01"),
        ("/tmp/pytest-of-ada/a.txt", "/tmp/pytest-of-bob/b.txt"),
        ("http://127.0.0.1:4711/mcp", "http://127.0.0.1:1/mcp"),
        ("http://localhost:4711/mcp", "http://localhost:1/mcp"),
        (0.123456, 0.123457),
        (1, 1.0),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
)
def test_what_varies_does_not_count(one, other):
    """It is another in every run of the same test."""
    assert digest({"value": one}) == digest({"value": other})
    assert key_of(Asked("POST", "/", one)).exact != key_of(Asked("POST", "/", [other])).exact


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hello", "hello"),
        ("call me", "call you"),
        ("call_1", "call_2"),
        ("file-naming-conventions", "file-sharing-conventions"),
        ("llama-3.1-8b", "llama-3.2-1b"),
        ("version 1.2.3", "version 1.2.4"),
        (0.1234, 0.1235),
        (1, True),
        ("1", 1),
        ([1, 2], [2, 1]),
        (None, {}),
    ],
)
def test_what_is_meant_counts(one, other):
    """A wrong answer is worse than none."""
    assert digest({"value": one}) != digest({"value": other})


def test_one_id_twice_is_not_two_ids():
    """The answer to a tool call names that call."""
    first, second = "call_a1b2c3d4e5f6", "call_000000000001"

    assert digest([first, first]) == digest([second, second])
    assert digest([first, first]) != digest([first, second])


def test_path_and_test_count():
    """They are parts of the key."""
    assert digest({}) != digest({}, path="/v1/completions")
    assert digest({}) != digest({}, test="test_a")
    assert digest({}, "/v1/files/file-a1b2c3d4e5") == digest({}, "/v1/files/file-z1y2x3w4v5")


def test_ignored_fields_do_not_count_at_any_depth():
    """Some of them are deep."""
    one, other = ({"a": [{"seen": n, "b": 1}]} for n in range(2))

    assert digest(one) != digest(other)
    assert digest(one, ignored=["seen"]) == digest(other, ignored=["seen"])
