"""Text that comes in pieces."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet_engine.generation import Step, Token
from fleet_engine.text import TextStream


def pushed(stream: TextStream, *pieces: bytes) -> list[Step]:
    return [stream.push(Token(number, piece)) for number, piece in enumerate(pieces)]


@given(st.text(), st.lists(st.integers(0, 40)))
def test_no_character_is_ever_torn(text, cuts):
    """A half-sent character shows as a replacement mark that never goes away."""
    raw, stream = text.encode(errors="replace"), TextStream()
    edges = [0, *sorted(cuts), len(raw)]

    steps = pushed(stream, *(raw[a:b] for a, b in itertools.pairwise(edges)))

    whole = "".join(step.text for step in steps)
    assert raw.decode() == whole + stream.flush().text
    assert "\ufffd" not in "".join(step.text for step in steps).replace(
        "\ufffd", "", text.count("\ufffd")
    )


def test_an_unfinished_character_is_dropped_at_the_end():
    stream = TextStream()

    steps = pushed(stream, b"a", "é".encode()[:1])

    assert [step.text for step in steps] == ["a", ""]
    assert stream.flush().text == ""


def test_a_stop_string_across_tokens_never_shows():
    """A client that has seen half of it cannot unsee it."""
    stream = TextStream(("\n\nUser:",))

    steps = pushed(stream, b"Hi", b"\n", b"\nUs", b"er", b": more")

    assert [step.text for step in steps] == ["Hi", "", "", "", ""]
    assert stream.stopped
    assert stream.flush() == Step()


def test_what_only_looked_like_a_stop_string_comes_later():
    stream = TextStream(("###",))

    steps = pushed(stream, b"a#", b"#b", b"#")

    assert [step.text for step in steps] == ["a", "##b", ""]
    assert stream.flush().text == "#"


def test_the_first_of_several_stop_strings_wins():
    stream = TextStream(("cd", "b"))

    assert [step.text for step in pushed(stream, b"abcd")] == ["a"]


def test_tokens_come_with_their_text():
    """Log probabilities of tokens that are held back would give the stop string away."""
    stream = TextStream(("xyz",))

    steps = pushed(stream, b"a", b"x", b"y", b"b")

    assert [[token.id for token in step.tokens] for step in steps] == [[0], [], [], [1, 2, 3]]


@given(st.text("ab", max_size=30), st.lists(st.text("ab", min_size=1, max_size=4), min_size=1))
def test_stopping_equals_cutting_the_whole_text(text, stops):
    """Streaming must not change what is answered."""
    stream, shown = TextStream(tuple(stops)), ""
    for character in text:
        shown += stream.push(Token(0, character.encode())).text
        if stream.stopped:
            break
    shown += stream.flush().text

    ends = {at + len(stop): at for stop in stops for at in _places(text, stop)}
    first = min(ends, default=None)
    starts = [text.find(stop) for stop in stops if first and stop in text[:first]]
    assert shown == text[: min(starts, default=len(text))]


def _places(text: str, stop: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(stop, at)]


@pytest.mark.parametrize("stops", [(), ("zz",)])
def test_nothing_is_lost_without_a_stop(stops):
    stream = TextStream(stops)

    shown = "".join(step.text for step in pushed(stream, b"az", b"z"[:0], b"b"))

    assert shown + stream.flush().text == "azb"
