"""Compaction: a long conversation goes on from a summary of itself."""

import pytest

from fleet.agents.v1 import messages as m
from fleet_agents.responses.sealed import seal
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError
from fleet_testing.agents_neighbours import Turn, text_result

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("url", ["sqlite"], indirect=True)]

SUMMARY = "What was said before, summed up:\n\nIt was about cats."
LONG = "Tell me of cats. " * 100
NOW = [{"type": "compaction", "compact_threshold": 10}]
PNG = "data:image/png;base64,iVBORw0KGgo="


@pytest.fixture
def model(neighbours):
    """A model that sums up in the same words always, and echoes the last word otherwise."""

    def answer(request):
        last = request.messages[-1].content
        if isinstance(last, str) and last.startswith("Sum up the conversation"):
            return Turn("It was about cats.")
        return Turn("Well.")

    neighbours.model.answer_by(answer)
    return neighbours.model


def read(request):
    """Return what the model read, message by message."""
    return [(message.role, message.content) for message in request.messages]


def compact(**fields):
    return m.CompactResponseRequest(model="chat", **fields)


async def compacted(agents, **fields):
    return await agents.responses.compact_response(compact(**fields), Call("/m"))


def given_back(items):
    """Return items as a caller gives them to the next request."""
    return [
        {"type": item.type, "id": item.id, "encrypted_content": item.encrypted_content}
        if item.type == "compaction"
        else {"role": item.role, "content": [{"type": "input_text", "text": item.content[0].text}]}
        for item in items
    ]


async def test_a_long_conversation_is_made_short_before_the_model_is_asked(agents, model):
    """Models have a limit, and every token of every turn costs."""
    first = await agents.ask(LONG)

    events = await agents.events("And dogs?", previous_response_id=first.id, context_management=NOW)

    kinds = [told.type.removeprefix("response.") for told in events]
    assert ["created", "in_progress", "output_item.added", "output_item.done"] == kinds[:4]
    assert list(range(len(events))) == [told.sequence_number for told in events]
    added, done = events[2].item, events[3].item
    assert ("compaction", 0, 0) == (added.type, events[2].output_index, events[3].output_index)
    assert added == done
    assert ["compaction", "message"] == [item.type for item in events[-1].response.output]
    assert [("user", SUMMARY), ("user", "And dogs?")] == read(model.asked[-1])


async def test_what_follows_reads_from_the_summary_on(agents, model):
    """Else the next request would be as long as before."""
    first = await agents.ask(LONG)
    second = await agents.ask("Dogs?", previous_response_id=first.id, context_management=NOW)

    third = await agents.ask("Cows?", previous_response_id=second.id)

    now = [("user", SUMMARY), ("user", "Dogs?"), ("assistant", "Well."), ("user", "Cows?")]
    assert now == read(model.asked[-1])
    assert ["message"] == [item.type for item in third.output]


async def test_a_caller_who_keeps_the_conversation_may_drop_what_was_before(agents, model):
    """OpenAI's clients do, to send less; others send all of it."""
    start = [
        {"role": "user", "content": LONG},
        {"role": "assistant", "content": "Fine."},
        {"role": "user", "content": [{"type": "input_image", "image_url": PNG}]},
    ]
    first = await agents.ask(start, store=False, context_management=NOW)
    item, answer = first.output
    later = [
        *given_back([item]),
        {"role": "assistant", "content": answer.content[0].text},
        {"role": "user", "content": "Cows?"},
    ]
    assert PNG == model.asked[-1].messages[-1].content[0].image_url.url

    await agents.ask(later, store=False)
    dropped = read(model.asked[-1])
    await agents.ask([*start, *later], store=False)
    whole = read(model.asked[-1])

    tail = [("assistant", "Well."), ("user", "Cows?")]
    assert [("user", SUMMARY), ("user", "[image]"), *tail] == dropped
    assert [("user", SUMMARY), *tail] == [whole[0], *whole[-2:]]


async def test_a_short_conversation_stays_as_it_is(agents, model):
    """A summary loses something always. How long it is is what the model counted: here 11 tokens, whatever it reads."""
    first = await agents.ask(LONG)
    counted = [{"type": "compaction", "compact_threshold": 100}]

    second = await agents.ask("Dogs?", previous_response_id=first.id, context_management=counted)

    assert ["message"] == [item.type for item in second.output]
    assert LONG == model.asked[-1].messages[0].content


async def test_a_first_question_is_never_summed_up(agents, model):
    """There is nothing before it, however long it is."""
    response = await agents.ask(LONG, context_management=NOW)

    assert ["message"] == [item.type for item in response.output]
    assert 1 == len(model.asked)


async def test_a_conversation_is_not_summed_up_twice(agents, model):
    """A summary of a summary costs, and says less."""
    first = await agents.ask(LONG)
    second = await agents.ask("Dogs?", previous_response_id=first.id, context_management=NOW)
    asked = len(model.asked)

    third = await agents.ask(
        [
            {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "1", "output": "x" * 1000},
        ],
        previous_response_id=second.id,
        context_management=NOW,
    )

    assert ["message"] == [item.type for item in third.output]
    assert asked + 1 == len(model.asked)


