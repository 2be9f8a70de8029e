"""Events are cut, never read: one token must cost as little as can be."""

import pytest

from fleet_upstream.events import EventCutter, split
from fleet_upstream.keys import Key
from fleet_upstream.refusals import error_event

KEY = Key(None, callers=False, name=None)
EVENTS = b'data: {"a":1}\n\n: hello\n\ndata: {"b":"\xe2\x82\xac"}\n\n'


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n"])
@pytest.mark.parametrize("closing", [b"data: [DONE]", b"data:[DONE]"])
def test_events_come_out_whole_wherever_the_network_cuts_them(end, closing):
    """A reader that decodes each piece must never see half a message."""
    events = EVENTS.replace(b"\n\n", end)
    sent = events + closing + end

    for size in range(1, len(sent) + 1):
        cutter = EventCutter()
        pieces = [cutter.feed(sent[at : at + size]) for at in range(0, len(sent), size)]

        assert events == b"".join(pieces)
        assert all(piece.endswith(end) for piece in pieces if piece)
        assert cutter.done


def test_what_comes_at_once_goes_on_at_once():
    """A chunk never waits for another."""
    assert EVENTS == EventCutter().feed(EVENTS)
    assert b"data: 1\n\n" == EventCutter().feed(b"data: 1\n\ndata: 2")


def test_done_inside_a_message_is_text():
    """A model may well say `[DONE]`."""
    cutter, event = EventCutter(), b'data: {"content":"data: [DONE]"}\n\n'

    assert event == cutter.feed(event)
    assert not cutter.ended()


def test_done_counts_without_its_blank_line():
    """Some servers hang up right after it."""
    cutter = EventCutter()

    assert b"" == cutter.feed(b"data: [DONE]")
    assert cutter.ended()


def test_nothing_goes_on_behind_done():
    """Our own `[DONE]` follows, and must be the last event."""
    cutter = EventCutter()

    assert b"data: 1\n\n" == cutter.feed(b"data: 1\n\ndata: [DONE]\n\n: bye\n\n")
    assert cutter.done


@pytest.mark.parametrize(("rest", "holds"), [(b"", False), (b"\r\n", False), (b"data: 2\n", True)])
def test_half_an_event_is_held(rest, holds):
    """It is never given out, so whoever asks whether all came must know of it."""
    cutter = EventCutter()
    cutter.feed(b"data: 1\n\n" + rest)

    assert holds == cutter.holds


def test_split_gives_each_event():
    """Errors are looked for event by event."""
    assert [b"data: 1\n\n", b": x\r\n\r\n", b"data: 2\n\n"] == split(
        b"data: 1\n\n: x\r\n\r\ndata: 2\n\n"
    )


def test_an_error_among_events_ends_them():
    """What came before the error was good, and the error is raised, not passed on as a chunk."""
    good = b'data: {"content":"no error","error":null}\n\n'
    bad = b'data: {"error":{"message":"out of memory","type":"server_error","code":503}}\n\n'
    passed, error = error_event(good + bad + good, KEY)

    assert good == passed
    assert ("out of memory", 503) == (error.message, error.status)


def test_the_word_error_is_no_error():
    """Only a field of the message itself counts."""
    event = b'data: {"choices":[{"error":1}],"token":"error"}\n\n'

    assert (event, None) == error_event(event, KEY)
