"""How a fake of Oracle Cloud speaks the format `COHEREV2`.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/datatypes/CohereChatRequestV2, and of its
stream https://github.com/cohere-ai/cohere-python/blob/main/src/cohere/oci_client.py
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from oci.generative_ai_inference.models import CohereChatRequestV2

from fleet_testing.native_script import Asked, Called, Image, Part, Returned, Script, StopKind
from fleet_testing.oci_turns import image, one_turn_a_side
from fleet_testing.openai_answers import Json

_CHOICES = {"REQUIRED": "required", "NONE": "none"}
_STOPS: Mapping[StopKind, str] = {
    "stop": "COMPLETE",
    "length": "MAX_TOKENS",
    "tool_calls": "TOOL_CALL",
}


@dataclass(frozen=True)
class AskedOfCohere(Asked):
    """What a request in this format asks."""


def asked_of_cohere(asked: Json, model: str) -> AskedOfCohere:
    """Return what a `chatRequest` asks of `model`.

    Raises:
        ValueError: Oracle would refuse it.
    """
    unknown = asked.keys() - set(CohereChatRequestV2().attribute_map.values())
    if unknown:
        raise ValueError(f"Unrecognized field {unknown.pop()}")
    functions = [tool["function"] for tool in asked.get("tools", ()) if tool["type"] == "FUNCTION"]
    names = [function["name"] for function in functions]
    choice = _CHOICES[asked["toolsChoice"]] if "toolsChoice" in asked else "auto"
    if choice == "required" and not names:
        raise ValueError("toolsChoice")
    if choice == "required" and len(names) == 1:
        choice = names[0]  # there is no other way to name one
    return AskedOfCohere(
        model=model,
        turns=tuple(one_turn_a_side(asked["messages"], _parts)),
        system="\n".join(_texts(m) for m in asked["messages"] if m["role"] == "SYSTEM"),
        stream=asked.get("isStream", False),
        tools={function["name"]: function["parameters"] for function in functions},
        choice=choice,
        schema=_schema(asked.get("responseFormat", {"type": "TEXT"})),
        max_tokens=asked.get("maxTokens"),
        temperature=asked.get("temperature"),
        top_p=asked.get("topP"),
        stop=tuple(asked.get("stopSequences", ())),
    )


def cohere_response(said: Script) -> Json:
    """Return the `chatResponse` of an answer in one."""
    parts = [{"type": "THINKING", "thinking": "".join(said.thoughts)}] if said.thoughts else []
    if said.words:
        parts.append({"type": "TEXT", "text": "".join(said.words)})
    calls = [_call(place, said) for place in range(len(said.calls))]
    message: Json = {"role": "ASSISTANT", "content": parts}
    return {
        "apiFormat": "COHEREV2",
        "id": "1",
        "message": message | ({"toolCalls": calls} if calls else {}),
        "finishReason": _STOPS[said.stop],
    }


def cohere_messages(said: Script) -> Iterator[Json]:
    """Yield the new part of the message in each event but the last."""
    for thought in said.thoughts:
        yield {"content": [{"type": "THINKING", "thinking": thought}]}
    for word in said.words:
        yield {"content": [{"type": "TEXT", "text": word}]}
    for place in range(len(said.calls)):
        yield {"toolCalls": [_call(place, said)]}


def cohere_end(said: Script) -> Json:
    """Return what the last event says besides the cost."""
    return {"apiFormat": "COHEREV2", "finishReason": _STOPS[said.stop]}


def _call(place: int, said: Script) -> Json:
    call = said.calls[place]
    function = {"name": call.name, "arguments": "".join(call.pieces)}
    return {"id": f"call_{place}", "type": "FUNCTION", "function": function}


def _schema(wanted: Json) -> Any:
    if wanted["type"] == "JSON_OBJECT":
        return wanted.get("schema", True)
    return None


def _texts(message: Json) -> str:
    return "\n".join(part["text"] for part in message["content"])


def _parts(message: Json, names: dict[str, str]) -> Iterator[Part]:
    if message["role"] == "TOOL":
        yield Returned(names[message["toolCallId"]], _texts(message))
        return
    for part in message["content"]:
        yield part["text"] if part["type"] == "TEXT" else _image(part)
    for call in message.get("toolCalls", ()):
        names[call["id"]] = call["function"]["name"]
        yield Called(call["function"]["name"], json.loads(call["function"]["arguments"]))


def _image(part: Json) -> Image:
    if part["type"] != "IMAGE_URL":
        raise ValueError(f"unknown type {part['type']}")
    return image(part["imageUrl"]["url"])