async def test_orders_outlive_a_summary(agents, model):
    """What a developer has said once holds for the whole conversation."""
    first = await agents.ask(
        [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": LONG}]
    )

    await agents.ask("Dogs?", previous_response_id=first.id, context_management=NOW)

    orders = [("user", SUMMARY), ("developer", "Be brief."), ("user", "Dogs?")]
    assert orders == read(model.asked[-1])


async def test_calls_of_tools_are_summed_up_or_kept_whole(agents, model, neighbours):
    """A call without its output is an error to every model server."""
    neighbours.tools.add("web_search", lambda arguments: text_result("found"))
    calls = iter([Turn(calls=[("web_search", '{"query": "cats"}')]), Turn("Found.")])
    neighbours.model.answer_by(lambda request: next(calls))
    first = await agents.ask(LONG, tools=[{"type": "web_search"}])
    answers = iter([Turn("It was about cats."), Turn("Well.")])
    neighbours.model.answer_by(lambda request: next(answers))

    await agents.ask("Dogs?", previous_response_id=first.id, context_management=NOW)

    summing, asking = model.asked[-2:]
    assert ["user", "assistant", "tool", "assistant", "user"] == [
        message.role for message in summing.messages
    ]
    assert [("user", SUMMARY), ("user", "Dogs?")] == read(asking)


async def test_a_conversation_goes_on_from_its_summary(agents, model):
    """The items of a conversation stay; only the model reads fewer."""
    conversation = await agents.conversations.create_conversation(
        m.CreateConversationRequest(), Call("/m")
    )
    await agents.ask(LONG, conversation=conversation.id)
    await agents.ask("Dogs?", conversation=conversation.id, context_management=NOW)

    await agents.ask("Cows?", conversation=conversation.id)

    now = [("user", SUMMARY), ("user", "Dogs?"), ("assistant", "Well."), ("user", "Cows?")]
    assert now == read(model.asked[-1])


async def test_a_summary_costs_but_is_no_output(agents, model):
    """Its tokens are paid for; the limit is on what is answered."""
    first = await agents.ask(LONG)

    second = await agents.ask(
        "Dogs?", previous_response_id=first.id, context_management=NOW, max_output_tokens=16
    )

    assert "completed" == second.status
    assert 16 == model.asked[-1].max_completion_tokens
    assert 10 + 10 == second.usage.input_tokens


async def test_background_responses_are_made_short_too(agents, model):
    """They are those that run for long."""
    first = await agents.ask(LONG)

    begun = await agents.ask(
        "Dogs?", previous_response_id=first.id, context_management=NOW, background=True
    )

    ended = await agents.ended(begun.id)
    assert ["compaction", "message"] == [item.type for item in ended.output]


async def test_compact_keeps_what_the_user_said(agents, model):
    """Its output is the next request's input, as it is."""
    answer = await compacted(
        agents,
        input=[
            m.Item(role="user", content="Cats?"),
            m.Item(role="assistant", content="Nice."),
            m.Item(role="user", content="Why?"),
        ],
        instructions="Be brief.",
    )

    assert ["message", "message", "compaction"] == [item.type for item in answer.output]
    assert "response.compaction" == answer.object
    assert 10 < answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    assert model.asked[-1].messages[-1].content.endswith("Be brief.")
    await agents.ask([*given_back(answer.output), {"role": "user", "content": "Dogs?"}])
    assert [("user", "Cats?"), ("user", "Why?"), ("user", SUMMARY), ("user", "Dogs?")] == (
        read(model.asked[-1])
    )


async def test_compact_goes_on_from_a_stored_response(agents, model):
    """Callers who leave the conversation here have nothing else to give."""
    first = await agents.ask("Cats?")

    answer = await compacted(agents, previous_response_id=first.id)

    assert [("user", "Cats?"), ("assistant", "Well.")] == read(model.asked[-1])[:2]
    assert ["message", "compaction"] == [item.type for item in answer.output]


async def test_compact_needs_a_conversation(agents, model):
    """There is nothing to sum up."""
    with pytest.raises(FleetError) as raised:
        await compacted(agents)

    assert (400, "missing_input") == (raised.value.status, raised.value.code)


@pytest.mark.parametrize("content", ["gAAAAABo", "", seal("no summary"), seal("[]")])
async def test_a_summary_that_was_not_made_here_is_refused(agents, model, content):
    """OpenAI's cannot be read here, and a model that misses the conversation makes one up."""
    item = {"type": "compaction", "encrypted_content": content}
    asked = [{"role": "user", "content": "Hi"}, item]

    for background in (False, True):
        with pytest.raises(FleetError) as raised:
            await agents.ask(asked, background=background)

        assert (400, "invalid_encrypted_content", "input[1].encrypted_content") == (
            raised.value.status,
            raised.value.code,
            raised.value.param,
        )
    assert [] == model.asked
