"""What models think before they answer, over a native wire."""

import msgspec
import pytest

from fleet_testing.native_asking import HELLO, TOOLS, asked

STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


@STREAMED
async def test_what_the_model_thinks_is_told_apart(provider, subject, unless_lacking, stream):
    """As `reasoning_content`, the name that clients of open-weight models know."""
    unless_lacking("thinking")
    answer = await asked(provider, "thinks", stream=stream, **subject.thinking)
    message = answer.choices[0].message

    assert ("hm, well", "hello big world") == (message.reasoning_content, message.content)


@STREAMED
async def test_thoughts_before_a_call_of_a_tool_are_kept(
    provider, subject, upstream, unless_lacking, stream
):
    """Vendors that sign what their models think want it back with the next turn."""
    unless_lacking("thinking")
    fields = {"tools": TOOLS, "stream": stream, **subject.thinking}
    first = (await asked(provider, "thinks", **fields)).choices[0].message
    answers = [
        {"role": "tool", "tool_call_id": call.id, "content": "done"} for call in first.tool_calls
    ]
    messages = [*HELLO, msgspec.to_builtins(first), *answers]
    answer = await asked(provider, "thinks", messages=messages, **fields)

    assert "done done" == answer.choices[0].message.content
