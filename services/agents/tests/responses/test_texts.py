"""Responses that are texts."""

TEXT_EVENTS = [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
]


async def test_a_text_is_told_by_the_whole_sequence_of_events(agents, neighbours):
    """SDKs build the answer from these events, and each reads other ones."""
    neighbours.model.say("Hello there.")

    events = await agents.events()

    assert TEXT_EVENTS == [told.type for told in events]
    assert list(range(len(events))) == [told.sequence_number for told in events]
    response = events[-1].response
    assert "Hello there." == response.output[0].content[0].text
    assert "completed" == response.status
    assert 12 == response.usage.total_tokens


async def test_a_response_is_gone_on_from(agents, neighbours):
    """Callers send what is new only."""
    neighbours.model.say("I am well.")
    first = await agents.ask("How are you?")

    await agents.ask("Why?", previous_response_id=first.id)

    assert [("user", "How are you?"), ("assistant", "I am well."), ("user", "Why?")] == [
        (message.role, message.content) for message in neighbours.model.asked[-1].messages
    ]
    assert first.output == (await agents.get(first.id)).output
