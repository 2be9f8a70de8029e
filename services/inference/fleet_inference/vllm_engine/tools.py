"""Tools as vLLM needs them told."""

from operator import is_

from msgspec import Raw
from msgspec.structs import replace

from fleet.inference.v1 import messages as m
from fleet_runtime.encoded import ABSENT

_NO_PARAMETERS = Raw(b'{"type":"object","properties":{}}')


def with_parameters(request: m.ChatCompletionRequest) -> m.ChatCompletionRequest:
    """Return `request` with no parameters where a function says nothing of them.

    So OpenAI has it. vLLM would let the model call such a function with anything, even a number.

    Source: https://platform.openai.com/docs/api-reference/chat/create#chat_create-tools
    """
    tools = request.tools or []
    told = [_told(tool) for tool in tools]
    return request if all(map(is_, told, tools)) else replace(request, tools=told)


def _told(tool: m.Tool) -> m.Tool:
    function = tool.function
    if function is None or function.parameters is not ABSENT:
        return tool
    return replace(tool, function=replace(function, parameters=_NO_PARAMETERS))
