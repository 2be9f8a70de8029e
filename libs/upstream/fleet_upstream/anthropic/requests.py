"""Chat completion requests as Anthropic's requests.

Format: https://platform.claude.com/docs/en/api/messages
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.anthropic.content import messages, thoughts_lost
from fleet_upstream.anthropic.models import Model
from fleet_upstream.anthropic.schemas import ANSWER_TOOL, Wanted, wanted
from fleet_upstream.anthropic.thinking import thinking
from fleet_upstream.native.conversation import Conversation
from fleet_upstream.native.fields import most_tokens, refuse, stops, wrong
from fleet_upstream.native.tools import Function, Offered, offered

MOST_TOKENS = 4096
"""The most tokens to produce where neither the caller says so nor the server how many the model can."""
TIERS = {"auto": "auto", "priority": "auto", "default": "standard_only"}
"""The vendor's latency tiers by OpenAI's; capacity of a higher tier is used under `auto` where it was bought."""

_UNKNOWN = (
    "frequency_penalty",
    "ignore_eos",
    "logit_bias",
    "logprobs",
    "min_p",
    "presence_penalty",
    "repetition_penalty",
    "seed",
    "top_logprobs",
)


def check(request: m.ChatCompletionRequest) -> None:
    """Raise `InvalidArgument` if `request` asks for what the vendor has nothing for."""
    refuse(request, "Anthropic", _UNKNOWN)
    if request.temperature is not None and request.temperature > 1:
        raise wrong("temperature", "must be in [0, 1] for the models of Anthropic")
    if request.service_tier == "flex":
        raise wrong("service_tier", "must be 'auto', 'default' or 'priority' here")


def body(
    request: m.ChatCompletionRequest,
    call: Call,
    told: Conversation,
    model: Model,
    thoughts: Mapping[str, msgspec.Raw],
) -> dict[str, Any]:
    """Return the body of the request to `/v1/messages`; fields that the contract does not know are put beside it.

    Args:
        request: What the caller asks; `check` passed it.
        call: Its call.
        told: Its messages.
        model: The model, and what it can.
        thoughts: As for `messages`.
    """
    form = wanted(request, model)
    most = most_tokens(request) or model.max_tokens or MOST_TOKENS
    lost = thoughts_lost(told.turns, thoughts)
    thought = thinking(request, model, most, lost=lost)
    fields = {
        "model": request.model,
        "max_tokens": most,
        "system": told.system or None,
        "messages": messages(told.turns, thoughts),
        "metadata": _metadata(request),
        "service_tier": TIERS[request.service_tier] if request.service_tier else None,
        "stop_sequences": stops(request),
        "stream": request.stream or None,
        "temperature": request.temperature,
        "top_k": request.top_k if request.top_k and request.top_k > 0 else None,
        "top_p": request.top_p,
        "thinking": thought.get("thinking"),
        "output_config": _output_config(form, thought.get("effort")),
        **_tools(offered(request), form, model),
        **(unknown_fields(request, call) or {}),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _metadata(request: m.ChatCompletionRequest) -> dict[str, str] | None:
    user = request.safety_identifier or request.user
    return {"user_id": user} if user else None


def _output_config(form: Wanted | None, effort: str | None) -> dict[str, Any] | None:
    config: dict[str, Any] = {"effort": effort} if effort else {}
    if form and form.native:
        config["format"] = {"type": "json_schema", "schema": form.schema}
    return config or None


def _tools(told: Offered, form: Wanted | None, model: Model) -> dict[str, Any]:
    """Return the fields `tools` and `tool_choice`."""
    tools = [_tool(function, model) for function in told.functions]
    if form is None or form.native:
        return {"tools": tools or None, "tool_choice": _choice(told) if tools else None}
    if told.mode == "none":
        tools = []
    # The answer is a call too: of this tool alone, or of one that the caller offers.
    alone = {"disable_parallel_tool_use": True} if told.alone or not tools else {}
    choice = {"type": "any"} if tools else {"type": "tool", "name": ANSWER_TOOL}
    writes = {"name": ANSWER_TOOL, "description": form.description, "input_schema": form.schema}
    return {"tools": [*tools, writes], "tool_choice": choice | alone}


def _tool(function: Function, model: Model) -> dict[str, Any]:
    tool: dict[str, Any] = {"name": function.name, "input_schema": function.parameters}
    if function.description:
        tool["description"] = function.description
    if function.strict:
        if not model.can.structured_outputs.supported:
            raise wrong(f"{function.param}.strict", f"is nothing that '{model.id}' knows")
        tool["strict"] = True
    return tool


def _choice(told: Offered) -> dict[str, Any] | None:
    """Return the field `tool_choice`, unless it is as the vendor has it anyhow."""
    alone = {"disable_parallel_tool_use": True} if told.alone else {}
    if told.mode == "none":
        return {"type": "none"}
    if told.name:
        return {"type": "tool", "name": told.name} | alone
    if told.mode == "required":
        return {"type": "any"} | alone
    return {"type": "auto"} | alone if alone else None
