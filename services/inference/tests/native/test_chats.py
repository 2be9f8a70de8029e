"""How a conversation of a native wire is asked and answered."""

import time

import pytest

from fleet.inference.v1 import messages as m
from fleet_runtime.errors import InvalidArgument
from fleet_testing.calls import grpc_call
from fleet_testing.native_asking import PARAMETERS, asked, folded, last
from fleet_testing.native_script import Turn

STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


@STREAMED
async def test_a_conversation_is_answered(provider, upstream, stream):
    """Whole or in pieces, by either the vendor's way."""
    answer = await asked(provider, stream=stream)
    choice = answer.choices[0]

    assert "hello big world" == choice.message.content
    assert (0, "stop", "assistant") == (choice.index, choice.finish_reason, choice.message.role)
    assert answer.id
    assert abs(time.time() - answer.created) < 60
    assert (Turn("user", ("hello big world",)),) == last(upstream).turns


async def test_a_grpc_callers_conversation_is_answered(provider, upstream):
    """The request is the same struct, but no bytes of the caller's come with it."""
    request = m.ChatCompletionRequest(
        model="chat", messages=[m.ChatMessage(role="user", content="a b")], max_tokens=5
    )
    answer = await folded(await provider.chat(*grpc_call(request)))

    assert "a b" == answer.choices[0].message.content
    assert 5 == last(upstream).max_tokens


async def test_all_roles_arrive(provider, upstream):
    """What system and developers say is one; turns of one role are one."""
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "two"},
        {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": "three"},
        {"role": "user", "content": [{"type": "text", "text": "four"}]},
    ]
    answer = await asked(provider, messages=messages)

    assert "Be brief.\nBe kind." == last(upstream).system
    assert (
        Turn("user", ("one",)),
        Turn("assistant", ("two",)),
        Turn("user", ("three", "four")),
    ) == last(upstream).turns
    assert "three four" == answer.choices[0].message.content


async def test_sampling_arrives(provider, upstream):
    """Each field by the vendor's name."""
    await asked(
        provider, temperature=0.5, top_p=0.9, max_completion_tokens=7, max_tokens=3, stop=["a", "b"]
    )
    wanted = last(upstream)

    assert (0.5, 0.9, 7, ("a", "b")) == (
        wanted.temperature,
        wanted.top_p,
        wanted.max_tokens,
        wanted.stop,
    )


@STREAMED
async def test_several_answers(provider, stream):
    """Where the vendor gives one at a time, it is asked several times; all of it is paid for."""
    fields = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    answer = await asked(provider, n=3, **fields)

    assert [0, 1, 2] == [choice.index for choice in answer.choices]
    assert {"hello big world"} == {choice.message.content for choice in answer.choices}
    assert 9 == answer.usage.completion_tokens


@STREAMED
@pytest.mark.parametrize(
    ("model", "reason"), [("cut-short", "length"), ("filtered", "content_filter")]
)
async def test_why_an_answer_ended_is_told(provider, unless_lacking, model, reason, stream):
    """By OpenAI's names."""
    if reason == "content_filter":
        unless_lacking("content filters")
    answer = await asked(provider, model, stream=stream)

    assert reason == answer.choices[0].finish_reason


async def test_a_models_name_may_hold_anything(provider, upstream):
    """Such as the slashes and colons of Bedrock's; a path is no place for them to act."""
    name = "a/b:c?d#e f%"
    await asked(provider, name)

    assert name == last(upstream).model


async def test_what_cannot_be_asked_is_refused_by_name(provider, subject, upstream):
    """Never dropped in silence: callers would not know that they got something else."""
    for name, value in subject.refused.items():
        with pytest.raises(InvalidArgument, match=name) as caught:
            await asked(provider, **{name: value})
        assert name == caught.value.param
    assert [] == upstream.heard


async def test_old_functions_are_refused(provider):
    """`functions` became `tools` years ago, and the error says so."""
    function = {"name": "find", "parameters": PARAMETERS}
    with pytest.raises(InvalidArgument, match="tools"):
        await asked(provider, functions=[function])
