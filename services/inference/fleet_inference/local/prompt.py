"""A conversation as chat templates take it: roles and plain texts.

Tools are described in the system message, and calls and results stand in tags, in the format of the Hermes models
(https://github.com/NousResearch/Hermes-Function-Calling). Chat templates of small models know no tools, and those
that do each have a format of their own; this one is the same for all, so that guided decoding can hold any model to it.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.local.text_engine import TextEngine
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument

CALL_BEGIN = "<tool_call>\n"
CALL_END = "\n</tool_call>"
_RESULT = "<tool_response>\n{}\n</tool_response>"
_RESULT_ROLES = ("tool", "function")
# Small models would else say the last result once more, tags and all.
_NUDGE = "\nNow answer in your own words, without tags."
_INSTRUCTIONS = """\
You may call one or more functions to assist with the user's request. The functions are:
<tools>
{tools}
</tools>
To call a function, answer with its name and arguments as JSON within tags:
<tool_call>
{{"name": "the function's name", "arguments": {{"the argument's name": "its value"}}}}
</tool_call>"""


def check_length(characters: int, engine: TextEngine, param: str) -> None:
    """Refuse a prompt that cannot fit however long its tokens are, as making its tokens would take seconds.

    Raises:
        InvalidArgument: It has more characters than a context full of the longest tokens.
    """
    if characters > engine.context * max(map(len, engine.tokenizer.bytes)):
        raise InvalidArgument(
            f"This model's maximum context length is {engine.context} tokens; a prompt of {characters} characters "
            "cannot fit. Shorten it.",
            code="context_length_exceeded",
            param=param,
        )


def template_messages(request: m.ChatCompletionRequest) -> list[dict[str, Any]]:
    """Return the messages for the chat template.

    Raises:
        InvalidArgument: A message has a part that is no text.
    """
    messages = [_message(message, place) for place, message in enumerate(request.messages)]
    if request.tools and request.tool_choice != "none":
        _instruct(messages, [tool.function for tool in request.tools if tool.function])
    elif request.messages[-1].role in _RESULT_ROLES:
        messages[-1]["content"] += _NUDGE
    return messages


def _message(message: m.ChatMessage, place: int) -> dict[str, Any]:
    text = _text(message.content, place)
    if message.role in _RESULT_ROLES:
        return {"role": "user", "content": _RESULT.format(text)}
    for call in message.tool_calls or ():
        text += _call(call)
    return {"role": "system" if message.role == "developer" else message.role, "content": text}


def _text(content: str | list[m.ContentPart] | None, place: int) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    for number, part in enumerate(content):
        if part.text is None and part.refusal is None:
            raise InvalidArgument(
                f"This model takes text only, not '{part.type}'.",
                code="unsupported_content",
                param=f"messages[{place}].content[{number}].type",
            )
    return "\n".join(part.text or part.refusal or "" for part in content)


def _call(call: m.ToolCall) -> str:
    """Write an earlier call as the model itself would have."""
    function = call.function or m.FunctionCall()
    name = msgspec.json.encode(function.name).decode()
    return f'{CALL_BEGIN}{{"name": {name}, "arguments": {function.arguments or "{}"}}}{CALL_END}'


def _instruct(messages: list[dict[str, Any]], functions: Sequence[m.FunctionDefinition]) -> None:
    """Describe `functions` in the system message, which is added if there is none."""
    tools = "\n".join(_description(function) for function in functions)
    text = _INSTRUCTIONS.format(tools=tools)
    if messages[0]["role"] == "system":
        messages[0]["content"] += f"\n\n{text}"
    else:
        messages.insert(0, {"role": "system", "content": text})


def _description(function: m.FunctionDefinition) -> str:
    fields: dict[str, Any] = {"name": function.name}
    if function.description:
        fields["description"] = function.description
    if function.parameters is not ABSENT:
        fields["parameters"] = function.parameters
    return msgspec.json.encode({"type": "function", "function": fields}).decode()
