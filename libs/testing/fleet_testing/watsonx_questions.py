"""What requests to IBM watsonx.ai ask.

Format: https://cloud.ibm.com/apidocs/watsonx-ai#text-chat
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fleet_testing.native_script import Asked, Called, Image, Part, Returned, Turn
from fleet_testing.openai_answers import Json

_FIELDS = frozenset(
    re.findall(
        r"\w+",
        """
    chat_template_kwargs context frequency_penalty guided_choice guided_grammar guided_json guided_regex
    include_reasoning length_penalty logit_bias logprobs max_completion_tokens max_tokens messages
    model_id n presence_penalty project_id reasoning_effort repetition_penalty response_format seed
    space_id stop temperature time_limit tool_choice tool_choice_option tools top_logprobs top_p
        """,
    )
)


@dataclass(frozen=True)
class AskedForSeveral(Asked):
    """What a request asks, and how many answers it wants."""

    n: int = 1


def asked_of_watsonx(body: Json, *, stream: bool) -> AskedForSeveral:
    """Return what the body of a request to generate text asks.

    Raises:
        ValueError: IBM would refuse it.
    """
    unknown = body.keys() - _FIELDS
    if unknown:
        raise ValueError(f"Json document validation error: unknown field {unknown.pop()}")
    if not (body.get("project_id") or body.get("space_id")):
        raise ValueError("Either space_id or project_id has to be given")
    wanted = body.get("response_format") or {"type": "text"}
    schema = wanted["json_schema"]["schema"] if wanted["type"] == "json_schema" else None
    choice = body.get("tool_choice_option", "auto")
    if "tool_choice" in body:
        choice = body["tool_choice"]["function"]["name"]
    functions = [tool["function"] for tool in body.get("tools", ())]
    stop = body.get("stop", [])
    if not isinstance(stop, list):
        raise TypeError("stop")
    return AskedForSeveral(
        model=body["model_id"],
        turns=tuple(_turns(body["messages"])),
        system="\n".join(
            m["content"] for m in body["messages"] if m["role"] in ("system", "developer")
        ),
        stream=stream,
        tools={function["name"]: function.get("parameters") for function in functions},
        choice=choice,
        schema=schema or (wanted["type"] == "json_object") or None,
        max_tokens=body.get("max_completion_tokens"),
        temperature=body.get("temperature"),
        top_p=body.get("top_p"),
        stop=tuple(stop),
        n=body.get("n", 1),
    )


def _turns(messages: list[Json]) -> Iterator[Turn]:
    """Yield the turns; those of one role that follow one another are one."""
    names: dict[str, str] = {}
    role, parts = "", list[Part]()
    for message in messages:
        if message["role"] in ("system", "developer"):
            continue
        speaker = "assistant" if message["role"] == "assistant" else "user"
        if speaker != role and parts:
            yield Turn(role, tuple(parts))  # type: ignore[arg-type]  # it is one of the two
            parts = []
        role = speaker
        parts += _parts(message, names)
    yield Turn(role, tuple(parts))  # type: ignore[arg-type]  # as above


def _parts(message: Json, names: dict[str, str]) -> Iterator[Part]:
    content, role = message.get("content"), message["role"]
    if role == "tool":
        yield Returned(names[message["tool_call_id"]], str(content))
        return
    if role == "assistant" and not isinstance(content, str | None):
        raise TypeError("content of an assistant must be a text")
    if isinstance(content, str):
        yield content
    else:
        yield from map(_part, content or ())
    for call in message.get("tool_calls", ()):
        names[call["id"]] = call["function"]["name"]
        yield Called(call["function"]["name"], json.loads(call["function"]["arguments"]))


def _part(part: Json) -> Part:
    if part["type"] == "text":
        return str(part["text"])
    if part["type"] != "image_url":
        raise ValueError(f"unknown type {part['type']}")
    head, _, data = part["image_url"]["url"].partition(";base64,")
    if not head.startswith("data:"):
        return Image(url=part["image_url"]["url"])
    return Image(head.removeprefix("data:"), base64.b64decode(data, validate=True))
