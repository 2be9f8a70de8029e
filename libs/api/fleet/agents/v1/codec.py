"""Messages of `fleet.agents.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from fleet.agents.v1 import messages as m
from fleet.agents.v1 import agent_config_pb2
from fleet.agents.v1 import agent_content_pb2
from fleet.agents.v1 import agent_turns_pb2
from fleet.agents.v1 import agents_pb2
from fleet.agents.v1 import items_pb2
from fleet.agents.v1 import conversations_pb2
from fleet.agents.v1 import prompts_pb2
from fleet.agents.v1 import response_tools_pb2
from fleet.agents.v1 import response_pb2
from fleet.agents.v1 import response_events_pb2
from fleet.agents.v1 import responses_pb2
from fleet_runtime.reading import json_text, nothing_set
from fleet_runtime.encoded import ABSENT


def agent_sampling_strategy_from_proto(
    p: agent_config_pb2.AgentSamplingStrategy,
) -> m.AgentSamplingStrategy:
    return m.AgentSamplingStrategy(
        type=p.type,  # type: ignore[arg-type]
        temperature=p.temperature if p.HasField("temperature") else None,
        top_p=p.top_p if p.HasField("top_p") else None,
        top_k=p.top_k if p.HasField("top_k") else None,
    )


def agent_sampling_strategy_to_proto(
    s: m.AgentSamplingStrategy,
) -> agent_config_pb2.AgentSamplingStrategy:
    return agent_config_pb2.AgentSamplingStrategy(
        type=s.type,
        temperature=s.temperature,
        top_p=s.top_p,
        top_k=s.top_k,
    )


def agent_sampling_params_from_proto(
    p: agent_config_pb2.AgentSamplingParams,
) -> m.AgentSamplingParams:
    return m.AgentSamplingParams(
        strategy=agent_sampling_strategy_from_proto(p.strategy) if p.HasField("strategy") else None,
        max_tokens=p.max_tokens if p.HasField("max_tokens") else None,
        repetition_penalty=p.repetition_penalty if p.HasField("repetition_penalty") else None,
        stop=list(p.stop) or None,
    )


def agent_sampling_params_to_proto(
    s: m.AgentSamplingParams,
) -> agent_config_pb2.AgentSamplingParams:
    return agent_config_pb2.AgentSamplingParams(
        strategy=None if s.strategy is None else agent_sampling_strategy_to_proto(s.strategy),
        max_tokens=s.max_tokens,
        repetition_penalty=s.repetition_penalty,
        stop=s.stop,
    )


def agent_toolgroup_with_args_from_proto(
    p: agent_config_pb2.AgentToolgroupWithArgs,
) -> m.AgentToolgroupWithArgs:
    return m.AgentToolgroupWithArgs(
        name=p.name,
        args=json_text(p.args),
    )


def agent_toolgroup_with_args_to_proto(
    s: m.AgentToolgroupWithArgs,
) -> agent_config_pb2.AgentToolgroupWithArgs:
    return agent_config_pb2.AgentToolgroupWithArgs(
        name=s.name,
        args=bytes(s.args).decode(),
    )


def agent_toolgroup_from_proto(p: agent_config_pb2.AgentToolgroup) -> m.AgentToolgroup:
    kind = p.WhichOneof("value")
    if kind == "name":
        return p.name
    if kind == "with_args":
        return agent_toolgroup_with_args_from_proto(p.with_args)
    raise nothing_set("AgentToolgroup")


def agent_toolgroup_to_proto(s: m.AgentToolgroup) -> agent_config_pb2.AgentToolgroup:
    if isinstance(s, str):
        return agent_config_pb2.AgentToolgroup(name=s)
    if isinstance(s, m.AgentToolgroupWithArgs):
        return agent_config_pb2.AgentToolgroup(with_args=agent_toolgroup_with_args_to_proto(s))
    raise TypeError(type(s))


def agent_tool_parameter_from_proto(p: agent_config_pb2.AgentToolParameter) -> m.AgentToolParameter:
    return m.AgentToolParameter(
        name=p.name,
        parameter_type=p.parameter_type,
        description=p.description if p.HasField("description") else None,
        required=p.required if p.HasField("required") else None,
        default=json_text(p.default) if p.HasField("default") else ABSENT,
    )


def agent_tool_parameter_to_proto(s: m.AgentToolParameter) -> agent_config_pb2.AgentToolParameter:
    return agent_config_pb2.AgentToolParameter(
        name=s.name,
        parameter_type=s.parameter_type,
        description=s.description,
        required=s.required,
        default=None if s.default is ABSENT else bytes(s.default).decode(),
    )


def agent_client_tool_from_proto(p: agent_config_pb2.AgentClientTool) -> m.AgentClientTool:
    return m.AgentClientTool(
        name=p.name,
        description=p.description if p.HasField("description") else None,
        input_schema=json_text(p.input_schema) if p.HasField("input_schema") else ABSENT,
        parameters=[agent_tool_parameter_from_proto(v) for v in p.parameters] or None,
        output_schema=json_text(p.output_schema) if p.HasField("output_schema") else ABSENT,
        metadata=json_text(p.metadata) if p.HasField("metadata") else ABSENT,
        toolgroup_id=p.toolgroup_id if p.HasField("toolgroup_id") else None,
    )


def agent_client_tool_to_proto(s: m.AgentClientTool) -> agent_config_pb2.AgentClientTool:
    return agent_config_pb2.AgentClientTool(
        name=s.name,
        description=s.description,
        input_schema=None if s.input_schema is ABSENT else bytes(s.input_schema).decode(),
        parameters=[agent_tool_parameter_to_proto(v) for v in s.parameters or ()],
        output_schema=None if s.output_schema is ABSENT else bytes(s.output_schema).decode(),
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
        toolgroup_id=s.toolgroup_id,
    )


def agent_tool_config_from_proto(p: agent_config_pb2.AgentToolConfig) -> m.AgentToolConfig:
    return m.AgentToolConfig(
        tool_choice=p.tool_choice if p.HasField("tool_choice") else None,
        tool_prompt_format=p.tool_prompt_format if p.HasField("tool_prompt_format") else None,
        system_message_behavior=p.system_message_behavior
        if p.HasField("system_message_behavior")
        else None,
    )


def agent_tool_config_to_proto(s: m.AgentToolConfig) -> agent_config_pb2.AgentToolConfig:
    return agent_config_pb2.AgentToolConfig(
        tool_choice=s.tool_choice,
        tool_prompt_format=s.tool_prompt_format,
        system_message_behavior=s.system_message_behavior,
    )


def agent_response_format_from_proto(
    p: agent_config_pb2.AgentResponseFormat,
) -> m.AgentResponseFormat:
    return m.AgentResponseFormat(
        type=p.type,  # type: ignore[arg-type]
        json_schema=json_text(p.json_schema) if p.HasField("json_schema") else ABSENT,
        bnf=json_text(p.bnf) if p.HasField("bnf") else ABSENT,
    )


def agent_response_format_to_proto(
    s: m.AgentResponseFormat,
) -> agent_config_pb2.AgentResponseFormat:
    return agent_config_pb2.AgentResponseFormat(
        type=s.type,
        json_schema=None if s.json_schema is ABSENT else bytes(s.json_schema).decode(),
        bnf=None if s.bnf is ABSENT else bytes(s.bnf).decode(),
    )


def agent_config_from_proto(p: agent_config_pb2.AgentConfig) -> m.AgentConfig:
    return m.AgentConfig(
        model=p.model,
        instructions=p.instructions,
        name=p.name if p.HasField("name") else None,
        sampling_params=agent_sampling_params_from_proto(p.sampling_params)
        if p.HasField("sampling_params")
        else None,
        input_shields=list(p.input_shields) or None,
        output_shields=list(p.output_shields) or None,
        toolgroups=[agent_toolgroup_from_proto(v) for v in p.toolgroups] or None,
        client_tools=[agent_client_tool_from_proto(v) for v in p.client_tools] or None,
        tool_choice=p.tool_choice if p.HasField("tool_choice") else None,  # type: ignore[arg-type]
        tool_prompt_format=p.tool_prompt_format if p.HasField("tool_prompt_format") else None,
        tool_config=agent_tool_config_from_proto(p.tool_config)
        if p.HasField("tool_config")
        else None,
        max_infer_iters=p.max_infer_iters if p.HasField("max_infer_iters") else None,
        response_format=agent_response_format_from_proto(p.response_format)
        if p.HasField("response_format")
        else None,
        enable_session_persistence=p.enable_session_persistence
        if p.HasField("enable_session_persistence")
        else None,
    )


def agent_config_to_proto(s: m.AgentConfig) -> agent_config_pb2.AgentConfig:
    return agent_config_pb2.AgentConfig(
        model=s.model,
        instructions=s.instructions,
        name=s.name,
        sampling_params=None
        if s.sampling_params is None
        else agent_sampling_params_to_proto(s.sampling_params),
        input_shields=s.input_shields,
        output_shields=s.output_shields,
        toolgroups=[agent_toolgroup_to_proto(v) for v in s.toolgroups or ()],
        client_tools=[agent_client_tool_to_proto(v) for v in s.client_tools or ()],
        tool_choice=s.tool_choice,
        tool_prompt_format=s.tool_prompt_format,
        tool_config=None if s.tool_config is None else agent_tool_config_to_proto(s.tool_config),
        max_infer_iters=s.max_infer_iters,
        response_format=None
        if s.response_format is None
        else agent_response_format_to_proto(s.response_format),
        enable_session_persistence=s.enable_session_persistence,
    )


def agent_url_from_proto(p: agent_content_pb2.AgentUrl) -> m.AgentUrl:
    return m.AgentUrl(
        uri=p.uri,
    )


def agent_url_to_proto(s: m.AgentUrl) -> agent_content_pb2.AgentUrl:
    return agent_content_pb2.AgentUrl(
        uri=s.uri,
    )


def agent_image_from_proto(p: agent_content_pb2.AgentImage) -> m.AgentImage:
    return m.AgentImage(
        url=agent_url_from_proto(p.url) if p.HasField("url") else None,
        data=p.data if p.HasField("data") else None,
    )


def agent_image_to_proto(s: m.AgentImage) -> agent_content_pb2.AgentImage:
    return agent_content_pb2.AgentImage(
        url=None if s.url is None else agent_url_to_proto(s.url),
        data=s.data,
    )


def agent_content_item_from_proto(p: agent_content_pb2.AgentContentItem) -> m.AgentContentItem:
    return m.AgentContentItem(
        type=p.type,  # type: ignore[arg-type]
        text=p.text if p.HasField("text") else None,
        image=agent_image_from_proto(p.image) if p.HasField("image") else None,
    )


def agent_content_item_to_proto(s: m.AgentContentItem) -> agent_content_pb2.AgentContentItem:
    return agent_content_pb2.AgentContentItem(
        type=s.type,
        text=s.text,
        image=None if s.image is None else agent_image_to_proto(s.image),
    )


def agent_content_items_from_proto(p: agent_content_pb2.AgentContentItems) -> m.AgentContentItems:
    return [agent_content_item_from_proto(v) for v in p.items]


def agent_content_items_to_proto(s: m.AgentContentItems) -> agent_content_pb2.AgentContentItems:
    return agent_content_pb2.AgentContentItems(items=[agent_content_item_to_proto(v) for v in s])


def agent_content_from_proto(p: agent_content_pb2.AgentContent) -> m.AgentContent:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "item":
        return agent_content_item_from_proto(p.item)
    if kind == "items":
        return agent_content_items_from_proto(p.items)
    raise nothing_set("AgentContent")


def agent_content_to_proto(s: m.AgentContent) -> agent_content_pb2.AgentContent:
    if isinstance(s, str):
        return agent_content_pb2.AgentContent(text=s)
    if isinstance(s, m.AgentContentItem):
        return agent_content_pb2.AgentContent(item=agent_content_item_to_proto(s))
    if isinstance(s, list):
        return agent_content_pb2.AgentContent(items=agent_content_items_to_proto(s))
    raise TypeError(type(s))


def agent_message_from_proto(p: agent_content_pb2.AgentMessage) -> m.AgentMessage:
    return m.AgentMessage(
        role=p.role,  # type: ignore[arg-type]
        content=agent_content_from_proto(p.content),
        context=agent_content_from_proto(p.context) if p.HasField("context") else None,
        call_id=p.call_id if p.HasField("call_id") else None,
    )


def agent_message_to_proto(s: m.AgentMessage) -> agent_content_pb2.AgentMessage:
    return agent_content_pb2.AgentMessage(
        role=s.role,
        content=agent_content_to_proto(s.content),
        context=None if s.context is None else agent_content_to_proto(s.context),
        call_id=s.call_id,
    )


def agent_document_item_from_proto(p: agent_content_pb2.AgentDocumentItem) -> m.AgentDocumentItem:
    return m.AgentDocumentItem(
        type=p.type if p.HasField("type") else None,
        text=p.text if p.HasField("text") else None,
        uri=p.uri if p.HasField("uri") else None,
    )


def agent_document_item_to_proto(s: m.AgentDocumentItem) -> agent_content_pb2.AgentDocumentItem:
    return agent_content_pb2.AgentDocumentItem(
        type=s.type,
        text=s.text,
        uri=s.uri,
    )


def agent_document_items_from_proto(
    p: agent_content_pb2.AgentDocumentItems,
) -> m.AgentDocumentItems:
    return [agent_document_item_from_proto(v) for v in p.items]


def agent_document_items_to_proto(s: m.AgentDocumentItems) -> agent_content_pb2.AgentDocumentItems:
    return agent_content_pb2.AgentDocumentItems(items=[agent_document_item_to_proto(v) for v in s])


def agent_document_content_from_proto(
    p: agent_content_pb2.AgentDocumentContent,
) -> m.AgentDocumentContent:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "item":
        return agent_document_item_from_proto(p.item)
    if kind == "items":
        return agent_document_items_from_proto(p.items)
    raise nothing_set("AgentDocumentContent")


def agent_document_content_to_proto(
    s: m.AgentDocumentContent,
) -> agent_content_pb2.AgentDocumentContent:
    if isinstance(s, str):
        return agent_content_pb2.AgentDocumentContent(text=s)
    if isinstance(s, m.AgentDocumentItem):
        return agent_content_pb2.AgentDocumentContent(item=agent_document_item_to_proto(s))
    if isinstance(s, list):
        return agent_content_pb2.AgentDocumentContent(items=agent_document_items_to_proto(s))
    raise TypeError(type(s))


def agent_document_from_proto(p: agent_content_pb2.AgentDocument) -> m.AgentDocument:
    return m.AgentDocument(
        content=agent_document_content_from_proto(p.content),
        mime_type=p.mime_type,
    )


def agent_document_to_proto(s: m.AgentDocument) -> agent_content_pb2.AgentDocument:
    return agent_content_pb2.AgentDocument(
        content=agent_document_content_to_proto(s.content),
        mime_type=s.mime_type,
    )


def agent_tool_call_from_proto(p: agent_content_pb2.AgentToolCall) -> m.AgentToolCall:
    return m.AgentToolCall(
        call_id=p.call_id,
        tool_name=p.tool_name,
        arguments=p.arguments,
    )


def agent_tool_call_to_proto(s: m.AgentToolCall) -> agent_content_pb2.AgentToolCall:
    return agent_content_pb2.AgentToolCall(
        call_id=s.call_id,
        tool_name=s.tool_name,
        arguments=s.arguments,
    )


def agent_completion_message_from_proto(
    p: agent_content_pb2.AgentCompletionMessage,
) -> m.AgentCompletionMessage:
    return m.AgentCompletionMessage(
        content=p.content,
        stop_reason=p.stop_reason,
        tool_calls=[agent_tool_call_from_proto(v) for v in p.tool_calls],
    )


def agent_completion_message_to_proto(
    s: m.AgentCompletionMessage,
) -> agent_content_pb2.AgentCompletionMessage:
    return agent_content_pb2.AgentCompletionMessage(
        role=s.role,
        content=s.content,
        stop_reason=s.stop_reason,
        tool_calls=[agent_tool_call_to_proto(v) for v in s.tool_calls],
    )


def agent_tool_response_from_proto(p: agent_content_pb2.AgentToolResponse) -> m.AgentToolResponse:
    return m.AgentToolResponse(
        call_id=p.call_id,
        tool_name=p.tool_name,
        content=agent_content_from_proto(p.content),
        metadata=json_text(p.metadata) if p.HasField("metadata") else ABSENT,
    )


def agent_tool_response_to_proto(s: m.AgentToolResponse) -> agent_content_pb2.AgentToolResponse:
    return agent_content_pb2.AgentToolResponse(
        call_id=s.call_id,
        tool_name=s.tool_name,
        content=agent_content_to_proto(s.content),
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
    )


def agent_violation_from_proto(p: agent_turns_pb2.AgentViolation) -> m.AgentViolation:
    return m.AgentViolation(
        violation_level=p.violation_level,  # type: ignore[arg-type]
        user_message=p.user_message if p.HasField("user_message") else None,
        metadata=json_text(p.metadata),
    )


def agent_violation_to_proto(s: m.AgentViolation) -> agent_turns_pb2.AgentViolation:
    return agent_turns_pb2.AgentViolation(
        violation_level=s.violation_level,
        user_message=s.user_message,
        metadata=bytes(s.metadata).decode(),
    )


def agent_step_from_proto(p: agent_turns_pb2.AgentStep) -> m.AgentStep:
    return m.AgentStep(
        turn_id=p.turn_id,
        step_id=p.step_id,
        started_at=p.started_at if p.HasField("started_at") else None,
        completed_at=p.completed_at if p.HasField("completed_at") else None,
        step_type=p.step_type,  # type: ignore[arg-type]
        model_response=agent_completion_message_from_proto(p.model_response)
        if p.HasField("model_response")
        else None,
        tool_calls=[agent_tool_call_from_proto(v) for v in p.tool_calls] or None,
        tool_responses=[agent_tool_response_from_proto(v) for v in p.tool_responses] or None,
        violation=agent_violation_from_proto(p.violation) if p.HasField("violation") else None,
    )


def agent_step_to_proto(s: m.AgentStep) -> agent_turns_pb2.AgentStep:
    return agent_turns_pb2.AgentStep(
        turn_id=s.turn_id,
        step_id=s.step_id,
        started_at=s.started_at,
        completed_at=s.completed_at,
        step_type=s.step_type,
        model_response=None
        if s.model_response is None
        else agent_completion_message_to_proto(s.model_response),
        tool_calls=[agent_tool_call_to_proto(v) for v in s.tool_calls or ()],
        tool_responses=[agent_tool_response_to_proto(v) for v in s.tool_responses or ()],
        violation=None if s.violation is None else agent_violation_to_proto(s.violation),
    )


def agent_turn_from_proto(p: agent_turns_pb2.AgentTurn) -> m.AgentTurn:
    return m.AgentTurn(
        turn_id=p.turn_id,
        session_id=p.session_id,
        input_messages=[agent_message_from_proto(v) for v in p.input_messages],
        steps=[agent_step_from_proto(v) for v in p.steps],
        output_message=agent_completion_message_from_proto(p.output_message),
        output_attachments=[agent_document_from_proto(v) for v in p.output_attachments],
        started_at=p.started_at,
        completed_at=p.completed_at if p.HasField("completed_at") else None,
    )


def agent_turn_to_proto(s: m.AgentTurn) -> agent_turns_pb2.AgentTurn:
    return agent_turns_pb2.AgentTurn(
        turn_id=s.turn_id,
        session_id=s.session_id,
        input_messages=[agent_message_to_proto(v) for v in s.input_messages],
        steps=[agent_step_to_proto(v) for v in s.steps],
        output_message=agent_completion_message_to_proto(s.output_message),
        output_attachments=[agent_document_to_proto(v) for v in s.output_attachments],
        started_at=s.started_at,
        completed_at=s.completed_at,
    )


def agent_tool_call_delta_from_proto(p: agent_turns_pb2.AgentToolCallDelta) -> m.AgentToolCallDelta:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "call":
        return agent_tool_call_from_proto(p.call)
    raise nothing_set("AgentToolCallDelta")


def agent_tool_call_delta_to_proto(s: m.AgentToolCallDelta) -> agent_turns_pb2.AgentToolCallDelta:
    if isinstance(s, str):
        return agent_turns_pb2.AgentToolCallDelta(text=s)
    if isinstance(s, m.AgentToolCall):
        return agent_turns_pb2.AgentToolCallDelta(call=agent_tool_call_to_proto(s))
    raise TypeError(type(s))


def agent_delta_from_proto(p: agent_turns_pb2.AgentDelta) -> m.AgentDelta:
    return m.AgentDelta(
        type=p.type,
        text=p.text if p.HasField("text") else None,
        tool_call=agent_tool_call_delta_from_proto(p.tool_call)
        if p.HasField("tool_call")
        else None,
        parse_status=p.parse_status if p.HasField("parse_status") else None,
    )


def agent_delta_to_proto(s: m.AgentDelta) -> agent_turns_pb2.AgentDelta:
    return agent_turns_pb2.AgentDelta(
        type=s.type,
        text=s.text,
        tool_call=None if s.tool_call is None else agent_tool_call_delta_to_proto(s.tool_call),
        parse_status=s.parse_status,
    )


def agent_turn_payload_from_proto(p: agent_turns_pb2.AgentTurnPayload) -> m.AgentTurnPayload:
    return m.AgentTurnPayload(
        event_type=p.event_type,
        step_type=p.step_type if p.HasField("step_type") else None,
        step_id=p.step_id if p.HasField("step_id") else None,
        metadata=json_text(p.metadata) if p.HasField("metadata") else ABSENT,
        delta=agent_delta_from_proto(p.delta) if p.HasField("delta") else None,
        step_details=agent_step_from_proto(p.step_details) if p.HasField("step_details") else None,
        turn_id=p.turn_id if p.HasField("turn_id") else None,
        turn=agent_turn_from_proto(p.turn) if p.HasField("turn") else None,
    )


def agent_turn_payload_to_proto(s: m.AgentTurnPayload) -> agent_turns_pb2.AgentTurnPayload:
    return agent_turns_pb2.AgentTurnPayload(
        event_type=s.event_type,
        step_type=s.step_type,
        step_id=s.step_id,
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
        delta=None if s.delta is None else agent_delta_to_proto(s.delta),
        step_details=None if s.step_details is None else agent_step_to_proto(s.step_details),
        turn_id=s.turn_id,
        turn=None if s.turn is None else agent_turn_to_proto(s.turn),
    )


def agent_turn_event_from_proto(p: agent_turns_pb2.AgentTurnEvent) -> m.AgentTurnEvent:
    return m.AgentTurnEvent(
        payload=agent_turn_payload_from_proto(p.payload),
    )


def agent_turn_event_to_proto(s: m.AgentTurnEvent) -> agent_turns_pb2.AgentTurnEvent:
    return agent_turns_pb2.AgentTurnEvent(
        payload=agent_turn_payload_to_proto(s.payload),
    )


def agent_turn_chunk_from_proto(p: agent_turns_pb2.AgentTurnChunk) -> m.AgentTurnChunk:
    return m.AgentTurnChunk(
        event=agent_turn_event_from_proto(p.event),
    )


def agent_turn_chunk_to_proto(s: m.AgentTurnChunk) -> agent_turns_pb2.AgentTurnChunk:
    return agent_turns_pb2.AgentTurnChunk(
        event=agent_turn_event_to_proto(s.event),
    )


def create_agent_request_from_proto(p: agents_pb2.CreateAgentRequest) -> m.CreateAgentRequest:
    return m.CreateAgentRequest(
        agent_config=agent_config_from_proto(p.agent_config),
    )


def create_agent_request_to_proto(s: m.CreateAgentRequest) -> agents_pb2.CreateAgentRequest:
    return agents_pb2.CreateAgentRequest(
        agent_config=agent_config_to_proto(s.agent_config),
    )


def agent_created_from_proto(p: agents_pb2.AgentCreated) -> m.AgentCreated:
    return m.AgentCreated(
        agent_id=p.agent_id,
    )


def agent_created_to_proto(s: m.AgentCreated) -> agents_pb2.AgentCreated:
    return agents_pb2.AgentCreated(
        agent_id=s.agent_id,
    )


def agent_from_proto(p: agents_pb2.Agent) -> m.Agent:
    return m.Agent(
        agent_id=p.agent_id,
        agent_config=agent_config_from_proto(p.agent_config),
        created_at=p.created_at,
    )


def agent_to_proto(s: m.Agent) -> agents_pb2.Agent:
    return agents_pb2.Agent(
        agent_id=s.agent_id,
        agent_config=agent_config_to_proto(s.agent_config),
        created_at=s.created_at,
    )


def list_agents_request_from_proto(p: agents_pb2.ListAgentsRequest) -> m.ListAgentsRequest:
    return m.ListAgentsRequest(
        start_index=p.start_index if p.HasField("start_index") else None,
        limit=p.limit if p.HasField("limit") else None,
    )


def list_agents_request_to_proto(s: m.ListAgentsRequest) -> agents_pb2.ListAgentsRequest:
    return agents_pb2.ListAgentsRequest(
        start_index=s.start_index,
        limit=s.limit,
    )


def agent_list_from_proto(p: agents_pb2.AgentList) -> m.AgentList:
    return m.AgentList(
        data=[agent_from_proto(v) for v in p.data],
        has_more=p.has_more,
        url=p.url if p.HasField("url") else None,
    )


def agent_list_to_proto(s: m.AgentList) -> agents_pb2.AgentList:
    return agents_pb2.AgentList(
        data=[agent_to_proto(v) for v in s.data],
        has_more=s.has_more,
        url=s.url,
    )


def get_agent_request_from_proto(p: agents_pb2.GetAgentRequest) -> m.GetAgentRequest:
    return m.GetAgentRequest(
        agent_id=p.agent_id,
    )


def get_agent_request_to_proto(s: m.GetAgentRequest) -> agents_pb2.GetAgentRequest:
    return agents_pb2.GetAgentRequest(
        agent_id=s.agent_id,
    )


def delete_agent_request_from_proto(p: agents_pb2.DeleteAgentRequest) -> m.DeleteAgentRequest:
    return m.DeleteAgentRequest(
        agent_id=p.agent_id,
    )


def delete_agent_request_to_proto(s: m.DeleteAgentRequest) -> agents_pb2.DeleteAgentRequest:
    return agents_pb2.DeleteAgentRequest(
        agent_id=s.agent_id,
    )


def create_agent_session_request_from_proto(
    p: agents_pb2.CreateAgentSessionRequest,
) -> m.CreateAgentSessionRequest:
    return m.CreateAgentSessionRequest(
        agent_id=p.agent_id,
        session_name=p.session_name,
    )


def create_agent_session_request_to_proto(
    s: m.CreateAgentSessionRequest,
) -> agents_pb2.CreateAgentSessionRequest:
    return agents_pb2.CreateAgentSessionRequest(
        agent_id=s.agent_id,
        session_name=s.session_name,
    )


def agent_session_created_from_proto(p: agents_pb2.AgentSessionCreated) -> m.AgentSessionCreated:
    return m.AgentSessionCreated(
        session_id=p.session_id,
    )


def agent_session_created_to_proto(s: m.AgentSessionCreated) -> agents_pb2.AgentSessionCreated:
    return agents_pb2.AgentSessionCreated(
        session_id=s.session_id,
    )


def agent_session_from_proto(p: agents_pb2.AgentSession) -> m.AgentSession:
    return m.AgentSession(
        session_id=p.session_id,
        session_name=p.session_name,
        turns=[agent_turn_from_proto(v) for v in p.turns],
        started_at=p.started_at,
    )


def agent_session_to_proto(s: m.AgentSession) -> agents_pb2.AgentSession:
    return agents_pb2.AgentSession(
        session_id=s.session_id,
        session_name=s.session_name,
        turns=[agent_turn_to_proto(v) for v in s.turns],
        started_at=s.started_at,
    )


def list_agent_sessions_request_from_proto(
    p: agents_pb2.ListAgentSessionsRequest,
) -> m.ListAgentSessionsRequest:
    return m.ListAgentSessionsRequest(
        agent_id=p.agent_id,
        start_index=p.start_index if p.HasField("start_index") else None,
        limit=p.limit if p.HasField("limit") else None,
    )


def list_agent_sessions_request_to_proto(
    s: m.ListAgentSessionsRequest,
) -> agents_pb2.ListAgentSessionsRequest:
    return agents_pb2.ListAgentSessionsRequest(
        agent_id=s.agent_id,
        start_index=s.start_index,
        limit=s.limit,
    )


def agent_session_list_from_proto(p: agents_pb2.AgentSessionList) -> m.AgentSessionList:
    return m.AgentSessionList(
        data=[agent_session_from_proto(v) for v in p.data],
        has_more=p.has_more,
        url=p.url if p.HasField("url") else None,
    )


def agent_session_list_to_proto(s: m.AgentSessionList) -> agents_pb2.AgentSessionList:
    return agents_pb2.AgentSessionList(
        data=[agent_session_to_proto(v) for v in s.data],
        has_more=s.has_more,
        url=s.url,
    )


def get_agent_session_request_from_proto(
    p: agents_pb2.GetAgentSessionRequest,
) -> m.GetAgentSessionRequest:
    return m.GetAgentSessionRequest(
        agent_id=p.agent_id,
        session_id=p.session_id,
        turn_ids=list(p.turn_ids) or None,
    )


def get_agent_session_request_to_proto(
    s: m.GetAgentSessionRequest,
) -> agents_pb2.GetAgentSessionRequest:
    return agents_pb2.GetAgentSessionRequest(
        agent_id=s.agent_id,
        session_id=s.session_id,
        turn_ids=s.turn_ids,
    )


def delete_agent_session_request_from_proto(
    p: agents_pb2.DeleteAgentSessionRequest,
) -> m.DeleteAgentSessionRequest:
    return m.DeleteAgentSessionRequest(
        agent_id=p.agent_id,
        session_id=p.session_id,
    )


def delete_agent_session_request_to_proto(
    s: m.DeleteAgentSessionRequest,
) -> agents_pb2.DeleteAgentSessionRequest:
    return agents_pb2.DeleteAgentSessionRequest(
        agent_id=s.agent_id,
        session_id=s.session_id,
    )


def create_agent_turn_request_from_proto(
    p: agents_pb2.CreateAgentTurnRequest,
) -> m.CreateAgentTurnRequest:
    return m.CreateAgentTurnRequest(
        agent_id=p.agent_id,
        session_id=p.session_id,
        messages=[agent_message_from_proto(v) for v in p.messages],
        stream=p.stream if p.HasField("stream") else None,
        documents=[agent_document_from_proto(v) for v in p.documents] or None,
        toolgroups=[agent_toolgroup_from_proto(v) for v in p.toolgroups] or None,
        tool_config=agent_tool_config_from_proto(p.tool_config)
        if p.HasField("tool_config")
        else None,
    )


def create_agent_turn_request_to_proto(
    s: m.CreateAgentTurnRequest,
) -> agents_pb2.CreateAgentTurnRequest:
    return agents_pb2.CreateAgentTurnRequest(
        agent_id=s.agent_id,
        session_id=s.session_id,
        messages=[agent_message_to_proto(v) for v in s.messages],
        stream=s.stream,
        documents=[agent_document_to_proto(v) for v in s.documents or ()],
        toolgroups=[agent_toolgroup_to_proto(v) for v in s.toolgroups or ()],
        tool_config=None if s.tool_config is None else agent_tool_config_to_proto(s.tool_config),
    )


def resume_agent_turn_request_from_proto(
    p: agents_pb2.ResumeAgentTurnRequest,
) -> m.ResumeAgentTurnRequest:
    return m.ResumeAgentTurnRequest(
        agent_id=p.agent_id,
        session_id=p.session_id,
        turn_id=p.turn_id,
        tool_responses=[agent_tool_response_from_proto(v) for v in p.tool_responses],
        stream=p.stream if p.HasField("stream") else None,
    )


def resume_agent_turn_request_to_proto(
    s: m.ResumeAgentTurnRequest,
) -> agents_pb2.ResumeAgentTurnRequest:
    return agents_pb2.ResumeAgentTurnRequest(
        agent_id=s.agent_id,
        session_id=s.session_id,
        turn_id=s.turn_id,
        tool_responses=[agent_tool_response_to_proto(v) for v in s.tool_responses],
        stream=s.stream,
    )


def get_agent_turn_request_from_proto(p: agents_pb2.GetAgentTurnRequest) -> m.GetAgentTurnRequest:
    return m.GetAgentTurnRequest(
        agent_id=p.agent_id,
        session_id=p.session_id,
        turn_id=p.turn_id,
    )


def get_agent_turn_request_to_proto(s: m.GetAgentTurnRequest) -> agents_pb2.GetAgentTurnRequest:
    return agents_pb2.GetAgentTurnRequest(
        agent_id=s.agent_id,
        session_id=s.session_id,
        turn_id=s.turn_id,
    )


def get_agent_step_request_from_proto(p: agents_pb2.GetAgentStepRequest) -> m.GetAgentStepRequest:
    return m.GetAgentStepRequest(
        agent_id=p.agent_id,
        session_id=p.session_id,
        turn_id=p.turn_id,
        step_id=p.step_id,
    )


def get_agent_step_request_to_proto(s: m.GetAgentStepRequest) -> agents_pb2.GetAgentStepRequest:
    return agents_pb2.GetAgentStepRequest(
        agent_id=s.agent_id,
        session_id=s.session_id,
        turn_id=s.turn_id,
        step_id=s.step_id,
    )


def agent_step_found_from_proto(p: agents_pb2.AgentStepFound) -> m.AgentStepFound:
    return m.AgentStepFound(
        step=agent_step_from_proto(p.step),
    )


def agent_step_found_to_proto(s: m.AgentStepFound) -> agents_pb2.AgentStepFound:
    return agents_pb2.AgentStepFound(
        step=agent_step_to_proto(s.step),
    )


def annotation_from_proto(p: items_pb2.Annotation) -> m.Annotation:
    return m.Annotation(
        type=p.type,
        file_id=p.file_id if p.HasField("file_id") else None,
        filename=p.filename if p.HasField("filename") else None,
        index=p.index if p.HasField("index") else None,
        url=p.url if p.HasField("url") else None,
        title=p.title if p.HasField("title") else None,
        start_index=p.start_index if p.HasField("start_index") else None,
        end_index=p.end_index if p.HasField("end_index") else None,
        container_id=p.container_id if p.HasField("container_id") else None,
    )


def annotation_to_proto(s: m.Annotation) -> items_pb2.Annotation:
    return items_pb2.Annotation(
        type=s.type,
        file_id=s.file_id,
        filename=s.filename,
        index=s.index,
        url=s.url,
        title=s.title,
        start_index=s.start_index,
        end_index=s.end_index,
        container_id=s.container_id,
    )


def part_from_proto(p: items_pb2.Part) -> m.Part:
    return m.Part(
        type=p.type,  # type: ignore[arg-type]
        text=p.text if p.HasField("text") else None,
        annotations=[annotation_from_proto(v) for v in p.annotations] or None,
        logprobs=[json_text(v) for v in p.logprobs] or None,
        refusal=p.refusal if p.HasField("refusal") else None,
        image_url=p.image_url if p.HasField("image_url") else None,
        detail=p.detail if p.HasField("detail") else None,
        file_id=p.file_id if p.HasField("file_id") else None,
        file_data=p.file_data if p.HasField("file_data") else None,
        filename=p.filename if p.HasField("filename") else None,
        file_url=p.file_url if p.HasField("file_url") else None,
    )


def part_to_proto(s: m.Part) -> items_pb2.Part:
    return items_pb2.Part(
        type=s.type,
        text=s.text,
        annotations=[annotation_to_proto(v) for v in s.annotations or ()],
        logprobs=[bytes(v).decode() for v in s.logprobs or ()],
        refusal=s.refusal,
        image_url=s.image_url,
        detail=s.detail,
        file_id=s.file_id,
        file_data=s.file_data,
        filename=s.filename,
        file_url=s.file_url,
    )


def parts_from_proto(p: items_pb2.Parts) -> m.Parts:
    return [part_from_proto(v) for v in p.parts]


def parts_to_proto(s: m.Parts) -> items_pb2.Parts:
    return items_pb2.Parts(parts=[part_to_proto(v) for v in s])


def item_content_from_proto(p: items_pb2.ItemContent) -> m.ItemContent:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "parts":
        return parts_from_proto(p.parts)
    raise nothing_set("ItemContent")


def item_content_to_proto(s: m.ItemContent) -> items_pb2.ItemContent:
    if isinstance(s, str):
        return items_pb2.ItemContent(text=s)
    if isinstance(s, list):
        return items_pb2.ItemContent(parts=parts_to_proto(s))
    raise TypeError(type(s))


def item_output_from_proto(p: items_pb2.ItemOutput) -> m.ItemOutput:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "parts":
        return parts_from_proto(p.parts)
    raise nothing_set("ItemOutput")


def item_output_to_proto(s: m.ItemOutput) -> items_pb2.ItemOutput:
    if isinstance(s, str):
        return items_pb2.ItemOutput(text=s)
    if isinstance(s, list):
        return items_pb2.ItemOutput(parts=parts_to_proto(s))
    raise TypeError(type(s))


def summary_part_from_proto(p: items_pb2.SummaryPart) -> m.SummaryPart:
    return m.SummaryPart(
        text=p.text,
    )


def summary_part_to_proto(s: m.SummaryPart) -> items_pb2.SummaryPart:
    return items_pb2.SummaryPart(
        type=s.type,
        text=s.text,
    )


def file_search_result_from_proto(p: items_pb2.FileSearchResult) -> m.FileSearchResult:
    return m.FileSearchResult(
        attributes=json_text(p.attributes) if p.HasField("attributes") else ABSENT,
        file_id=p.file_id,
        filename=p.filename,
        score=p.score,
        text=p.text,
    )


def file_search_result_to_proto(s: m.FileSearchResult) -> items_pb2.FileSearchResult:
    return items_pb2.FileSearchResult(
        attributes=None if s.attributes is ABSENT else bytes(s.attributes).decode(),
        file_id=s.file_id,
        filename=s.filename,
        score=s.score,
        text=s.text,
    )


def web_source_from_proto(p: items_pb2.WebSource) -> m.WebSource:
    return m.WebSource(
        url=p.url,
    )


def web_source_to_proto(s: m.WebSource) -> items_pb2.WebSource:
    return items_pb2.WebSource(
        type=s.type,
        url=s.url,
    )


def web_search_action_from_proto(p: items_pb2.WebSearchAction) -> m.WebSearchAction:
    return m.WebSearchAction(
        type=p.type,
        query=p.query if p.HasField("query") else None,
        queries=list(p.queries) or None,
        sources=[web_source_from_proto(v) for v in p.sources] or None,
        url=p.url if p.HasField("url") else None,
        pattern=p.pattern if p.HasField("pattern") else None,
    )


def web_search_action_to_proto(s: m.WebSearchAction) -> items_pb2.WebSearchAction:
    return items_pb2.WebSearchAction(
        type=s.type,
        query=s.query,
        queries=s.queries,
        sources=[web_source_to_proto(v) for v in s.sources or ()],
        url=s.url,
        pattern=s.pattern,
    )


def mcp_tool_from_proto(p: items_pb2.McpTool) -> m.McpTool:
    return m.McpTool(
        name=p.name,
        input_schema=json_text(p.input_schema),
        description=p.description if p.HasField("description") else None,
        annotations=json_text(p.annotations) if p.HasField("annotations") else ABSENT,
    )


def mcp_tool_to_proto(s: m.McpTool) -> items_pb2.McpTool:
    return items_pb2.McpTool(
        name=s.name,
        input_schema=bytes(s.input_schema).decode(),
        description=s.description,
        annotations=None if s.annotations is ABSENT else bytes(s.annotations).decode(),
    )


def code_output_from_proto(p: items_pb2.CodeOutput) -> m.CodeOutput:
    return m.CodeOutput(
        type=p.type,
        logs=p.logs if p.HasField("logs") else None,
        url=p.url if p.HasField("url") else None,
    )


def code_output_to_proto(s: m.CodeOutput) -> items_pb2.CodeOutput:
    return items_pb2.CodeOutput(
        type=s.type,
        logs=s.logs,
        url=s.url,
    )


def item_from_proto(p: items_pb2.Item) -> m.Item:
    return m.Item(
        type=p.type if p.HasField("type") else None,  # type: ignore[arg-type]
        id=p.id if p.HasField("id") else None,
        status=p.status if p.HasField("status") else None,
        role=p.role if p.HasField("role") else None,  # type: ignore[arg-type]
        content=item_content_from_proto(p.content) if p.HasField("content") else None,
        phase=p.phase if p.HasField("phase") else None,
        call_id=p.call_id if p.HasField("call_id") else None,
        name=p.name if p.HasField("name") else None,
        arguments=p.arguments if p.HasField("arguments") else None,
        output=item_output_from_proto(p.output) if p.HasField("output") else None,
        input=p.input if p.HasField("input") else None,
        summary=[summary_part_from_proto(v) for v in p.summary] or None,
        encrypted_content=p.encrypted_content if p.HasField("encrypted_content") else None,
        queries=list(p.queries) or None,
        results=[file_search_result_from_proto(v) for v in p.results] or None,
        action=web_search_action_from_proto(p.action) if p.HasField("action") else None,
        server_label=p.server_label if p.HasField("server_label") else None,
        tools=[mcp_tool_from_proto(v) for v in p.tools] or None,
        error=p.error if p.HasField("error") else None,
        approval_request_id=p.approval_request_id if p.HasField("approval_request_id") else None,
        approve=p.approve if p.HasField("approve") else None,
        reason=p.reason if p.HasField("reason") else None,
        code=p.code if p.HasField("code") else None,
        container_id=p.container_id if p.HasField("container_id") else None,
        outputs=[code_output_from_proto(v) for v in p.outputs] or None,
    )


def item_to_proto(s: m.Item) -> items_pb2.Item:
    return items_pb2.Item(
        type=s.type,
        id=s.id,
        status=s.status,
        role=s.role,
        content=None if s.content is None else item_content_to_proto(s.content),
        phase=s.phase,
        call_id=s.call_id,
        name=s.name,
        arguments=s.arguments,
        output=None if s.output is None else item_output_to_proto(s.output),
        input=s.input,
        summary=[summary_part_to_proto(v) for v in s.summary or ()],
        encrypted_content=s.encrypted_content,
        queries=s.queries,
        results=[file_search_result_to_proto(v) for v in s.results or ()],
        action=None if s.action is None else web_search_action_to_proto(s.action),
        server_label=s.server_label,
        tools=[mcp_tool_to_proto(v) for v in s.tools or ()],
        error=s.error,
        approval_request_id=s.approval_request_id,
        approve=s.approve,
        reason=s.reason,
        code=s.code,
        container_id=s.container_id,
        outputs=[code_output_to_proto(v) for v in s.outputs or ()],
    )


def conversation_from_proto(p: conversations_pb2.Conversation) -> m.Conversation:
    return m.Conversation(
        id=p.id,
        created_at=p.created_at,
        metadata={k: v for k, v in p.metadata.items()} or None,
    )


def conversation_to_proto(s: m.Conversation) -> conversations_pb2.Conversation:
    return conversations_pb2.Conversation(
        id=s.id,
        object=s.object,
        created_at=s.created_at,
        metadata=s.metadata,
    )


def create_conversation_request_from_proto(
    p: conversations_pb2.CreateConversationRequest,
) -> m.CreateConversationRequest:
    return m.CreateConversationRequest(
        items=[item_from_proto(v) for v in p.items] or None,
        metadata={k: v for k, v in p.metadata.items()} or None,
    )


def create_conversation_request_to_proto(
    s: m.CreateConversationRequest,
) -> conversations_pb2.CreateConversationRequest:
    return conversations_pb2.CreateConversationRequest(
        items=[item_to_proto(v) for v in s.items or ()],
        metadata=s.metadata,
    )


def get_conversation_request_from_proto(
    p: conversations_pb2.GetConversationRequest,
) -> m.GetConversationRequest:
    return m.GetConversationRequest(
        conversation_id=p.conversation_id,
    )


def get_conversation_request_to_proto(
    s: m.GetConversationRequest,
) -> conversations_pb2.GetConversationRequest:
    return conversations_pb2.GetConversationRequest(
        conversation_id=s.conversation_id,
    )


def update_conversation_request_from_proto(
    p: conversations_pb2.UpdateConversationRequest,
) -> m.UpdateConversationRequest:
    return m.UpdateConversationRequest(
        conversation_id=p.conversation_id,
        metadata={k: v for k, v in p.metadata.items()} or None,
    )


def update_conversation_request_to_proto(
    s: m.UpdateConversationRequest,
) -> conversations_pb2.UpdateConversationRequest:
    return conversations_pb2.UpdateConversationRequest(
        conversation_id=s.conversation_id,
        metadata=s.metadata,
    )


def delete_conversation_request_from_proto(
    p: conversations_pb2.DeleteConversationRequest,
) -> m.DeleteConversationRequest:
    return m.DeleteConversationRequest(
        conversation_id=p.conversation_id,
    )


def delete_conversation_request_to_proto(
    s: m.DeleteConversationRequest,
) -> conversations_pb2.DeleteConversationRequest:
    return conversations_pb2.DeleteConversationRequest(
        conversation_id=s.conversation_id,
    )


def conversation_deleted_from_proto(
    p: conversations_pb2.ConversationDeleted,
) -> m.ConversationDeleted:
    return m.ConversationDeleted(
        id=p.id,
        deleted=p.deleted,
    )


def conversation_deleted_to_proto(
    s: m.ConversationDeleted,
) -> conversations_pb2.ConversationDeleted:
    return conversations_pb2.ConversationDeleted(
        id=s.id,
        object=s.object,
        deleted=s.deleted,
    )


def create_conversation_items_request_from_proto(
    p: conversations_pb2.CreateConversationItemsRequest,
) -> m.CreateConversationItemsRequest:
    return m.CreateConversationItemsRequest(
        conversation_id=p.conversation_id,
        items=[item_from_proto(v) for v in p.items],
        include=list(p.include) or None,
    )


def create_conversation_items_request_to_proto(
    s: m.CreateConversationItemsRequest,
) -> conversations_pb2.CreateConversationItemsRequest:
    return conversations_pb2.CreateConversationItemsRequest(
        conversation_id=s.conversation_id,
        items=[item_to_proto(v) for v in s.items],
        include=s.include,
    )


def list_conversation_items_request_from_proto(
    p: conversations_pb2.ListConversationItemsRequest,
) -> m.ListConversationItemsRequest:
    return m.ListConversationItemsRequest(
        conversation_id=p.conversation_id,
        after=p.after if p.HasField("after") else None,
        limit=p.limit if p.HasField("limit") else None,
        order=p.order if p.HasField("order") else None,  # type: ignore[arg-type]
        include=list(p.include) or None,
    )


def list_conversation_items_request_to_proto(
    s: m.ListConversationItemsRequest,
) -> conversations_pb2.ListConversationItemsRequest:
    return conversations_pb2.ListConversationItemsRequest(
        conversation_id=s.conversation_id,
        after=s.after,
        limit=s.limit,
        order=s.order,
        include=s.include,
    )


def conversation_item_list_from_proto(
    p: conversations_pb2.ConversationItemList,
) -> m.ConversationItemList:
    return m.ConversationItemList(
        data=[item_from_proto(v) for v in p.data],
        first_id=p.first_id if p.HasField("first_id") else None,
        last_id=p.last_id if p.HasField("last_id") else None,
        has_more=p.has_more,
    )


def conversation_item_list_to_proto(
    s: m.ConversationItemList,
) -> conversations_pb2.ConversationItemList:
    return conversations_pb2.ConversationItemList(
        object=s.object,
        data=[item_to_proto(v) for v in s.data],
        first_id=s.first_id,
        last_id=s.last_id,
        has_more=s.has_more,
    )


def get_conversation_item_request_from_proto(
    p: conversations_pb2.GetConversationItemRequest,
) -> m.GetConversationItemRequest:
    return m.GetConversationItemRequest(
        conversation_id=p.conversation_id,
        item_id=p.item_id,
        include=list(p.include) or None,
    )


def get_conversation_item_request_to_proto(
    s: m.GetConversationItemRequest,
) -> conversations_pb2.GetConversationItemRequest:
    return conversations_pb2.GetConversationItemRequest(
        conversation_id=s.conversation_id,
        item_id=s.item_id,
        include=s.include,
    )


def delete_conversation_item_request_from_proto(
    p: conversations_pb2.DeleteConversationItemRequest,
) -> m.DeleteConversationItemRequest:
    return m.DeleteConversationItemRequest(
        conversation_id=p.conversation_id,
        item_id=p.item_id,
    )


def delete_conversation_item_request_to_proto(
    s: m.DeleteConversationItemRequest,
) -> conversations_pb2.DeleteConversationItemRequest:
    return conversations_pb2.DeleteConversationItemRequest(
        conversation_id=s.conversation_id,
        item_id=s.item_id,
    )


def prompt_from_proto(p: prompts_pb2.Prompt) -> m.Prompt:
    return m.Prompt(
        prompt=p.prompt if p.HasField("prompt") else None,
        version=p.version,
        prompt_id=p.prompt_id,
        variables=list(p.variables),
        is_default=p.is_default,
    )


def prompt_to_proto(s: m.Prompt) -> prompts_pb2.Prompt:
    return prompts_pb2.Prompt(
        prompt=s.prompt,
        version=s.version,
        prompt_id=s.prompt_id,
        variables=s.variables,
        is_default=s.is_default,
    )


def list_prompts_request_from_proto(p: prompts_pb2.ListPromptsRequest) -> m.ListPromptsRequest:
    del p
    return m.ListPromptsRequest()


def list_prompts_request_to_proto(s: m.ListPromptsRequest) -> prompts_pb2.ListPromptsRequest:
    del s
    return prompts_pb2.ListPromptsRequest()


def prompt_list_from_proto(p: prompts_pb2.PromptList) -> m.PromptList:
    return m.PromptList(
        data=[prompt_from_proto(v) for v in p.data],
    )


def prompt_list_to_proto(s: m.PromptList) -> prompts_pb2.PromptList:
    return prompts_pb2.PromptList(
        data=[prompt_to_proto(v) for v in s.data],
    )


def create_prompt_request_from_proto(p: prompts_pb2.CreatePromptRequest) -> m.CreatePromptRequest:
    return m.CreatePromptRequest(
        prompt=p.prompt,
        variables=list(p.variables) or None,
    )


def create_prompt_request_to_proto(s: m.CreatePromptRequest) -> prompts_pb2.CreatePromptRequest:
    return prompts_pb2.CreatePromptRequest(
        prompt=s.prompt,
        variables=s.variables,
    )


def get_prompt_request_from_proto(p: prompts_pb2.GetPromptRequest) -> m.GetPromptRequest:
    return m.GetPromptRequest(
        prompt_id=p.prompt_id,
        version=p.version if p.HasField("version") else None,
    )


def get_prompt_request_to_proto(s: m.GetPromptRequest) -> prompts_pb2.GetPromptRequest:
    return prompts_pb2.GetPromptRequest(
        prompt_id=s.prompt_id,
        version=s.version,
    )


def update_prompt_request_from_proto(p: prompts_pb2.UpdatePromptRequest) -> m.UpdatePromptRequest:
    return m.UpdatePromptRequest(
        prompt_id=p.prompt_id,
        prompt=p.prompt,
        version=p.version,
        variables=list(p.variables) or None,
        set_as_default=p.set_as_default if p.HasField("set_as_default") else None,
    )


def update_prompt_request_to_proto(s: m.UpdatePromptRequest) -> prompts_pb2.UpdatePromptRequest:
    return prompts_pb2.UpdatePromptRequest(
        prompt_id=s.prompt_id,
        prompt=s.prompt,
        version=s.version,
        variables=s.variables,
        set_as_default=s.set_as_default,
    )


def delete_prompt_request_from_proto(p: prompts_pb2.DeletePromptRequest) -> m.DeletePromptRequest:
    return m.DeletePromptRequest(
        prompt_id=p.prompt_id,
    )


def delete_prompt_request_to_proto(s: m.DeletePromptRequest) -> prompts_pb2.DeletePromptRequest:
    return prompts_pb2.DeletePromptRequest(
        prompt_id=s.prompt_id,
    )


def set_default_prompt_version_request_from_proto(
    p: prompts_pb2.SetDefaultPromptVersionRequest,
) -> m.SetDefaultPromptVersionRequest:
    return m.SetDefaultPromptVersionRequest(
        prompt_id=p.prompt_id,
        version=p.version,
    )


def set_default_prompt_version_request_to_proto(
    s: m.SetDefaultPromptVersionRequest,
) -> prompts_pb2.SetDefaultPromptVersionRequest:
    return prompts_pb2.SetDefaultPromptVersionRequest(
        prompt_id=s.prompt_id,
        version=s.version,
    )


def list_prompt_versions_request_from_proto(
    p: prompts_pb2.ListPromptVersionsRequest,
) -> m.ListPromptVersionsRequest:
    return m.ListPromptVersionsRequest(
        prompt_id=p.prompt_id,
    )


def list_prompt_versions_request_to_proto(
    s: m.ListPromptVersionsRequest,
) -> prompts_pb2.ListPromptVersionsRequest:
    return prompts_pb2.ListPromptVersionsRequest(
        prompt_id=s.prompt_id,
    )


def tool_filter_from_proto(p: response_tools_pb2.ToolFilter) -> m.ToolFilter:
    return m.ToolFilter(
        tool_names=list(p.tool_names) or None,
        read_only=p.read_only if p.HasField("read_only") else None,
    )


def tool_filter_to_proto(s: m.ToolFilter) -> response_tools_pb2.ToolFilter:
    return response_tools_pb2.ToolFilter(
        tool_names=s.tool_names,
        read_only=s.read_only,
    )


def approval_filter_from_proto(p: response_tools_pb2.ApprovalFilter) -> m.ApprovalFilter:
    return m.ApprovalFilter(
        always=tool_filter_from_proto(p.always) if p.HasField("always") else None,
        never=tool_filter_from_proto(p.never) if p.HasField("never") else None,
    )


def approval_filter_to_proto(s: m.ApprovalFilter) -> response_tools_pb2.ApprovalFilter:
    return response_tools_pb2.ApprovalFilter(
        always=None if s.always is None else tool_filter_to_proto(s.always),
        never=None if s.never is None else tool_filter_to_proto(s.never),
    )


def require_approval_from_proto(p: response_tools_pb2.RequireApproval) -> m.RequireApproval:
    kind = p.WhichOneof("value")
    if kind == "mode":
        return p.mode
    if kind == "filter":
        return approval_filter_from_proto(p.filter)
    raise nothing_set("RequireApproval")


def require_approval_to_proto(s: m.RequireApproval) -> response_tools_pb2.RequireApproval:
    if isinstance(s, str):
        return response_tools_pb2.RequireApproval(mode=s)
    if isinstance(s, m.ApprovalFilter):
        return response_tools_pb2.RequireApproval(filter=approval_filter_to_proto(s))
    raise TypeError(type(s))


def tool_names_from_proto(p: response_tools_pb2.ToolNames) -> m.ToolNames:
    return list(p.names)


def tool_names_to_proto(s: m.ToolNames) -> response_tools_pb2.ToolNames:
    return response_tools_pb2.ToolNames(names=s)


def allowed_tools_from_proto(p: response_tools_pb2.AllowedTools) -> m.AllowedTools:
    kind = p.WhichOneof("value")
    if kind == "names":
        return tool_names_from_proto(p.names)
    if kind == "filter":
        return tool_filter_from_proto(p.filter)
    raise nothing_set("AllowedTools")


def allowed_tools_to_proto(s: m.AllowedTools) -> response_tools_pb2.AllowedTools:
    if isinstance(s, list):
        return response_tools_pb2.AllowedTools(names=tool_names_to_proto(s))
    if isinstance(s, m.ToolFilter):
        return response_tools_pb2.AllowedTools(filter=tool_filter_to_proto(s))
    raise TypeError(type(s))


def response_tool_from_proto(p: response_tools_pb2.ResponseTool) -> m.ResponseTool:
    return m.ResponseTool(
        type=p.type,  # type: ignore[arg-type]
        name=p.name if p.HasField("name") else None,
        description=p.description if p.HasField("description") else None,
        parameters=json_text(p.parameters) if p.HasField("parameters") else ABSENT,
        strict=p.strict if p.HasField("strict") else None,
        format=json_text(p.format) if p.HasField("format") else ABSENT,
        vector_store_ids=list(p.vector_store_ids) or None,
        max_num_results=p.max_num_results if p.HasField("max_num_results") else None,
        filters=json_text(p.filters) if p.HasField("filters") else ABSENT,
        ranking_options=json_text(p.ranking_options) if p.HasField("ranking_options") else ABSENT,
        search_context_size=p.search_context_size if p.HasField("search_context_size") else None,  # type: ignore[arg-type]
        user_location=json_text(p.user_location) if p.HasField("user_location") else ABSENT,
        server_label=p.server_label if p.HasField("server_label") else None,
        server_url=p.server_url if p.HasField("server_url") else None,
        connector_id=p.connector_id if p.HasField("connector_id") else None,
        server_description=p.server_description if p.HasField("server_description") else None,
        headers={k: v for k, v in p.headers.items()} or None,
        authorization=p.authorization if p.HasField("authorization") else None,
        require_approval=require_approval_from_proto(p.require_approval)
        if p.HasField("require_approval")
        else None,
        allowed_tools=allowed_tools_from_proto(p.allowed_tools)
        if p.HasField("allowed_tools")
        else None,
        container=json_text(p.container) if p.HasField("container") else ABSENT,
    )


def response_tool_to_proto(s: m.ResponseTool) -> response_tools_pb2.ResponseTool:
    return response_tools_pb2.ResponseTool(
        type=s.type,
        name=s.name,
        description=s.description,
        parameters=None if s.parameters is ABSENT else bytes(s.parameters).decode(),
        strict=s.strict,
        format=None if s.format is ABSENT else bytes(s.format).decode(),
        vector_store_ids=s.vector_store_ids,
        max_num_results=s.max_num_results,
        filters=None if s.filters is ABSENT else bytes(s.filters).decode(),
        ranking_options=None if s.ranking_options is ABSENT else bytes(s.ranking_options).decode(),
        search_context_size=s.search_context_size,
        user_location=None if s.user_location is ABSENT else bytes(s.user_location).decode(),
        server_label=s.server_label,
        server_url=s.server_url,
        connector_id=s.connector_id,
        server_description=s.server_description,
        headers=s.headers,
        authorization=s.authorization,
        require_approval=None
        if s.require_approval is None
        else require_approval_to_proto(s.require_approval),
        allowed_tools=None if s.allowed_tools is None else allowed_tools_to_proto(s.allowed_tools),
        container=None if s.container is ABSENT else bytes(s.container).decode(),
    )


def allowed_tool_from_proto(p: response_tools_pb2.AllowedTool) -> m.AllowedTool:
    return m.AllowedTool(
        type=p.type,
        name=p.name if p.HasField("name") else None,
        server_label=p.server_label if p.HasField("server_label") else None,
    )


def allowed_tool_to_proto(s: m.AllowedTool) -> response_tools_pb2.AllowedTool:
    return response_tools_pb2.AllowedTool(
        type=s.type,
        name=s.name,
        server_label=s.server_label,
    )


def certain_tool_from_proto(p: response_tools_pb2.CertainTool) -> m.CertainTool:
    return m.CertainTool(
        type=p.type,
        name=p.name if p.HasField("name") else None,
        server_label=p.server_label if p.HasField("server_label") else None,
        mode=p.mode if p.HasField("mode") else None,  # type: ignore[arg-type]
        tools=[allowed_tool_from_proto(v) for v in p.tools] or None,
    )


def certain_tool_to_proto(s: m.CertainTool) -> response_tools_pb2.CertainTool:
    return response_tools_pb2.CertainTool(
        type=s.type,
        name=s.name,
        server_label=s.server_label,
        mode=s.mode,
        tools=[allowed_tool_to_proto(v) for v in s.tools or ()],
    )


def response_tool_choice_from_proto(
    p: response_tools_pb2.ResponseToolChoice,
) -> m.ResponseToolChoice:
    kind = p.WhichOneof("value")
    if kind == "mode":
        return p.mode
    if kind == "certain":
        return certain_tool_from_proto(p.certain)
    raise nothing_set("ResponseToolChoice")


def response_tool_choice_to_proto(s: m.ResponseToolChoice) -> response_tools_pb2.ResponseToolChoice:
    if isinstance(s, str):
        return response_tools_pb2.ResponseToolChoice(mode=s)
    if isinstance(s, m.CertainTool):
        return response_tools_pb2.ResponseToolChoice(certain=certain_tool_to_proto(s))
    raise TypeError(type(s))


def items_from_proto(p: response_pb2.Items) -> m.Items:
    return [item_from_proto(v) for v in p.items]


def items_to_proto(s: m.Items) -> response_pb2.Items:
    return response_pb2.Items(items=[item_to_proto(v) for v in s])


def response_input_from_proto(p: response_pb2.ResponseInput) -> m.ResponseInput:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "items":
        return items_from_proto(p.items)
    raise nothing_set("ResponseInput")


def response_input_to_proto(s: m.ResponseInput) -> response_pb2.ResponseInput:
    if isinstance(s, str):
        return response_pb2.ResponseInput(text=s)
    if isinstance(s, list):
        return response_pb2.ResponseInput(items=items_to_proto(s))
    raise TypeError(type(s))


def conversation_id_from_proto(p: response_pb2.ConversationId) -> m.ConversationId:
    return m.ConversationId(
        id=p.id,
    )


def conversation_id_to_proto(s: m.ConversationId) -> response_pb2.ConversationId:
    return response_pb2.ConversationId(
        id=s.id,
    )


def conversation_reference_from_proto(
    p: response_pb2.ConversationReference,
) -> m.ConversationReference:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "object":
        return conversation_id_from_proto(p.object)
    raise nothing_set("ConversationReference")


def conversation_reference_to_proto(
    s: m.ConversationReference,
) -> response_pb2.ConversationReference:
    if isinstance(s, str):
        return response_pb2.ConversationReference(text=s)
    if isinstance(s, m.ConversationId):
        return response_pb2.ConversationReference(object=conversation_id_to_proto(s))
    raise TypeError(type(s))


def prompt_variable_from_proto(p: response_pb2.PromptVariable) -> m.PromptVariable:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "part":
        return part_from_proto(p.part)
    raise nothing_set("PromptVariable")


def prompt_variable_to_proto(s: m.PromptVariable) -> response_pb2.PromptVariable:
    if isinstance(s, str):
        return response_pb2.PromptVariable(text=s)
    if isinstance(s, m.Part):
        return response_pb2.PromptVariable(part=part_to_proto(s))
    raise TypeError(type(s))


def prompt_reference_from_proto(p: response_pb2.PromptReference) -> m.PromptReference:
    return m.PromptReference(
        id=p.id,
        version=p.version if p.HasField("version") else None,
        variables={k: prompt_variable_from_proto(v) for k, v in p.variables.items()} or None,
    )


def prompt_reference_to_proto(s: m.PromptReference) -> response_pb2.PromptReference:
    return response_pb2.PromptReference(
        id=s.id,
        version=s.version,
        variables={k: prompt_variable_to_proto(v) for k, v in (s.variables or {}).items()},
    )


def response_text_format_from_proto(p: response_pb2.ResponseTextFormat) -> m.ResponseTextFormat:
    return m.ResponseTextFormat(
        type=p.type,  # type: ignore[arg-type]
        name=p.name if p.HasField("name") else None,
        description=p.description if p.HasField("description") else None,
        schema=json_text(p.schema) if p.HasField("schema") else ABSENT,
        strict=p.strict if p.HasField("strict") else None,
    )


def response_text_format_to_proto(s: m.ResponseTextFormat) -> response_pb2.ResponseTextFormat:
    return response_pb2.ResponseTextFormat(
        type=s.type,
        name=s.name,
        description=s.description,
        schema=None if s.schema is ABSENT else bytes(s.schema).decode(),
        strict=s.strict,
    )


def response_text_from_proto(p: response_pb2.ResponseText) -> m.ResponseText:
    return m.ResponseText(
        format=response_text_format_from_proto(p.format) if p.HasField("format") else None,
        verbosity=p.verbosity if p.HasField("verbosity") else None,  # type: ignore[arg-type]
    )


def response_text_to_proto(s: m.ResponseText) -> response_pb2.ResponseText:
    return response_pb2.ResponseText(
        format=None if s.format is None else response_text_format_to_proto(s.format),
        verbosity=s.verbosity,
    )


def reasoning_from_proto(p: response_pb2.Reasoning) -> m.Reasoning:
    return m.Reasoning(
        effort=p.effort if p.HasField("effort") else None,  # type: ignore[arg-type]
        summary=p.summary if p.HasField("summary") else None,  # type: ignore[arg-type]
        generate_summary=p.generate_summary if p.HasField("generate_summary") else None,  # type: ignore[arg-type]
    )


def reasoning_to_proto(s: m.Reasoning) -> response_pb2.Reasoning:
    return response_pb2.Reasoning(
        effort=s.effort,
        summary=s.summary,
        generate_summary=s.generate_summary,
    )


def response_stream_options_from_proto(
    p: response_pb2.ResponseStreamOptions,
) -> m.ResponseStreamOptions:
    return m.ResponseStreamOptions(
        include_obfuscation=p.include_obfuscation if p.HasField("include_obfuscation") else None,
    )


def response_stream_options_to_proto(
    s: m.ResponseStreamOptions,
) -> response_pb2.ResponseStreamOptions:
    return response_pb2.ResponseStreamOptions(
        include_obfuscation=s.include_obfuscation,
    )


def context_management_from_proto(p: response_pb2.ContextManagement) -> m.ContextManagement:
    return m.ContextManagement(
        compact_threshold=p.compact_threshold if p.HasField("compact_threshold") else None,
    )


def context_management_to_proto(s: m.ContextManagement) -> response_pb2.ContextManagement:
    return response_pb2.ContextManagement(
        type=s.type,
        compact_threshold=s.compact_threshold,
    )


def guardrail_spec_from_proto(p: response_pb2.GuardrailSpec) -> m.GuardrailSpec:
    return m.GuardrailSpec(
        type=p.type,
    )


def guardrail_spec_to_proto(s: m.GuardrailSpec) -> response_pb2.GuardrailSpec:
    return response_pb2.GuardrailSpec(
        type=s.type,
    )


def guardrail_from_proto(p: response_pb2.Guardrail) -> m.Guardrail:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "spec":
        return guardrail_spec_from_proto(p.spec)
    raise nothing_set("Guardrail")


def guardrail_to_proto(s: m.Guardrail) -> response_pb2.Guardrail:
    if isinstance(s, str):
        return response_pb2.Guardrail(text=s)
    if isinstance(s, m.GuardrailSpec):
        return response_pb2.Guardrail(spec=guardrail_spec_to_proto(s))
    raise TypeError(type(s))


def guardrail_list_from_proto(p: response_pb2.GuardrailList) -> m.GuardrailList:
    return [guardrail_from_proto(v) for v in p.shields]


def guardrail_list_to_proto(s: m.GuardrailList) -> response_pb2.GuardrailList:
    return response_pb2.GuardrailList(shields=[guardrail_to_proto(v) for v in s])


def guardrails_from_proto(p: response_pb2.Guardrails) -> m.Guardrails:
    kind = p.WhichOneof("value")
    if kind == "enabled":
        return p.enabled
    if kind == "shields":
        return guardrail_list_from_proto(p.shields)
    raise nothing_set("Guardrails")


def guardrails_to_proto(s: m.Guardrails) -> response_pb2.Guardrails:
    if isinstance(s, bool):
        return response_pb2.Guardrails(enabled=s)
    if isinstance(s, list):
        return response_pb2.Guardrails(shields=guardrail_list_to_proto(s))
    raise TypeError(type(s))


def response_error_from_proto(p: response_pb2.ResponseError) -> m.ResponseError:
    return m.ResponseError(
        code=p.code,
        message=p.message,
    )


def response_error_to_proto(s: m.ResponseError) -> response_pb2.ResponseError:
    return response_pb2.ResponseError(
        code=s.code,
        message=s.message,
    )


def incomplete_details_from_proto(p: response_pb2.IncompleteDetails) -> m.IncompleteDetails:
    return m.IncompleteDetails(
        reason=p.reason,
    )


def incomplete_details_to_proto(s: m.IncompleteDetails) -> response_pb2.IncompleteDetails:
    return response_pb2.IncompleteDetails(
        reason=s.reason,
    )


def input_tokens_details_from_proto(p: response_pb2.InputTokensDetails) -> m.InputTokensDetails:
    return m.InputTokensDetails(
        cached_tokens=p.cached_tokens,
        cache_write_tokens=p.cache_write_tokens,
    )


def input_tokens_details_to_proto(s: m.InputTokensDetails) -> response_pb2.InputTokensDetails:
    return response_pb2.InputTokensDetails(
        cached_tokens=s.cached_tokens,
        cache_write_tokens=s.cache_write_tokens,
    )


def output_tokens_details_from_proto(p: response_pb2.OutputTokensDetails) -> m.OutputTokensDetails:
    return m.OutputTokensDetails(
        reasoning_tokens=p.reasoning_tokens,
    )


def output_tokens_details_to_proto(s: m.OutputTokensDetails) -> response_pb2.OutputTokensDetails:
    return response_pb2.OutputTokensDetails(
        reasoning_tokens=s.reasoning_tokens,
    )


def response_usage_from_proto(p: response_pb2.ResponseUsage) -> m.ResponseUsage:
    return m.ResponseUsage(
        input_tokens=p.input_tokens,
        input_tokens_details=input_tokens_details_from_proto(p.input_tokens_details),
        output_tokens=p.output_tokens,
        output_tokens_details=output_tokens_details_from_proto(p.output_tokens_details),
        total_tokens=p.total_tokens,
    )


def response_usage_to_proto(s: m.ResponseUsage) -> response_pb2.ResponseUsage:
    return response_pb2.ResponseUsage(
        input_tokens=s.input_tokens,
        input_tokens_details=input_tokens_details_to_proto(s.input_tokens_details),
        output_tokens=s.output_tokens,
        output_tokens_details=output_tokens_details_to_proto(s.output_tokens_details),
        total_tokens=s.total_tokens,
    )


def response_from_proto(p: response_pb2.Response) -> m.Response:
    return m.Response(
        id=p.id,
        created_at=p.created_at,
        completed_at=p.completed_at if p.HasField("completed_at") else None,
        status=p.status,
        error=response_error_from_proto(p.error) if p.HasField("error") else None,
        incomplete_details=incomplete_details_from_proto(p.incomplete_details)
        if p.HasField("incomplete_details")
        else None,
        model=p.model,
        output=[item_from_proto(v) for v in p.output],
        usage=response_usage_from_proto(p.usage) if p.HasField("usage") else None,
        instructions=p.instructions if p.HasField("instructions") else None,
        prompt=prompt_reference_from_proto(p.prompt) if p.HasField("prompt") else None,
        previous_response_id=p.previous_response_id if p.HasField("previous_response_id") else None,
        conversation=conversation_id_from_proto(p.conversation)
        if p.HasField("conversation")
        else None,
        tools=[response_tool_from_proto(v) for v in p.tools],
        tool_choice=response_tool_choice_from_proto(p.tool_choice),
        parallel_tool_calls=p.parallel_tool_calls,
        max_tool_calls=p.max_tool_calls if p.HasField("max_tool_calls") else None,
        max_output_tokens=p.max_output_tokens if p.HasField("max_output_tokens") else None,
        text=response_text_from_proto(p.text),
        reasoning=reasoning_from_proto(p.reasoning) if p.HasField("reasoning") else None,
        temperature=p.temperature,
        top_p=p.top_p,
        top_logprobs=p.top_logprobs,
        frequency_penalty=p.frequency_penalty,
        presence_penalty=p.presence_penalty,
        store=p.store,
        background=p.background,
        truncation=p.truncation,
        metadata={k: v for k, v in p.metadata.items()} or None,
        prompt_cache_key=p.prompt_cache_key if p.HasField("prompt_cache_key") else None,
        safety_identifier=p.safety_identifier if p.HasField("safety_identifier") else None,
        service_tier=p.service_tier,
        user=p.user if p.HasField("user") else None,
        max_infer_iters=p.max_infer_iters if p.HasField("max_infer_iters") else None,
        input=[item_from_proto(v) for v in p.input] or None,
    )


def response_to_proto(s: m.Response) -> response_pb2.Response:
    return response_pb2.Response(
        id=s.id,
        object=s.object,
        created_at=s.created_at,
        completed_at=s.completed_at,
        status=s.status,
        error=None if s.error is None else response_error_to_proto(s.error),
        incomplete_details=None
        if s.incomplete_details is None
        else incomplete_details_to_proto(s.incomplete_details),
        model=s.model,
        output=[item_to_proto(v) for v in s.output],
        usage=None if s.usage is None else response_usage_to_proto(s.usage),
        instructions=s.instructions,
        prompt=None if s.prompt is None else prompt_reference_to_proto(s.prompt),
        previous_response_id=s.previous_response_id,
        conversation=None if s.conversation is None else conversation_id_to_proto(s.conversation),
        tools=[response_tool_to_proto(v) for v in s.tools],
        tool_choice=response_tool_choice_to_proto(s.tool_choice),
        parallel_tool_calls=s.parallel_tool_calls,
        max_tool_calls=s.max_tool_calls,
        max_output_tokens=s.max_output_tokens,
        text=response_text_to_proto(s.text),
        reasoning=None if s.reasoning is None else reasoning_to_proto(s.reasoning),
        temperature=s.temperature,
        top_p=s.top_p,
        top_logprobs=s.top_logprobs,
        frequency_penalty=s.frequency_penalty,
        presence_penalty=s.presence_penalty,
        store=s.store,
        background=s.background,
        truncation=s.truncation,
        metadata=s.metadata,
        prompt_cache_key=s.prompt_cache_key,
        safety_identifier=s.safety_identifier,
        service_tier=s.service_tier,
        user=s.user,
        max_infer_iters=s.max_infer_iters,
        input=[item_to_proto(v) for v in s.input or ()],
    )


def response_event_from_proto(p: response_events_pb2.ResponseEvent) -> m.ResponseEvent:
    return m.ResponseEvent(
        type=p.type,
        sequence_number=p.sequence_number,
        response=response_from_proto(p.response) if p.HasField("response") else None,
        output_index=p.output_index if p.HasField("output_index") else None,
        item=item_from_proto(p.item) if p.HasField("item") else None,
        item_id=p.item_id if p.HasField("item_id") else None,
        content_index=p.content_index if p.HasField("content_index") else None,
        summary_index=p.summary_index if p.HasField("summary_index") else None,
        part=part_from_proto(p.part) if p.HasField("part") else None,
        delta=p.delta if p.HasField("delta") else None,
        text=p.text if p.HasField("text") else None,
        logprobs=[json_text(v) for v in p.logprobs] or None,
        refusal=p.refusal if p.HasField("refusal") else None,
        arguments=p.arguments if p.HasField("arguments") else None,
        name=p.name if p.HasField("name") else None,
        input=p.input if p.HasField("input") else None,
        code=p.code if p.HasField("code") else None,
        annotation=annotation_from_proto(p.annotation) if p.HasField("annotation") else None,
        annotation_index=p.annotation_index if p.HasField("annotation_index") else None,
        message=p.message if p.HasField("message") else None,
        param=p.param if p.HasField("param") else None,
        response_id=p.response_id if p.HasField("response_id") else None,
    )


def response_event_to_proto(s: m.ResponseEvent) -> response_events_pb2.ResponseEvent:
    return response_events_pb2.ResponseEvent(
        type=s.type,
        sequence_number=s.sequence_number,
        response=None if s.response is None else response_to_proto(s.response),
        output_index=s.output_index,
        item=None if s.item is None else item_to_proto(s.item),
        item_id=s.item_id,
        content_index=s.content_index,
        summary_index=s.summary_index,
        part=None if s.part is None else part_to_proto(s.part),
        delta=s.delta,
        text=s.text,
        logprobs=[bytes(v).decode() for v in s.logprobs or ()],
        refusal=s.refusal,
        arguments=s.arguments,
        name=s.name,
        input=s.input,
        code=s.code,
        annotation=None if s.annotation is None else annotation_to_proto(s.annotation),
        annotation_index=s.annotation_index,
        message=s.message,
        param=s.param,
        response_id=s.response_id,
    )


def create_response_request_from_proto(
    p: responses_pb2.CreateResponseRequest,
) -> m.CreateResponseRequest:
    return m.CreateResponseRequest(
        model=p.model,
        input=response_input_from_proto(p.input) if p.HasField("input") else None,
        instructions=p.instructions if p.HasField("instructions") else None,
        prompt=prompt_reference_from_proto(p.prompt) if p.HasField("prompt") else None,
        previous_response_id=p.previous_response_id if p.HasField("previous_response_id") else None,
        conversation=conversation_reference_from_proto(p.conversation)
        if p.HasField("conversation")
        else None,
        tools=[response_tool_from_proto(v) for v in p.tools] or None,
        tool_choice=response_tool_choice_from_proto(p.tool_choice)
        if p.HasField("tool_choice")
        else None,
        parallel_tool_calls=p.parallel_tool_calls if p.HasField("parallel_tool_calls") else None,
        max_tool_calls=p.max_tool_calls if p.HasField("max_tool_calls") else None,
        max_infer_iters=p.max_infer_iters if p.HasField("max_infer_iters") else None,
        max_output_tokens=p.max_output_tokens if p.HasField("max_output_tokens") else None,
        text=response_text_from_proto(p.text) if p.HasField("text") else None,
        reasoning=reasoning_from_proto(p.reasoning) if p.HasField("reasoning") else None,
        temperature=p.temperature if p.HasField("temperature") else None,
        top_p=p.top_p if p.HasField("top_p") else None,
        top_logprobs=p.top_logprobs if p.HasField("top_logprobs") else None,
        frequency_penalty=p.frequency_penalty if p.HasField("frequency_penalty") else None,
        presence_penalty=p.presence_penalty if p.HasField("presence_penalty") else None,
        include=list(p.include) or None,  # type: ignore[arg-type]
        store=p.store if p.HasField("store") else None,
        stream=p.stream if p.HasField("stream") else None,
        stream_options=response_stream_options_from_proto(p.stream_options)
        if p.HasField("stream_options")
        else None,
        background=p.background if p.HasField("background") else None,
        truncation=p.truncation if p.HasField("truncation") else None,  # type: ignore[arg-type]
        context_management=[context_management_from_proto(v) for v in p.context_management] or None,
        guardrails=guardrails_from_proto(p.guardrails) if p.HasField("guardrails") else None,
        metadata={k: v for k, v in p.metadata.items()} or None,
        prompt_cache_key=p.prompt_cache_key if p.HasField("prompt_cache_key") else None,
        safety_identifier=p.safety_identifier if p.HasField("safety_identifier") else None,
        service_tier=p.service_tier if p.HasField("service_tier") else None,  # type: ignore[arg-type]
        user=p.user if p.HasField("user") else None,
    )


def create_response_request_to_proto(
    s: m.CreateResponseRequest,
) -> responses_pb2.CreateResponseRequest:
    return responses_pb2.CreateResponseRequest(
        model=s.model,
        input=None if s.input is None else response_input_to_proto(s.input),
        instructions=s.instructions,
        prompt=None if s.prompt is None else prompt_reference_to_proto(s.prompt),
        previous_response_id=s.previous_response_id,
        conversation=None
        if s.conversation is None
        else conversation_reference_to_proto(s.conversation),
        tools=[response_tool_to_proto(v) for v in s.tools or ()],
        tool_choice=None if s.tool_choice is None else response_tool_choice_to_proto(s.tool_choice),
        parallel_tool_calls=s.parallel_tool_calls,
        max_tool_calls=s.max_tool_calls,
        max_infer_iters=s.max_infer_iters,
        max_output_tokens=s.max_output_tokens,
        text=None if s.text is None else response_text_to_proto(s.text),
        reasoning=None if s.reasoning is None else reasoning_to_proto(s.reasoning),
        temperature=s.temperature,
        top_p=s.top_p,
        top_logprobs=s.top_logprobs,
        frequency_penalty=s.frequency_penalty,
        presence_penalty=s.presence_penalty,
        include=s.include,
        store=s.store,
        stream=s.stream,
        stream_options=None
        if s.stream_options is None
        else response_stream_options_to_proto(s.stream_options),
        background=s.background,
        truncation=s.truncation,
        context_management=[context_management_to_proto(v) for v in s.context_management or ()],
        guardrails=None if s.guardrails is None else guardrails_to_proto(s.guardrails),
        metadata=s.metadata,
        prompt_cache_key=s.prompt_cache_key,
        safety_identifier=s.safety_identifier,
        service_tier=s.service_tier,
        user=s.user,
    )


def list_responses_request_from_proto(
    p: responses_pb2.ListResponsesRequest,
) -> m.ListResponsesRequest:
    return m.ListResponsesRequest(
        after=p.after if p.HasField("after") else None,
        limit=p.limit if p.HasField("limit") else None,
        model=p.model if p.HasField("model") else None,
        order=p.order if p.HasField("order") else None,  # type: ignore[arg-type]
    )


def list_responses_request_to_proto(
    s: m.ListResponsesRequest,
) -> responses_pb2.ListResponsesRequest:
    return responses_pb2.ListResponsesRequest(
        after=s.after,
        limit=s.limit,
        model=s.model,
        order=s.order,
    )


def response_list_from_proto(p: responses_pb2.ResponseList) -> m.ResponseList:
    return m.ResponseList(
        data=[response_from_proto(v) for v in p.data],
        has_more=p.has_more,
        first_id=p.first_id,
        last_id=p.last_id,
    )


def response_list_to_proto(s: m.ResponseList) -> responses_pb2.ResponseList:
    return responses_pb2.ResponseList(
        object=s.object,
        data=[response_to_proto(v) for v in s.data],
        has_more=s.has_more,
        first_id=s.first_id,
        last_id=s.last_id,
    )


def get_response_request_from_proto(p: responses_pb2.GetResponseRequest) -> m.GetResponseRequest:
    return m.GetResponseRequest(
        response_id=p.response_id,
        include=list(p.include) or None,
        stream=p.stream if p.HasField("stream") else None,
        starting_after=p.starting_after if p.HasField("starting_after") else None,
        include_obfuscation=p.include_obfuscation if p.HasField("include_obfuscation") else None,
    )


def get_response_request_to_proto(s: m.GetResponseRequest) -> responses_pb2.GetResponseRequest:
    return responses_pb2.GetResponseRequest(
        response_id=s.response_id,
        include=s.include,
        stream=s.stream,
        starting_after=s.starting_after,
        include_obfuscation=s.include_obfuscation,
    )


def delete_response_request_from_proto(
    p: responses_pb2.DeleteResponseRequest,
) -> m.DeleteResponseRequest:
    return m.DeleteResponseRequest(
        response_id=p.response_id,
    )


def delete_response_request_to_proto(
    s: m.DeleteResponseRequest,
) -> responses_pb2.DeleteResponseRequest:
    return responses_pb2.DeleteResponseRequest(
        response_id=s.response_id,
    )


def response_deleted_from_proto(p: responses_pb2.ResponseDeleted) -> m.ResponseDeleted:
    return m.ResponseDeleted(
        id=p.id,
        deleted=p.deleted,
    )


def response_deleted_to_proto(s: m.ResponseDeleted) -> responses_pb2.ResponseDeleted:
    return responses_pb2.ResponseDeleted(
        id=s.id,
        object=s.object,
        deleted=s.deleted,
    )


def cancel_response_request_from_proto(
    p: responses_pb2.CancelResponseRequest,
) -> m.CancelResponseRequest:
    return m.CancelResponseRequest(
        response_id=p.response_id,
    )


def cancel_response_request_to_proto(
    s: m.CancelResponseRequest,
) -> responses_pb2.CancelResponseRequest:
    return responses_pb2.CancelResponseRequest(
        response_id=s.response_id,
    )


def list_input_items_request_from_proto(
    p: responses_pb2.ListInputItemsRequest,
) -> m.ListInputItemsRequest:
    return m.ListInputItemsRequest(
        response_id=p.response_id,
        after=p.after if p.HasField("after") else None,
        before=p.before if p.HasField("before") else None,
        include=list(p.include) or None,
        limit=p.limit if p.HasField("limit") else None,
        order=p.order if p.HasField("order") else None,  # type: ignore[arg-type]
    )


def list_input_items_request_to_proto(
    s: m.ListInputItemsRequest,
) -> responses_pb2.ListInputItemsRequest:
    return responses_pb2.ListInputItemsRequest(
        response_id=s.response_id,
        after=s.after,
        before=s.before,
        include=s.include,
        limit=s.limit,
        order=s.order,
    )


def response_item_list_from_proto(p: responses_pb2.ResponseItemList) -> m.ResponseItemList:
    return m.ResponseItemList(
        data=[item_from_proto(v) for v in p.data],
        first_id=p.first_id if p.HasField("first_id") else None,
        last_id=p.last_id if p.HasField("last_id") else None,
        has_more=p.has_more,
    )


def response_item_list_to_proto(s: m.ResponseItemList) -> responses_pb2.ResponseItemList:
    return responses_pb2.ResponseItemList(
        object=s.object,
        data=[item_to_proto(v) for v in s.data],
        first_id=s.first_id,
        last_id=s.last_id,
        has_more=s.has_more,
    )


def compact_response_request_from_proto(
    p: responses_pb2.CompactResponseRequest,
) -> m.CompactResponseRequest:
    return m.CompactResponseRequest(
        model=p.model,
        input=response_input_from_proto(p.input) if p.HasField("input") else None,
        previous_response_id=p.previous_response_id if p.HasField("previous_response_id") else None,
        instructions=p.instructions if p.HasField("instructions") else None,
        prompt_cache_key=p.prompt_cache_key if p.HasField("prompt_cache_key") else None,
    )


def compact_response_request_to_proto(
    s: m.CompactResponseRequest,
) -> responses_pb2.CompactResponseRequest:
    return responses_pb2.CompactResponseRequest(
        model=s.model,
        input=None if s.input is None else response_input_to_proto(s.input),
        previous_response_id=s.previous_response_id,
        instructions=s.instructions,
        prompt_cache_key=s.prompt_cache_key,
    )


def compacted_response_from_proto(p: responses_pb2.CompactedResponse) -> m.CompactedResponse:
    return m.CompactedResponse(
        id=p.id,
        created_at=p.created_at,
        output=[item_from_proto(v) for v in p.output],
        usage=response_usage_from_proto(p.usage),
    )


def compacted_response_to_proto(s: m.CompactedResponse) -> responses_pb2.CompactedResponse:
    return responses_pb2.CompactedResponse(
        id=s.id,
        object=s.object,
        created_at=s.created_at,
        output=[item_to_proto(v) for v in s.output],
        usage=response_usage_to_proto(s.usage),
    )
