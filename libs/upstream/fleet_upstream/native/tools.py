"""What a model may call.

Format: https://platform.openai.com/docs/api-reference/chat/create#chat-create-tools
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.encoded import ABSENT
from fleet_upstream.native.fields import wrong

NO_PARAMETERS = msgspec.Raw(b'{"type":"object","properties":{}}')
"""The schema of a function without arguments, where the caller gave none."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function that may be called.

    Attributes:
        parameters: The JSON Schema of its arguments; that of an empty object if the caller left it out.
        strict: Whether arguments must follow it exactly.
        param: Where it stands in the request, for errors.
    """

    name: str
    description: str | None
    parameters: msgspec.Raw
    strict: bool
    param: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What may be called, and how.

    Attributes:
        functions: The functions, in order.
        mode: `auto`, `required` or `none`.
        name: The only one to be called, where the caller names it; `mode` is `required` then.
        alone: Whether one answer may call one function only.
    """

    functions: list[Function]
    mode: str = "auto"
    name: str | None = None
    alone: bool = False


def offered(request: m.ChatCompletionRequest) -> Offered:
    """Read what `request` offers.

    Raises:
        InvalidArgument: A tool is no function, or a choice names none of them.
    """
    functions = [_function(tool, f"tools[{i}]") for i, tool in enumerate(request.tools or ())]
    told = Offered(functions, alone=request.parallel_tool_calls is False)
    choice = request.tool_choice
    if choice is None or not functions:
        return told
    if isinstance(choice, str):
        return replace(told, mode=choice)
    if choice.type == "allowed_tools":
        return _allowed(choice, told)
    name = choice.function.name if choice.function else None
    _known(name, told, "tool_choice.function.name")
    return replace(told, mode="required", name=name)


def refuse_strict(told: Offered, vendor: str) -> None:
    """Raise `InvalidArgument` if arguments must follow their schema exactly, which `vendor` does not promise."""
    for function in told.functions:
        if function.strict:
            raise wrong(
                f"{function.param}.strict", f"is nothing that {vendor} promises; leave it out"
            )


def _function(tool: m.Tool, param: str) -> Function:
    if tool.type != "function" or tool.function is None:
        raise wrong(f"{param}.type", "must be 'function' for this model")
    told = tool.function
    absent = told.parameters is ABSENT or bytes(told.parameters) in (b"null", b"{}")
    return Function(
        told.name,
        told.description,
        NO_PARAMETERS if absent else told.parameters,
        bool(told.strict),
        f"{param}.function",
    )


class _Allowed(msgspec.Struct):
    """The set of tools that `allowed_tools` names."""

    tools: list[m.NamedToolChoice]
    mode: str = "auto"


def _allowed(choice: m.NamedToolChoice, told: Offered) -> Offered:
    """Return `told` with the allowed functions alone, which is what the vendors can be told."""
    try:
        allowed = msgspec.json.decode(choice.allowed_tools, type=_Allowed)
    except msgspec.DecodeError:
        raise wrong("tool_choice.allowed_tools", "must have 'mode' and 'tools'") from None
    names = set(_names(allowed, told))
    functions = [function for function in told.functions if function.name in names]
    return replace(told, functions=functions, mode=allowed.mode)


def _names(allowed: _Allowed, told: Offered) -> Iterator[str]:
    for place, tool in enumerate(allowed.tools):
        name = tool.function.name if tool.function else tool.name
        yield _known(name, told, f"tool_choice.allowed_tools.tools[{place}].name")


def _known(name: str | None, told: Offered, param: str) -> str:
    if name is None or name not in {function.name for function in told.functions}:
        raise wrong(param, "must be the name of one of the 'tools'")
    return name
