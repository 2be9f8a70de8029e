"""Talks to a fleet with the anthropic SDK."""

import time

import anthropic
from scenarios import FACTS, PATIENCE, raised, tell

HELLO = [{"role": "user", "content": "Hello there"}]
SAY = {
    "name": "say",
    "description": "Say a word.",
    "input_schema": {
        "type": "object",
        "properties": {"text": {"type": "string", "enum": ["hello"]}},
        "required": ["text"],
        "additionalProperties": False,
    },
}

client = anthropic.Anthropic(base_url=FACTS.root, api_key="none", max_retries=0, timeout=120)


GREEDY = {"temperature": 0}
CITY = {
    "type": "json_schema",
    "schema": {
        "type": "object",
        "properties": {"city": {"type": "string", "enum": ["Paris"]}},
        "required": ["city"],
        "additionalProperties": False,
    },
}


def ask(**more):
    asked = {"model": FACTS.chat, "max_tokens": 4, "messages": HELLO, "extra_body": GREEDY} | more
    return client.messages.create(**asked)


def told(message):
    usage = message.usage
    return {
        "id": message.id,
        "type": message.type,
        "role": message.role,
        "model": message.model,
        "text": "".join(block.text for block in message.content if block.type == "text"),
        "calls": [[b.name, b.input] for b in message.content if b.type == "tool_use"],
        "stop": message.stop_reason,
        "usage": [usage.input_tokens + (usage.cache_read_input_tokens or 0), usage.output_tokens],
    }


def chat():
    return told(ask())


def chat_stream():
    with client.messages.stream(
        model=FACTS.chat, max_tokens=4, messages=HELLO, extra_body=GREEDY
    ) as stream:
        texts = list(stream.text_stream)
        return told(stream.get_final_message()) | {"texts": texts}


def events():
    return [event.type for event in ask(stream=True)]


def tools():
    say = [{"role": "user", "content": "hello"}]
    choice = {"type": "tool", "name": "say"}
    return told(ask(messages=say, tools=[SAY], tool_choice=choice, max_tokens=40))


def tools_stream():
    say = [{"role": "user", "content": "hello"}]
    with client.messages.stream(
        model=FACTS.chat,
        max_tokens=40,
        messages=say,
        tools=[SAY],
        tool_choice={"type": "any"},
        extra_body=GREEDY,
    ) as stream:
        return told(stream.get_final_message())


def turns():
    """Hand back what a tool returned, as agents do."""
    call = {"type": "tool_use", "id": "toolu_1", "name": "say", "input": {"text": "hello"}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "it said hello"}
    conversation = [
        *HELLO,
        {"role": "assistant", "content": [{"type": "text", "text": "I will."}, call]},
        {"role": "user", "content": [result, {"type": "text", "text": "Well done"}]},
    ]
    return told(ask(messages=conversation, system=[{"type": "text", "text": "Be brief."}]))


def json_schema():
    asked = [{"role": "user", "content": '{"city":"Paris"}'}]
    return told(ask(messages=asked, max_tokens=20, output_config={"format": CITY}))


def models():
    """Page through the list, two at a time."""
    found = list(client.models.list(limit=2))
    return {"ids": [model.id for model in found], "types": sorted({m.type for m in found})}


def count():
    """Count what `turns` has, and what the plainest request has."""
    more = {"system": "Be brief.", "tools": [SAY]}
    asked = {"model": FACTS.chat, "messages": HELLO}
    counted = [client.messages.count_tokens(**asked | each) for each in ({}, more)]
    return [each.input_tokens for each in counted]


def batches():
    """Ask the plainest thing twice, once of a model that is not there; then forget both."""
    asked = {"model": FACTS.chat, "max_tokens": 4, "messages": HELLO, **GREEDY}
    requests = [
        {"custom_id": "good", "params": asked},
        {"custom_id": "bad", "params": asked | {"model": "nope"}},
    ]
    batch = client.messages.batches.create(requests=requests)
    started = batch.model_dump(mode="json")
    end = time.monotonic() + PATIENCE
    while batch.processing_status != "ended" and time.monotonic() < end:
        time.sleep(0.05)
        batch = client.messages.batches.retrieve(batch.id)
    results = {each.custom_id: each.result for each in client.messages.batches.results(batch.id)}
    listed = [each.id for each in client.messages.batches.list(limit=1)]
    canceled = client.messages.batches.cancel(batch.id)
    deleted = client.messages.batches.delete(batch.id)
    return {
        "started": started,
        "ended": batch.model_dump(mode="json"),
        "good": told(results["good"].message),
        "bad": [results["bad"].type, results["bad"].error.error.type],
        "listed": batch.id in listed,
        "canceled": canceled.processing_status,
        "deleted": deleted.type,
        "gone": raised(lambda: client.messages.batches.retrieve(batch.id)),
    }


def errors():
    return {
        "unknown model": raised(lambda: ask(model="nope")),
        "wrong kind": raised(lambda: ask(model=FACTS.embedding)),
        "wrong type": raised(lambda: ask(extra_body={"temperature": "hot"})),
        "too many": raised(lambda: ask(model="remote/fail-429")),
        "broken": raised(lambda: ask(model="remote/fail-500")),
        "broken stream": raised(lambda: list(ask(model="remote/error-mid-stream", stream=True))),
    }


SCENARIOS = (
    chat,
    chat_stream,
    events,
    tools,
    tools_stream,
    turns,
    json_schema,
    models,
    count,
    batches,
    errors,
)
tell({scenario.__name__: scenario for scenario in SCENARIOS})
