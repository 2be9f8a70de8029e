"""Makes responses with the openai SDK, 2.x and 3.x."""

import json
import time

import openai
from pydantic import BaseModel
from scenarios import FACTS, raised, tell

SAY = {
    "type": "function",
    "name": "say",
    "description": "Say a word.",
    "parameters": {
        "type": "object",
        "properties": {"text": {"type": "string", "enum": ["hello"]}},
        "required": ["text"],
        "additionalProperties": False,
    },
    "strict": True,
}
client = openai.OpenAI(base_url=FACTS.base_url, api_key="none", max_retries=0, timeout=120)
responses = client.responses


class City(BaseModel):
    city: str


def ask(text="Hello there", **more):
    settings = {"model": FACTS.chat, "temperature": 0, "max_output_tokens": 16} | more
    return responses.create(input=text, **settings)


def text():
    answer = ask()
    return {
        "object": answer.object,
        "model": answer.model,
        "status": answer.status,
        "said": bool(answer.output_text),
        "usage": answer.usage.total_tokens
        == answer.usage.input_tokens + answer.usage.output_tokens,
        "got": responses.retrieve(answer.id).output_text == answer.output_text,
        "asked": [item.content[0].text for item in responses.input_items.list(answer.id)],
    }


def stream():
    with responses.stream(
        model=FACTS.chat, input="Hello there", temperature=0, max_output_tokens=16
    ) as events:
        seen = list(events)
    whole = seen[-1].response
    deltas = [event.delta for event in seen if event.type == "response.output_text.delta"]
    return {
        "numbers": [event.sequence_number for event in seen] == list(range(len(seen))),
        "same": whole.output_text == "".join(deltas) != "",
        "first": seen[0].type,
        "last": seen[-1].type,
    }


def goes_on():
    first = ask()
    second = ask("And now", previous_response_id=first.id)
    branch = ask("Or this", previous_response_id=first.id)
    responses.delete(second.id)
    return {
        "previous": [second.previous_response_id, branch.previous_response_id] == [first.id] * 2,
        "after": raised(lambda: responses.retrieve(second.id)),
        "unknown": raised(lambda: ask(previous_response_id="resp_nope")),
    }


def function():
    settings = {"tools": [SAY], "max_output_tokens": 60}
    asked = ask("hello", tool_choice="required", **settings)
    outputs = [
        {"type": "function_call_output", "call_id": call.call_id, "output": "It was said."}
        for call in asked.output
    ]
    answer = ask(outputs, previous_response_id=asked.id, **settings)
    return {
        "calls": sorted({(call.type, call.name) for call in asked.output}),
        "arguments": all(sorted(json.loads(call.arguments)) == ["text"] for call in asked.output),
        "said": bool(answer.output_text),
        "without": raised(lambda: ask("So?", previous_response_id=asked.id, **settings)),
    }


def structured():
    settings = {"model": FACTS.chat, "temperature": 0, "max_output_tokens": 20}
    parsed = responses.parse(input='{"city":"Paris"}', text_format=City, **settings)
    return bool(parsed.output_parsed.city)


def conversation():
    kept = client.conversations.create(metadata={"topic": "greetings"})
    ask(conversation=kept.id)
    ask("And now", conversation=kept.id)
    items = client.conversations.items.list(kept.id, order="asc")
    roles = [item.role for item in items]
    client.conversations.delete(kept.id)
    return {"roles": roles, "after": raised(lambda: client.conversations.retrieve(kept.id))}


def background():
    answer = ask(background=True)
    begun = answer.status
    deadline = time.monotonic() + 60
    while answer.status in ("queued", "in_progress") and time.monotonic() < deadline:
        time.sleep(0.1)
        answer = responses.retrieve(answer.id)
    followed = list(ask(background=True, stream=True))
    first = followed[0].response.id
    again = list(responses.retrieve(first, stream=True, starting_after=1))
    return {
        "begun": begun,
        "ended": answer.status in ("completed", "incomplete"),
        "again": [event.sequence_number for event in again]
        == [event.sequence_number for event in followed[2:]],
    }


def error():
    return raised(lambda: ask(model="nope"))


tell(
    {
        scenario.__name__: scenario
        for scenario in (
            text,
            stream,
            goes_on,
            function,
            structured,
            conversation,
            background,
            error,
        )
    }
)
