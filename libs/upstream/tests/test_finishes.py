"""Without `[DONE]`, a stream is whole only when each of its choices is."""

import json

import pytest

from fleet.inference.v1 import messages as m
from fleet_upstream.finishes import Finishes, choices_of


def event(*choices, separators=(",", ":")):
    """Return a chunk whose choices have these indexes and reasons."""
    told = [{"index": i, "delta": {"content": "a"}, "finish_reason": r} for i, r in choices]
    return b"data: " + json.dumps({"choices": told}, separators=separators).encode() + b"\n\n"


def noted(choices, *events):
    finishes = Finishes(choices)
    for each in events:
        finishes.note(each)
    return finishes.all


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_a_reason_finishes_its_choice(separators):
    """However the server writes its JSON; the usage may follow."""
    going, over = (event((0, reason), separators=separators) for reason in (None, "length"))

    assert not noted(1, going, going)
    assert noted(1, going, over, b'data: {"choices":[],"usage":{}}\n\n')
    assert noted(1, going + over)


def test_every_choice_has_to_finish():
    """Half of what was asked for must not look like all of it."""
    assert not noted(2, event((0, "stop")), event((1, None)))
    assert not noted(2, event((0, "stop")), event((0, "stop")))
    assert noted(2, event((1, "stop")), event((0, "tool_calls")))
    assert noted(2, event((0, "stop"), (1, "stop")))


def test_an_empty_reason_is_none():
    """Some servers write that instead of `null`."""
    assert not noted(1, event((0, "")))


def test_a_reason_in_a_text_finishes_nothing():
    """A model may well write JSON; and what is no chunk is not for us to refuse."""
    said = json.dumps({"choices": [{"index": 0, "finish_reason": "stop"}]}, separators=(",", ":"))
    chunk = {"choices": [{"index": 0, "delta": {"content": said}, "finish_reason": None}]}

    assert not noted(1, b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n")
    assert not noted(1, b'data: "finish_reason":"stop"\n\n')
    assert not noted(1, b'data: {"choices":5,"finish_reason":"stop"}\n\n')


@pytest.mark.parametrize(
    ("prompt", "n", "choices"),
    [
        ("a", None, 1),
        ("a", 3, 3),
        (["a", "b"], None, 2),
        (["a", "b"], 3, 6),
        ([1, 2, 3], 2, 2),
        ([[1, 2], [3]], None, 2),
    ],
)
def test_completions_answer_each_prompt(prompt, n, choices):
    """A list of tokens is one prompt."""
    assert choices == choices_of(m.CompletionRequest(model="m", prompt=prompt, n=n))


def test_a_conversation_is_one_prompt():
    """It has as many answers as the caller wants."""
    messages = [m.ChatMessage(role="user", content="a")] * 3

    assert 1 == choices_of(m.ChatCompletionRequest(model="m", messages=messages))
    assert 2 == choices_of(m.ChatCompletionRequest(model="m", messages=messages, n=2))
