"""Anthropic's requests as chat completion requests.

Format: https://docs.claude.com/en/api/messages
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.anthropic.blocks import answered, parts, text_of
from fleet_inference.dialects.refusals import needed, unserved
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.unknown import unknown_fields

TIERS = {"auto": "auto", "standard_only": "default"}
MODES = {"auto": "auto", "any": "required", "none": "none"}
# Efforts by the least budget for them, in tokens.
EFFORTS = ((16384, "high"), (4096, "medium"), (0, "low"))


def to_chat(request: m.CreateMessageRequest, call: Call) -> m.ChatCompletionRequest:
    """Return what `request` asks, for the inference service.

    Raises:
        InvalidArgument: It asks for what only Anthropic's own servers have.
    """
    choice = request.tool_choice
    alone = choice is not None and choice.disable_parallel_tool_use
    return m.ChatCompletionRequest(
        model=request.model,
        messages=[*_system(request.system), *chain.from_iterable(map(_turn, request.messages))],
        max_completion_tokens=request.max_tokens,
        user=request.metadata.user_id if request.metadata else None,
        service_tier=TIERS[request.service_tier] if request.service_tier else None,  # type: ignore[arg-type]
        stop=request.stop_sequences or None,
        temperature=request.temperature,
        top_k=request.top_k,
        top_p=request.top_p,
        reasoning_effort=_effort(request),  # type: ignore[arg-type]
        response_format=_format(request.output_config),
        tools=[_tool(tool) for tool in request.tools or ()] or None,
        tool_choice=_choice(choice),
        parallel_tool_calls=False if alone and request.tools else None,
        extra=unknown_fields(request, call),
    )


def to_counting(request: m.CountMessageTokensRequest, call: Call) -> m.ChatCompletionRequest:
    """Return what makes a model read what `request` has, and say next to nothing.

    Raises:
        InvalidArgument: It has what only Anthropic's own servers know.
    """
    asked = m.CreateMessageRequest(
        model=request.model,
        messages=request.messages,
        max_tokens=1,
        system=request.system,
        thinking=request.thinking,
        tool_choice=request.tool_choice,
        tools=request.tools,
        output_config=request.output_config,
        extra=unknown_fields(request, call),
    )
    counting = to_chat(asked, call.retold(asked))
    counting.store = False
    return counting


def _system(system: m.MessageContent | None) -> Iterator[m.ChatMessage]:
    if system:
        text = system if isinstance(system, str) else "\n".join(map(text_of, system))
        yield m.ChatMessage(role="system", content=text)


def _turn(message: m.InputMessage) -> Iterator[m.ChatMessage]:
    """Yield what one turn is to models: what tools returned comes apart from what the user says."""
    if isinstance(message.content, str):
        yield m.ChatMessage(role=message.role, content=message.content)
    elif message.role == "assistant":
        yield _assistant(message.content)
    else:
        yield from (answered(block) for block in message.content if block.type == "tool_result")
        said = [block for block in message.content if block.type != "tool_result"]
        if said:
            yield m.ChatMessage(role="user", content=_content(said))


def _content(blocks: Sequence[m.ContentBlock]) -> m.ChatContent:
    """Return a plain text where there is only one, as some model servers know nothing else."""
    found = list(chain.from_iterable(map(parts, blocks)))
    if len(found) == 1 and found[0].text is not None:
        return found[0].text
    return found


def _assistant(blocks: Sequence[m.ContentBlock]) -> m.ChatMessage:
    kinds = {block.type for block in blocks}
    other = kinds - {"text", "tool_use", "thinking", "redacted_thinking"}
    if other:
        raise unserved(other.pop(), "content.type", "text", "tool_use", "thinking")
    return m.ChatMessage(
        role="assistant",
        content="".join(text_of(block) for block in blocks if block.type == "text") or None,
        reasoning_content="".join(block.thinking or "" for block in blocks) or None,
        tool_calls=[_call(block) for block in blocks if block.type == "tool_use"] or None,
    )


def _call(block: m.ContentBlock) -> m.ToolCall:
    arguments = "{}" if block.input is ABSENT else bytes(block.input).decode()
    function = m.FunctionCall(name=needed(block.name, "content.name"), arguments=arguments)
    return m.ToolCall(id=needed(block.id, "content.id"), type="function", function=function)


def _tool(tool: m.MessageTool) -> m.Tool:
    if tool.type not in (None, "custom"):
        raise unserved(tool.type, "tools.type", "custom")
    function = m.FunctionDefinition(
        name=tool.name,
        description=tool.description,
        parameters=tool.input_schema,
        strict=tool.strict,
    )
    return m.Tool(type="function", function=function)


def _choice(choice: m.MessageToolChoice | None) -> m.ToolChoice | None:
    if choice is None:
        return None
    if choice.type != "tool":
        return MODES[choice.type]
    name = m.FunctionName(name=needed(choice.name, "tool_choice.name"))
    return m.NamedToolChoice(type="function", function=name)


def _effort(request: m.CreateMessageRequest) -> str | None:
    """Return the effort that is wanted, or that a budget of thinking comes to; the model's own where it decides."""
    config, thinking = request.output_config, request.thinking
    if config and config.effort:
        return "xhigh" if config.effort == "max" else config.effort
    if thinking is None or thinking.type != "enabled":
        return None
    budget = needed(thinking.budget_tokens, "thinking.budget_tokens")
    return next(effort for least, effort in EFFORTS if budget >= least)


def _format(config: m.OutputConfig | None) -> m.ResponseFormat | None:
    if config is None or config.format is None:
        return None
    schema = m.JsonSchema(name="output", schema=config.format.schema, strict=True)
    return m.ResponseFormat(type="json_schema", json_schema=schema)
