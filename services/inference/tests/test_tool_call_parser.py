"""Tool calls in a model's text, however it is cut into pieces."""

import pytest

from fleet_inference.local.tool_calls import ToolCallParser

CALL = '<tool_call>\n{"name": "go", "arguments": {}}\n</tool_call>'


def read(pieces, finish_reason="stop"):
    """Return the text and the calls that a parser finds in `pieces`."""
    parser = ToolCallParser()
    found = [parser.feed(piece) for piece in pieces] + [parser.feed("", finish_reason)]
    return "".join(text for text, _ in found), [call for _, calls in found for call in calls]


def parsed(pieces, finish_reason="stop"):
    """Return the text and the names of the calls that a parser finds in `pieces`."""
    text, calls = read(pieces, finish_reason)
    return text, [call.function.name for call in calls]


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


SECOND = '<tool_call>\n{"name": "stay", "arguments": {"city": "Oslo"}}\n</tool_call>'


@pytest.mark.parametrize("reason", ["length", "stop"])
@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("kept", range(len("<tool_call>"), len(SECOND)))
def test_a_call_that_is_cut_off_is_no_text(kept, size, reason):
    """Wherever the answer's length, or a stop string, cuts it: markup in `content` would be shown to people."""
    text = f"So be it.{CALL}\n{SECOND[:kept]}"
    named = '{"name": "stay"' in text

    assert ("So be it.", ["go", "stay"] if named else ["go"]) == parsed(
        (text[i : i + size] for i in range(0, len(text), size)), reason
    )


@pytest.mark.parametrize(
    ("kept", "arguments"),
    [
        ('{"name": "stay"', ""),
        ('{"name": "stay", "argum', ""),
        ('{"name": "stay", "arguments": ', ""),
        ('{"name": "stay", "arguments": {"ci', '{"ci'),
        ('{"name": "stay", "arguments": {"city": "Oslo"}', '{"city": "Oslo"}'),
        ('{"name": "stay", "arguments": {"city": "Oslo"}}\n</tool', '{"city": "Oslo"}'),
    ],
)
def test_a_call_that_is_cut_off_has_the_arguments_that_came(kept, arguments):
    """As in OpenAI's answers; the finish reason tells that they are not all."""
    _, (call,) = read([f"<tool_call>\n{kept}"], "length")

    assert ("stay", arguments) == (call.function.name, call.function.arguments)
    assert 0 == call.index


@pytest.mark.parametrize("kept", range(1, len("<tool_call>")))
def test_a_tag_that_is_cut_off_is_no_text(kept):
    """A model that is held to a call has begun it with its first token."""
    tag = "<tool_call>"[:kept]

    assert ("Well, ", []) == parsed(["Well, ", tag], "length")
    assert (f"Well, {tag}", []) == parsed(["Well, ", tag], "stop")


@pytest.mark.parametrize(
    "text", ["Calls begin with <tool_call> and end.", "<tool_call>no JSON</tool_call>"]
)
@pytest.mark.parametrize("reason", ["length", "stop"])
def test_what_is_no_call_stays_text(text, reason):
    """A model may explain how calls are written."""
    assert (text, []) == parsed([text], reason)


def test_a_name_that_is_no_json_is_left_out():
    """The model's mistake is no failure of ours."""
    assert ("", []) == parsed(['<tool_call>{"name": "a\\q", "arguments": {'], "length")
