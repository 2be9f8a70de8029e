"""What the text of an answer over a native wire must look like."""

import json

import pytest

from fleet_runtime.errors import InvalidArgument
from fleet_testing.native_asking import PARAMETERS, asked, last

STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


@STREAMED
async def test_an_answer_follows_a_schema(provider, subject, upstream, stream):
    """As text that is JSON, whichever way the vendor is told."""
    wanted = {"type": "json_schema", "json_schema": {"name": "a", "schema": PARAMETERS}}
    if "schemas" in subject.lacks:
        with pytest.raises(InvalidArgument, match="response_format"):
            await asked(provider, response_format=wanted)
        return
    answer = await asked(provider, response_format=wanted, stream=stream)
    choice, told = answer.choices[0], last(upstream)

    assert PARAMETERS == (told.schema or next(iter(told.tools.values())))
    assert {"text": "hello big world"} == json.loads(choice.message.content)
    assert (None, "stop") == (choice.message.tool_calls, choice.finish_reason)


async def test_an_answer_is_a_json_object(provider, subject):
    """The older way, without a schema."""
    wanted = {"type": "json_object"}
    if "json objects" in subject.lacks:
        with pytest.raises(InvalidArgument, match="response_format"):
            await asked(provider, response_format=wanted)
        return
    answer = await asked(provider, response_format=wanted)

    assert {"text": "hello big world"} == json.loads(answer.choices[0].message.content)
    assert "stop" == answer.choices[0].finish_reason
