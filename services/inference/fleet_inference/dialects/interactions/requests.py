"""Google's interactions as chat completion requests.

Format: https://ai.google.dev/api/interactions-api
"""

from collections.abc import Iterator, Sequence

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.interactions.turns import to_messages
from fleet_inference.dialects.refusals import needed, unserved
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.unknown import unknown_fields

TIERS = {"flex": "flex", "standard": "default", "priority": "priority"}
MODES = {"auto": "auto", "validated": "auto", "any": "required", "none": "none"}

replace = msgspec.structs.replace


def to_chat(
    request: m.CreateInteractionRequest, earlier: Sequence[m.ChatMessage], call: Call
) -> m.ChatCompletionRequest:
    """Return what `request` asks, for the inference service.

    Args:
        request: The request.
        earlier: The conversation that it goes on from.
        call: Its call.

    Raises:
        InvalidArgument: It asks for what only Google's own servers have.
    """
    if request.background:
        raise unserved("true", "background", "false")
    config = request.generation_config or m.InteractionConfig()
    return m.ChatCompletionRequest(
        model=request.model,
        messages=[*_system(request), *earlier, *to_messages(request.input)],
        max_completion_tokens=config.max_output_tokens,
        temperature=config.temperature,
        top_k=config.top_k,
        top_p=config.top_p,
        seed=config.seed,
        stop=config.stop_sequences or None,
        reasoning_effort=config.thinking_level,
        response_format=_format(request),
        service_tier=TIERS[request.service_tier] if request.service_tier else None,  # type: ignore[arg-type]
        store=True if request.store is None else request.store,
        tools=list(_tools(request)) or None,
        tool_choice=MODES[config.tool_choice] if config.tool_choice and request.tools else None,
        extra=unknown_fields(request, call),
    )


def history(stored: m.StoredChatCompletion) -> list[m.ChatMessage]:
    """Return the conversation that `stored` is, its answer included.

    The system message is left out: each interaction has its own.
    """
    said = stored.choices[0].message
    calls = [replace(call, index=None) for call in said.tool_calls or ()]
    answer = m.ChatMessage(
        role="assistant",
        content=said.content,
        refusal=said.refusal,
        reasoning_content=said.reasoning_content,
        tool_calls=calls or None,
    )
    return [*(turn for turn in stored.input_messages if turn.role != "system"), answer]


def _system(request: m.CreateInteractionRequest) -> Iterator[m.ChatMessage]:
    if request.system_instruction:
        yield m.ChatMessage(role="system", content=request.system_instruction)


def _format(request: m.CreateInteractionRequest) -> m.ResponseFormat | None:
    if request.response_format is not ABSENT and bytes(request.response_format) != b"null":
        schema = m.JsonSchema(name="response", schema=request.response_format, strict=True)
        return m.ResponseFormat(type="json_schema", json_schema=schema)
    json_alone = request.response_mime_type == "application/json"
    return m.ResponseFormat(type="json_object") if json_alone else None


def _tools(request: m.CreateInteractionRequest) -> Iterator[m.Tool]:
    for tool in request.tools or ():
        if tool.type not in (None, "function"):
            raise unserved(tool.type, "tools.type", "function")
        for function in tool.function_declarations or ():
            yield _tool(function.name, function)
        if not tool.function_declarations:
            yield _tool(needed(tool.name, "tools.name"), tool)


def _tool(name: str, said: m.InteractionTool | m.InteractionFunction) -> m.Tool:
    function = m.FunctionDefinition(
        name=name, description=said.description, parameters=said.parameters
    )
    return m.Tool(type="function", function=function)
