"""Tool calls in a model's text, however it is cut into pieces."""

import pytest

from fleet_inference.local.tool_calls import ToolCallParser

CALL = '<tool_call>\n{"name": "go", "arguments": {}}\n</tool_call>'


def parsed(pieces):
    """Return the text and the names of the calls that a parser finds in `pieces`."""
    parser = ToolCallParser()
    found = [parser.feed(piece, ended=False) for piece in pieces] + [parser.feed("", ended=True)]
    calls = [call.function.name for _, calls in found for call in calls]
    return "".join(text for text, _ in found), calls


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_line_ends_between_calls_are_no_text(size):
    """Callers see `content: null` beside calls, wherever the model's tokens end."""
    text = f"{CALL}\n{CALL}\n"

    assert ("", ["go", "go"]) == parsed(text[i : i + size] for i in range(0, len(text), size))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_text_around_a_call_stays(size):
    """What the model says beside its calls is for the caller."""
    text = f"So be it.{CALL}\nDone.\nBye."

    assert ("So be it.Done.\nBye.", ["go"]) == parsed(
        text[i : i + size] for i in range(0, len(text), size)
    )
