"""What requests to Oracle Cloud's models ask.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/datatypes/GenericChatRequest
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from oci.generative_ai_inference.models import GenericChatRequest

from fleet_testing.native_script import Asked, Called, Image, Part, Returned, Turn
from fleet_testing.openai_answers import Json

_CHOICES = {"AUTO": "auto", "REQUIRED": "required", "NONE": "none"}


def asked_of_oci(body: Json) -> Asked:
    """Return what the body of a request to chat asks, in the format `GENERIC`.

    Raises:
        ValueError: Oracle would refuse it.
    """
    asked, serving = body["chatRequest"], body["servingMode"]
    if not body["compartmentId"].startswith("ocid1.compartment."):
        raise ValueError("compartmentId")
    if asked["apiFormat"] != "GENERIC" or serving["servingType"] != "ON_DEMAND":
        raise ValueError("apiFormat")
    unknown = asked.keys() - set(GenericChatRequest().attribute_map.values())
    if unknown:
        raise ValueError(f"Unrecognized field {unknown.pop()}")
    choice = asked.get("toolChoice", {"type": "AUTO"})
    tools = asked.get("tools", ())
    return Asked(
        model=serving["modelId"],
        turns=tuple(_turns(asked["messages"])),
        system="\n".join(_texts(m) for m in asked["messages"] if m["role"] == "SYSTEM"),
        stream=asked.get("isStream", False),
        tools={tool["name"]: tool["parameters"] for tool in tools if tool["type"] == "FUNCTION"},
        choice=choice["name"] if choice["type"] == "FUNCTION" else _CHOICES[choice["type"]],
        parallel=asked.get("isParallelToolCalls", True),
        schema=_schema(asked.get("responseFormat", {"type": "TEXT"})),
        max_tokens=asked.get("maxTokens"),
        temperature=asked.get("temperature"),
        top_p=asked.get("topP"),
        stop=tuple(asked.get("stop", ())),
    )


def _schema(wanted: Json) -> Any:
    if wanted["type"] == "JSON_SCHEMA":
        if not wanted["jsonSchema"]["name"]:
            raise ValueError("jsonSchema.name")
        return wanted["jsonSchema"]["schema"]
    return wanted["type"] == "JSON_OBJECT" or None


def _texts(message: Json) -> str:
    return "\n".join(part["text"] for part in message["content"])


def _turns(messages: list[Json]) -> Iterator[Turn]:
    """Yield the turns; tools speak for the user, and turns of one side are one."""
    names: dict[str, str] = {}
    role, parts = "", list[Part]()
    for message in messages:
        if message["role"] == "SYSTEM":
            continue
        speaker = "assistant" if message["role"] == "ASSISTANT" else "user"
        if speaker != role and parts:
            yield Turn(role, tuple(parts))  # type: ignore[arg-type]  # it is one of the two
            parts = []
        role = speaker
        parts += _parts(message, names)
    yield Turn(role, tuple(parts))  # type: ignore[arg-type]  # as above


def _parts(message: Json, names: dict[str, str]) -> Iterator[Part]:
    if message["role"] == "TOOL":
        yield Returned(names[message["toolCallId"]], _texts(message))
        return
    if message.get("content") == []:
        raise ValueError("content must not be empty")
    for part in message.get("content", ()):
        yield part["text"] if part["type"] == "TEXT" else _image(part)
    for call in message.get("toolCalls", ()):
        names[call["id"]] = call["name"]
        yield Called(call["name"], json.loads(call["arguments"]))


def _image(part: Json) -> Image:
    url = part["imageUrl"]["url"]
    head, _, data = url.partition(";base64,")
    if not head.startswith("data:"):
        return Image(url=url)
    return Image(head.removeprefix("data:"), base64.b64decode(data, validate=True))
