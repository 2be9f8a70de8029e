"""What requests to Oracle Cloud's models ask.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/datatypes/GenericChatRequest
"""

import json
from collections.abc import Iterator
from typing import Any

from oci.generative_ai_inference.models import GenericChatRequest

from fleet_testing.native_script import Asked, Called, Part, Returned
from fleet_testing.oci_cohere import asked_of_cohere
from fleet_testing.oci_turns import image, one_turn_a_side
from fleet_testing.openai_answers import Json

_CHOICES = {"AUTO": "auto", "REQUIRED": "required", "NONE": "none"}


def asked_of_oci(body: Json) -> Asked:
    """Return what the body of a request to chat asks, in the format `GENERIC` or `COHEREV2`.

    Raises:
        ValueError: Oracle would refuse it.
    """
    asked, serving = body["chatRequest"], body["servingMode"]
    if not body["compartmentId"].startswith("ocid1.compartment."):
        raise ValueError("compartmentId")
    if serving["servingType"] != "ON_DEMAND":
        raise ValueError("servingType")
    if asked["apiFormat"] == "COHEREV2":
        return asked_of_cohere(asked, serving["modelId"])
    if asked["apiFormat"] != "GENERIC":
        raise ValueError("apiFormat")
    unknown = asked.keys() - set(GenericChatRequest().attribute_map.values())
    if unknown:
        raise ValueError(f"Unrecognized field {unknown.pop()}")
    choice = asked.get("toolChoice", {"type": "AUTO"})
    tools = asked.get("tools", ())
    return Asked(
        model=serving["modelId"],
        turns=tuple(one_turn_a_side(asked["messages"], _parts)),
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


def _parts(message: Json, names: dict[str, str]) -> Iterator[Part]:
    if message["role"] == "TOOL":
        yield Returned(names[message["toolCallId"]], _texts(message))
        return
    if message.get("content") == []:
        raise ValueError("content must not be empty")
    for part in message.get("content", ()):
        yield part["text"] if part["type"] == "TEXT" else image(part["imageUrl"]["url"])
    for call in message.get("toolCalls", ()):
        names[call["id"]] = call["name"]
        yield Called(call["name"], json.loads(call["arguments"]))
