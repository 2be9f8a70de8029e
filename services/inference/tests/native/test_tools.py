"""How tools are offered, called and answered over a native wire."""

import json

import msgspec
import pytest

from fleet_runtime.errors import InvalidArgument
from fleet_testing.native_asking import HELLO, PARAMETERS, TOOLS, asked, chat, chunks_of, last
from fleet_testing.native_script import Called, Returned, Turn

STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


@STREAMED
async def test_tools_are_called(provider, upstream, stream):
    """Several at once. Their arguments are JSON text, whole or in pieces, and each call has an id of its own."""
    answer = await asked(provider, tools=TOOLS, stream=stream)
    choice = answer.choices[0]
    calls = choice.message.tool_calls

    assert {"find": PARAMETERS, "keep": PARAMETERS} == last(upstream).tools
    assert (None, "tool_calls") == (choice.message.content, choice.finish_reason)
    assert ["find", "keep"] == [call.function.name for call in calls]
    assert [{"text": "hello big world"}] * 2 == [json.loads(c.function.arguments) for c in calls]
    assert 2 == len({call.id for call in calls})
    assert {"function"} == {call.type for call in calls}


async def test_arguments_are_streamed_as_they_come(provider, unless_lacking):
    """The name and the id come first and once; the pieces name their call by its index alone."""
    unless_lacking("split arguments")
    chunks = await chunks_of(await provider.chat(*chat(tools=TOOLS, stream=True)))
    calls = [call for c in chunks if c.choices for call in c.choices[0].delta.tool_calls or ()]
    first = [call for call in calls if call.index == 0]

    assert ["find"] == [call.function.name for call in first if call.function.name]
    assert 1 == sum(call.id is not None for call in first)
    assert 3 <= sum(bool(call.function.arguments) for call in first)


@STREAMED
async def test_what_tools_return_arrives(provider, upstream, stream):
    """In the next turn, with the model's own calls before it, by the ids that we gave them."""
    first = (await asked(provider, tools=TOOLS, stream=stream)).choices[0].message
    messages = [*HELLO, msgspec.to_builtins(first)]
    messages += [
        {"role": "tool", "tool_call_id": call.id, "content": f"found {place}"}
        for place, call in enumerate(first.tool_calls)
    ]
    answer = await asked(provider, messages=messages, tools=TOOLS)
    arguments = {"text": "hello big world"}

    assert (
        Turn("user", ("hello big world",)),
        Turn("assistant", (Called("find", arguments), Called("keep", arguments))),
        Turn("user", (Returned("find", "found 0"), Returned("keep", "found 1"))),
    ) == last(upstream).turns
    assert "found 0 found 1" == answer.choices[0].message.content


async def test_a_tool_without_parameters_can_be_called(provider, upstream):
    """OpenAI lets callers leave them out."""
    await asked(provider, tools=[{"type": "function", "function": {"name": "now"}}])

    assert "now" in last(upstream).tools


@pytest.mark.parametrize(
    ("choice", "arrives", "feature"),
    [
        ("auto", "auto", None),
        ("required", "required", "required tools"),
        ("none", "none", "tools turned off"),
        ({"type": "function", "function": {"name": "keep"}}, "keep", "named tools"),
    ],
)
async def test_the_choice_of_tools_arrives(  # noqa: PLR0917 - fixtures, and one case
    provider, subject, upstream, choice, arrives, feature
):
    """A vendor that cannot be told so gets no tools, or the caller gets an error that names the field."""
    if feature in subject.lacks:
        with pytest.raises(InvalidArgument, match="tool_choice"):
            await asked(provider, tools=TOOLS, tool_choice=choice)
        return
    await asked(provider, tools=TOOLS, tool_choice=choice)
    told = last(upstream)

    assert arrives == (told.choice if told.tools else "none")


async def test_one_tool_alone_may_be_called(provider, subject, upstream):
    """`parallel_tool_calls: false` is a promise that callers build on."""
    if "one tool alone" in subject.lacks:
        with pytest.raises(InvalidArgument, match="parallel_tool_calls"):
            await asked(provider, tools=TOOLS, parallel_tool_calls=False)
        return
    answer = await asked(provider, tools=TOOLS, parallel_tool_calls=False)

    assert 1 == len(answer.choices[0].message.tool_calls)
