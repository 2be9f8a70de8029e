"""What requests to Amazon Bedrock ask.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

import base64
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.validate import ParamValidator

from fleet_testing.native_script import Asked, Called, Image, Part, Returned, Turn
from fleet_testing.openai_answers import Json

SIGNATURE = "c2lnbmVk"
"""What signs everything that the fake model thinks."""
_THINKER = "thinks"


def asked_of_bedrock(model: str, body: Json, *, stream: bool) -> Asked:
    """Return what the body of a request to Converse or ConverseStream asks of `model`.

    Raises:
        ValueError: AWS would refuse it.
    """
    sampling: Json = body.get("inferenceConfig", {})
    _check(body | {"modelId": model})
    config: Json = body.get("toolConfig", {"tools": []})
    specs = [tool["toolSpec"] for tool in config["tools"]]
    more = body.get("additionalModelRequestFields", {}).get("tool_choice", {})
    return Asked(
        model=model,
        turns=tuple(_turns(body["messages"], model, tools=bool(specs))),
        system="\n".join(block["text"] for block in body.get("system", ())),
        stream=stream,
        tools={spec["name"]: spec["inputSchema"]["json"] for spec in specs},
        choice=_choice(config.get("toolChoice", {"auto": {}})),
        parallel=not more.get("disable_parallel_tool_use", False),
        schema=_schema(body.get("outputConfig", {})),
        max_tokens=sampling.get("maxTokens"),
        temperature=sampling.get("temperature"),
        top_p=sampling.get("topP"),
        stop=tuple(sampling.get("stopSequences", ())),
    )


def _choice(choice: Json) -> str:
    ((kind, told),) = choice.items()
    return str(told["name"]) if kind == "tool" else {"auto": "auto", "any": "required"}[kind]


def _schema(output: Json) -> Any:
    wanted = output.get("textFormat")
    if wanted is None:
        return None
    if wanted["type"] != "json_schema":
        raise ValueError("textFormat.type")
    return json.loads(wanted["structure"]["jsonSchema"]["schema"])


def _turns(messages: list[Json], model: str, *, tools: bool) -> Iterator[Turn]:
    names: dict[str, str] = {}
    before = None
    for message in messages:
        if message["role"] == before:
            raise ValueError("A conversation must alternate between user and assistant roles")
        before, blocks = message["role"], message["content"]
        called = {
            block["toolUse"]["toolUseId"]: block["toolUse"]["name"]
            for block in blocks
            if "toolUse" in block
        }
        if called and not tools:
            raise ValueError("The toolConfig field must be defined when using toolUse blocks")
        if called and model == _THINKER and "reasoningContent" not in blocks[0]:
            raise ValueError("Expected `thinking`, but found `tool_use`")
        names |= called
        yield Turn(before, tuple(_parts(blocks, names)))


def _parts(blocks: list[Json], names: Mapping[str, str]) -> Iterator[Part]:
    for block in blocks:
        ((kind, told),) = block.items()
        if kind == "text":
            if not told:
                raise ValueError("The text field in the ContentBlock object is blank")
            yield told
        elif kind == "image":
            data = base64.b64decode(told["source"]["bytes"], validate=True)
            yield Image(f"image/{told['format']}", data)
        elif kind == "toolUse":
            yield Called(told["name"], dict(told["input"]))
        elif kind == "toolResult":
            texts = [inner["text"] for inner in told["content"]]
            yield Returned(names[told["toolUseId"]], "\n".join(texts))
        elif kind == "reasoningContent":
            if told["reasoningText"]["signature"] != SIGNATURE:
                raise ValueError("Invalid `signature` in `thinking` block")
        else:
            raise ValueError(f"unknown member {kind}")


@cache
def _shape() -> Any:
    """Return AWS's own description of requests to Converse."""
    model = botocore.session.get_session().get_service_model("bedrock-runtime")
    return model.operation_model("Converse").input_shape


def _check(fields: Json) -> None:
    """Raise `ValueError` if a request is not as AWS describes it."""
    report = ParamValidator().validate(fields, _shape())
    if report.has_errors():
        raise ValueError(report.generate_report())
