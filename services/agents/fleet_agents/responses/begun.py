"""A response at its beginning: what the request says, what holds where it says nothing, and nothing that is secret."""

import time

import msgspec

from fleet.agents.v1 import messages as m
from fleet_agents.items.ids import new_id


def begun(request: m.CreateResponseRequest, status: str = "in_progress") -> m.Response:
    """Return the response to `request` before anything has happened."""
    text = request.text or m.ResponseText()
    return m.Response(
        id=new_id("resp"),
        created_at=int(time.time()),
        status=status,
        model=request.model,
        output=[],
        instructions=request.instructions,
        prompt=request.prompt,
        previous_response_id=request.previous_response_id,
        conversation=conversation_of(request),
        tools=[_shown(tool) for tool in request.tools or ()],
        tool_choice=request.tool_choice or "auto",
        parallel_tool_calls=request.parallel_tool_calls is not False,
        max_tool_calls=request.max_tool_calls,
        max_output_tokens=request.max_output_tokens,
        max_infer_iters=request.max_infer_iters,
        text=m.ResponseText(
            format=text.format or m.ResponseTextFormat(type="text"),
            verbosity=text.verbosity or "medium",
        ),
        reasoning=_reasoning(request.reasoning),
        temperature=1.0 if request.temperature is None else request.temperature,
        top_p=1.0 if request.top_p is None else request.top_p,
        top_logprobs=request.top_logprobs or 0,
        frequency_penalty=request.frequency_penalty or 0.0,
        presence_penalty=request.presence_penalty or 0.0,
        store=request.store is not False,
        background=bool(request.background),
        truncation=request.truncation or "disabled",
        metadata=request.metadata or {},
        prompt_cache_key=request.prompt_cache_key,
        safety_identifier=request.safety_identifier,
        service_tier=request.service_tier or "default",
        user=request.user,
    )


def conversation_of(request: m.CreateResponseRequest) -> m.ConversationId | None:
    """Return the conversation that a request names."""
    named = request.conversation
    return m.ConversationId(id=named) if isinstance(named, str) else named


def _shown(tool: m.ResponseTool) -> m.ResponseTool:
    """Return a tool without what is secret, and with what holds where the request says nothing."""
    bare = msgspec.structs.replace(tool, headers=None, authorization=None)
    if bare.type == "function" and bare.strict is None:
        bare.strict = False
    return bare


def _reasoning(asked: m.Reasoning | None) -> m.Reasoning:
    wanted = asked or m.Reasoning()
    return m.Reasoning(effort=wanted.effort, summary=wanted.summary or wanted.generate_summary)
