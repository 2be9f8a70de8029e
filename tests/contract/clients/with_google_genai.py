"""Talks to a fleet with the google-genai SDK."""

import warnings

from google import genai
from scenarios import FACTS, raised, tell

# It warns that interactions are new.
warnings.simplefilter("ignore", UserWarning)

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
}
CITY = {
    "type": "object",
    "properties": {"city": {"type": "string", "enum": ["Paris"]}},
    "required": ["city"],
    "additionalProperties": False,
}
FEW = {"max_output_tokens": 4, "temperature": 0}
MORE = {"max_output_tokens": 40, "temperature": 0}


def connected(version):
    options = {"base_url": FACTS.root, "api_version": version, "timeout": 120_000}
    return genai.Client(api_key="none", http_options=options)


client = connected("v1alpha")
stable = connected("v1")


def ask(said="Hello there", **more):
    asked = {"model": FACTS.chat, "input": said, "generation_config": FEW} | more
    return client.interactions.create(**asked)


def told(interaction):
    usage = interaction.usage
    return {
        "id": interaction.id,
        "model": interaction.model,
        "status": interaction.status,
        "text": "".join(item.text for item in interaction.outputs if item.type == "text"),
        "calls": [[i.name, i.arguments] for i in interaction.outputs if i.type == "function_call"],
        "usage": [usage.total_input_tokens, usage.total_output_tokens, usage.total_tokens],
    }


def interaction():
    return told(ask())


def interaction_stream():
    events = list(ask(stream=True))
    deltas = [event.delta for event in events if event.event_type == "content.delta"]
    return {
        "types": [event.event_type for event in events],
        "text": "".join(delta.text for delta in deltas),
        "usage": events[-1].interaction.usage.total_tokens,
    }


def tools():
    asked = {"tools": [SAY], "generation_config": MORE | {"tool_choice": "any"}}
    events = list(ask("hello", stream=True, **asked))
    deltas = [event.delta for event in events if event.event_type == "content.delta"]
    return {
        "whole": told(ask("hello", **asked))["calls"],
        "stream": [[d.name, d.arguments] for d in deltas if d.type == "function_call"],
    }


def json_schema():
    asked = {"response_format": CITY, "response_mime_type": "application/json"}
    return told(ask('{"city":"Paris"}', generation_config=MORE, **asked))


def turns():
    """Hand over a whole conversation."""
    return told(
        ask(
            [
                {"role": "user", "content": "Hello there"},
                {"role": "model", "content": [{"type": "text", "text": "Hello"}]},
                {"role": "user", "content": [{"type": "text", "text": "Well done"}]},
            ]
        )
    )


def continued():
    """Go on at once from an interaction that was stored."""
    first = ask("My name is Ada")
    second = ask("What is my name?", previous_interaction_id=first.id)
    return {"alone": told(ask("What is my name?")), "after": told(second)}


def models():
    return [model.name for model in stable.models.list()]


def errors():
    return {
        "unknown model": raised(lambda: ask(model="nope")),
        "unknown interaction": raised(lambda: ask(previous_interaction_id="chatcmpl-nope")),
        "too many": raised(lambda: ask(model="remote/fail-429")),
    }


SCENARIOS = (
    *(interaction, interaction_stream, tools, json_schema),
    *(turns, continued, models, errors),
)
tell({scenario.__name__: scenario for scenario in SCENARIOS})
