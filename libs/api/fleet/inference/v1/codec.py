"""Messages of `fleet.inference.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from msgspec import Raw

from fleet.inference.v1 import messages as m
from fleet.inference.v1 import chat_pb2
from fleet.inference.v1 import completion_pb2
from fleet.inference.v1 import embedding_pb2
from fleet.inference.v1 import rerank_pb2
from fleet.inference.v1 import interactions_pb2
from fleet.inference.v1 import legacy_pb2
from fleet.inference.v1 import messages_pb2
from fleet.inference.v1 import message_batches_pb2
from fleet.inference.v1 import models_pb2
from fleet_runtime.reading import json_text, nothing_set
from fleet_runtime.encoded import ABSENT


def image_url_from_proto(p: chat_pb2.ImageUrl) -> m.ImageUrl:
    return m.ImageUrl(
        url=p.url,
        detail=p.detail if p.HasField("detail") else None,  # type: ignore[arg-type]
    )


def image_url_to_proto(s: m.ImageUrl) -> chat_pb2.ImageUrl:
    return chat_pb2.ImageUrl(
        url=s.url,
        detail=s.detail,
    )


def content_part_from_proto(p: chat_pb2.ContentPart) -> m.ContentPart:
    return m.ContentPart(
        type=p.type,
        text=p.text if p.HasField("text") else None,
        image_url=image_url_from_proto(p.image_url) if p.HasField("image_url") else None,
        input_audio=json_text(p.input_audio) if p.HasField("input_audio") else ABSENT,
        file=json_text(p.file) if p.HasField("file") else ABSENT,
        refusal=p.refusal if p.HasField("refusal") else None,
    )


def content_part_to_proto(s: m.ContentPart) -> chat_pb2.ContentPart:
    return chat_pb2.ContentPart(
        type=s.type,
        text=s.text,
        image_url=None if s.image_url is None else image_url_to_proto(s.image_url),
        input_audio=None if s.input_audio is ABSENT else bytes(s.input_audio).decode(),
        file=None if s.file is ABSENT else bytes(s.file).decode(),
        refusal=s.refusal,
    )


def content_parts_from_proto(p: chat_pb2.ContentParts) -> m.ContentParts:
    return [content_part_from_proto(v) for v in p.parts]


def content_parts_to_proto(s: m.ContentParts) -> chat_pb2.ContentParts:
    return chat_pb2.ContentParts(parts=[content_part_to_proto(v) for v in s])


def chat_content_from_proto(p: chat_pb2.ChatContent) -> m.ChatContent:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "parts":
        return content_parts_from_proto(p.parts)
    raise nothing_set("ChatContent")


def chat_content_to_proto(s: m.ChatContent) -> chat_pb2.ChatContent:
    if isinstance(s, str):
        return chat_pb2.ChatContent(text=s)
    if isinstance(s, list):
        return chat_pb2.ChatContent(parts=content_parts_to_proto(s))
    raise TypeError(type(s))


def function_call_from_proto(p: chat_pb2.FunctionCall) -> m.FunctionCall:
    return m.FunctionCall(
        name=p.name if p.HasField("name") else None,
        arguments=p.arguments if p.HasField("arguments") else None,
    )


def function_call_to_proto(s: m.FunctionCall) -> chat_pb2.FunctionCall:
    return chat_pb2.FunctionCall(
        name=s.name,
        arguments=s.arguments,
    )


def custom_tool_call_from_proto(p: chat_pb2.CustomToolCall) -> m.CustomToolCall:
    return m.CustomToolCall(
        name=p.name,
        input=p.input,
    )


def custom_tool_call_to_proto(s: m.CustomToolCall) -> chat_pb2.CustomToolCall:
    return chat_pb2.CustomToolCall(
        name=s.name,
        input=s.input,
    )


def tool_call_from_proto(p: chat_pb2.ToolCall) -> m.ToolCall:
    return m.ToolCall(
        index=p.index if p.HasField("index") else None,
        id=p.id if p.HasField("id") else None,
        type=p.type if p.HasField("type") else None,
        function=function_call_from_proto(p.function) if p.HasField("function") else None,
        custom=custom_tool_call_from_proto(p.custom) if p.HasField("custom") else None,
    )


def tool_call_to_proto(s: m.ToolCall) -> chat_pb2.ToolCall:
    return chat_pb2.ToolCall(
        index=s.index,
        id=s.id,
        type=s.type,
        function=None if s.function is None else function_call_to_proto(s.function),
        custom=None if s.custom is None else custom_tool_call_to_proto(s.custom),
    )


def chat_message_from_proto(p: chat_pb2.ChatMessage) -> m.ChatMessage:
    return m.ChatMessage(
        role=p.role,  # type: ignore[arg-type]
        content=chat_content_from_proto(p.content) if p.HasField("content") else None,
        name=p.name if p.HasField("name") else None,
        refusal=p.refusal if p.HasField("refusal") else None,
        tool_calls=[tool_call_from_proto(v) for v in p.tool_calls] or None,
        tool_call_id=p.tool_call_id if p.HasField("tool_call_id") else None,
        function_call=function_call_from_proto(p.function_call)
        if p.HasField("function_call")
        else None,
        audio=json_text(p.audio) if p.HasField("audio") else ABSENT,
        reasoning_content=p.reasoning_content if p.HasField("reasoning_content") else None,
    )


def chat_message_to_proto(s: m.ChatMessage) -> chat_pb2.ChatMessage:
    return chat_pb2.ChatMessage(
        role=s.role,
        content=None if s.content is None else chat_content_to_proto(s.content),
        name=s.name,
        refusal=s.refusal,
        tool_calls=[tool_call_to_proto(v) for v in s.tool_calls or ()],
        tool_call_id=s.tool_call_id,
        function_call=None if s.function_call is None else function_call_to_proto(s.function_call),
        audio=None if s.audio is ABSENT else bytes(s.audio).decode(),
        reasoning_content=s.reasoning_content,
    )


def function_name_from_proto(p: chat_pb2.FunctionName) -> m.FunctionName:
    return m.FunctionName(
        name=p.name,
    )


def function_name_to_proto(s: m.FunctionName) -> chat_pb2.FunctionName:
    return chat_pb2.FunctionName(
        name=s.name,
    )


def named_tool_choice_from_proto(p: chat_pb2.NamedToolChoice) -> m.NamedToolChoice:
    return m.NamedToolChoice(
        type=p.type if p.HasField("type") else None,
        function=function_name_from_proto(p.function) if p.HasField("function") else None,
        custom=function_name_from_proto(p.custom) if p.HasField("custom") else None,
        allowed_tools=json_text(p.allowed_tools) if p.HasField("allowed_tools") else ABSENT,
        name=p.name if p.HasField("name") else None,
    )


def named_tool_choice_to_proto(s: m.NamedToolChoice) -> chat_pb2.NamedToolChoice:
    return chat_pb2.NamedToolChoice(
        type=s.type,
        function=None if s.function is None else function_name_to_proto(s.function),
        custom=None if s.custom is None else function_name_to_proto(s.custom),
        allowed_tools=None if s.allowed_tools is ABSENT else bytes(s.allowed_tools).decode(),
        name=s.name,
    )


def tool_choice_from_proto(p: chat_pb2.ToolChoice) -> m.ToolChoice:
    kind = p.WhichOneof("value")
    if kind == "mode":
        return p.mode
    if kind == "named":
        return named_tool_choice_from_proto(p.named)
    raise nothing_set("ToolChoice")


def tool_choice_to_proto(s: m.ToolChoice) -> chat_pb2.ToolChoice:
    if isinstance(s, str):
        return chat_pb2.ToolChoice(mode=s)
    if isinstance(s, m.NamedToolChoice):
        return chat_pb2.ToolChoice(named=named_tool_choice_to_proto(s))
    raise TypeError(type(s))


def function_definition_from_proto(p: chat_pb2.FunctionDefinition) -> m.FunctionDefinition:
    return m.FunctionDefinition(
        name=p.name,
        description=p.description if p.HasField("description") else None,
        parameters=json_text(p.parameters) if p.HasField("parameters") else ABSENT,
        strict=p.strict if p.HasField("strict") else None,
    )


def function_definition_to_proto(s: m.FunctionDefinition) -> chat_pb2.FunctionDefinition:
    return chat_pb2.FunctionDefinition(
        name=s.name,
        description=s.description,
        parameters=None if s.parameters is ABSENT else bytes(s.parameters).decode(),
        strict=s.strict,
    )


def json_schema_from_proto(p: chat_pb2.JsonSchema) -> m.JsonSchema:
    return m.JsonSchema(
        name=p.name if p.HasField("name") else None,
        description=p.description if p.HasField("description") else None,
        schema=json_text(p.schema) if p.HasField("schema") else ABSENT,
        strict=p.strict if p.HasField("strict") else None,
    )


def json_schema_to_proto(s: m.JsonSchema) -> chat_pb2.JsonSchema:
    return chat_pb2.JsonSchema(
        name=s.name,
        description=s.description,
        schema=None if s.schema is ABSENT else bytes(s.schema).decode(),
        strict=s.strict,
    )


def response_format_from_proto(p: chat_pb2.ResponseFormat) -> m.ResponseFormat:
    return m.ResponseFormat(
        type=p.type,
        json_schema=json_schema_from_proto(p.json_schema) if p.HasField("json_schema") else None,
    )


def response_format_to_proto(s: m.ResponseFormat) -> chat_pb2.ResponseFormat:
    return chat_pb2.ResponseFormat(
        type=s.type,
        json_schema=None if s.json_schema is None else json_schema_to_proto(s.json_schema),
    )


def strings_from_proto(p: chat_pb2.Strings) -> m.Strings:
    return list(p.items)


def strings_to_proto(s: m.Strings) -> chat_pb2.Strings:
    return chat_pb2.Strings(items=s)


def stop_from_proto(p: chat_pb2.Stop) -> m.Stop:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "texts":
        return strings_from_proto(p.texts)
    raise nothing_set("Stop")


def stop_to_proto(s: m.Stop) -> chat_pb2.Stop:
    if isinstance(s, str):
        return chat_pb2.Stop(text=s)
    if isinstance(s, list):
        return chat_pb2.Stop(texts=strings_to_proto(s))
    raise TypeError(type(s))


def stream_options_from_proto(p: chat_pb2.StreamOptions) -> m.StreamOptions:
    return m.StreamOptions(
        include_usage=p.include_usage if p.HasField("include_usage") else None,
        include_obfuscation=p.include_obfuscation if p.HasField("include_obfuscation") else None,
    )


def stream_options_to_proto(s: m.StreamOptions) -> chat_pb2.StreamOptions:
    return chat_pb2.StreamOptions(
        include_usage=s.include_usage,
        include_obfuscation=s.include_obfuscation,
    )


def tool_from_proto(p: chat_pb2.Tool) -> m.Tool:
    return m.Tool(
        type=p.type,
        function=function_definition_from_proto(p.function) if p.HasField("function") else None,
        custom=json_text(p.custom) if p.HasField("custom") else ABSENT,
    )


def tool_to_proto(s: m.Tool) -> chat_pb2.Tool:
    return chat_pb2.Tool(
        type=s.type,
        function=None if s.function is None else function_definition_to_proto(s.function),
        custom=None if s.custom is ABSENT else bytes(s.custom).decode(),
    )


def chat_completion_request_from_proto(
    p: chat_pb2.ChatCompletionRequest,
) -> m.ChatCompletionRequest:
    return m.ChatCompletionRequest(
        model=p.model,
        messages=[chat_message_from_proto(v) for v in p.messages],
        frequency_penalty=p.frequency_penalty if p.HasField("frequency_penalty") else None,
        function_call=tool_choice_from_proto(p.function_call)
        if p.HasField("function_call")
        else None,
        functions=[function_definition_from_proto(v) for v in p.functions] or None,
        logit_bias={k: v for k, v in p.logit_bias.items()} or None,
        logprobs=p.logprobs if p.HasField("logprobs") else None,
        max_completion_tokens=p.max_completion_tokens
        if p.HasField("max_completion_tokens")
        else None,
        max_tokens=p.max_tokens if p.HasField("max_tokens") else None,
        metadata={k: v for k, v in p.metadata.items()} or None,
        n=p.n if p.HasField("n") else None,
        parallel_tool_calls=p.parallel_tool_calls if p.HasField("parallel_tool_calls") else None,
        presence_penalty=p.presence_penalty if p.HasField("presence_penalty") else None,
        prompt_cache_key=p.prompt_cache_key if p.HasField("prompt_cache_key") else None,
        reasoning_effort=p.reasoning_effort if p.HasField("reasoning_effort") else None,  # type: ignore[arg-type]
        response_format=response_format_from_proto(p.response_format)
        if p.HasField("response_format")
        else None,
        safety_identifier=p.safety_identifier if p.HasField("safety_identifier") else None,
        seed=p.seed if p.HasField("seed") else None,
        service_tier=p.service_tier if p.HasField("service_tier") else None,  # type: ignore[arg-type]
        stop=stop_from_proto(p.stop) if p.HasField("stop") else None,
        store=p.store if p.HasField("store") else None,
        stream=p.stream if p.HasField("stream") else None,
        stream_options=stream_options_from_proto(p.stream_options)
        if p.HasField("stream_options")
        else None,
        temperature=p.temperature if p.HasField("temperature") else None,
        tool_choice=tool_choice_from_proto(p.tool_choice) if p.HasField("tool_choice") else None,
        tools=[tool_from_proto(v) for v in p.tools] or None,
        top_logprobs=p.top_logprobs if p.HasField("top_logprobs") else None,
        top_p=p.top_p if p.HasField("top_p") else None,
        user=p.user if p.HasField("user") else None,
        top_k=p.top_k if p.HasField("top_k") else None,
        min_p=p.min_p if p.HasField("min_p") else None,
        repetition_penalty=p.repetition_penalty if p.HasField("repetition_penalty") else None,
        ignore_eos=p.ignore_eos if p.HasField("ignore_eos") else None,
        extra={k: json_text(v) for k, v in p.extra.items()} or None,
    )


def chat_completion_request_to_proto(s: m.ChatCompletionRequest) -> chat_pb2.ChatCompletionRequest:
    return chat_pb2.ChatCompletionRequest(
        model=s.model,
        messages=[chat_message_to_proto(v) for v in s.messages],
        frequency_penalty=s.frequency_penalty,
        function_call=None if s.function_call is None else tool_choice_to_proto(s.function_call),
        functions=[function_definition_to_proto(v) for v in s.functions or ()],
        logit_bias=s.logit_bias,
        logprobs=s.logprobs,
        max_completion_tokens=s.max_completion_tokens,
        max_tokens=s.max_tokens,
        metadata=s.metadata,
        n=s.n,
        parallel_tool_calls=s.parallel_tool_calls,
        presence_penalty=s.presence_penalty,
        prompt_cache_key=s.prompt_cache_key,
        reasoning_effort=s.reasoning_effort,
        response_format=None
        if s.response_format is None
        else response_format_to_proto(s.response_format),
        safety_identifier=s.safety_identifier,
        seed=s.seed,
        service_tier=s.service_tier,
        stop=None if s.stop is None else stop_to_proto(s.stop),
        store=s.store,
        stream=s.stream,
        stream_options=None
        if s.stream_options is None
        else stream_options_to_proto(s.stream_options),
        temperature=s.temperature,
        tool_choice=None if s.tool_choice is None else tool_choice_to_proto(s.tool_choice),
        tools=[tool_to_proto(v) for v in s.tools or ()],
        top_logprobs=s.top_logprobs,
        top_p=s.top_p,
        user=s.user,
        top_k=s.top_k,
        min_p=s.min_p,
        repetition_penalty=s.repetition_penalty,
        ignore_eos=s.ignore_eos,
        extra={k: bytes(v).decode() for k, v in (s.extra or {}).items()},
    )


def top_logprob_from_proto(p: chat_pb2.TopLogprob) -> m.TopLogprob:
    return m.TopLogprob(
        token=p.token,
        bytes=list(p.bytes) or None,
        logprob=p.logprob,
    )


def top_logprob_to_proto(s: m.TopLogprob) -> chat_pb2.TopLogprob:
    return chat_pb2.TopLogprob(
        token=s.token,
        bytes=s.bytes,
        logprob=s.logprob,
    )


def token_logprob_from_proto(p: chat_pb2.TokenLogprob) -> m.TokenLogprob:
    return m.TokenLogprob(
        token=p.token,
        bytes=list(p.bytes) or None,
        logprob=p.logprob,
        top_logprobs=[top_logprob_from_proto(v) for v in p.top_logprobs],
    )


def token_logprob_to_proto(s: m.TokenLogprob) -> chat_pb2.TokenLogprob:
    return chat_pb2.TokenLogprob(
        token=s.token,
        bytes=s.bytes,
        logprob=s.logprob,
        top_logprobs=[top_logprob_to_proto(v) for v in s.top_logprobs],
    )


def logprobs_from_proto(p: chat_pb2.Logprobs) -> m.Logprobs:
    return m.Logprobs(
        content=[token_logprob_from_proto(v) for v in p.content] or None,
        refusal=[token_logprob_from_proto(v) for v in p.refusal] or None,
    )


def logprobs_to_proto(s: m.Logprobs) -> chat_pb2.Logprobs:
    return chat_pb2.Logprobs(
        content=[token_logprob_to_proto(v) for v in s.content or ()],
        refusal=[token_logprob_to_proto(v) for v in s.refusal or ()],
    )


def assistant_message_from_proto(p: chat_pb2.AssistantMessage) -> m.AssistantMessage:
    return m.AssistantMessage(
        content=p.content if p.HasField("content") else None,
        refusal=p.refusal if p.HasField("refusal") else None,
        tool_calls=[tool_call_from_proto(v) for v in p.tool_calls] or None,
        function_call=function_call_from_proto(p.function_call)
        if p.HasField("function_call")
        else None,
        annotations=[json_text(v) for v in p.annotations] or None,
        audio=json_text(p.audio) if p.HasField("audio") else ABSENT,
        reasoning_content=p.reasoning_content if p.HasField("reasoning_content") else None,
    )


def assistant_message_to_proto(s: m.AssistantMessage) -> chat_pb2.AssistantMessage:
    return chat_pb2.AssistantMessage(
        role=s.role,
        content=s.content,
        refusal=s.refusal,
        tool_calls=[tool_call_to_proto(v) for v in s.tool_calls or ()],
        function_call=None if s.function_call is None else function_call_to_proto(s.function_call),
        annotations=[bytes(v).decode() for v in s.annotations or ()],
        audio=None if s.audio is ABSENT else bytes(s.audio).decode(),
        reasoning_content=s.reasoning_content,
    )


def stop_reason_from_proto(p: chat_pb2.StopReason) -> m.StopReason:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "token":
        return p.token
    raise nothing_set("StopReason")


def stop_reason_to_proto(s: m.StopReason) -> chat_pb2.StopReason:
    if isinstance(s, str):
        return chat_pb2.StopReason(text=s)
    if isinstance(s, int):
        return chat_pb2.StopReason(token=s)
    raise TypeError(type(s))


def choice_from_proto(p: chat_pb2.Choice) -> m.Choice:
    return m.Choice(
        finish_reason=p.finish_reason,
        index=p.index,
        logprobs=logprobs_from_proto(p.logprobs) if p.HasField("logprobs") else None,
        message=assistant_message_from_proto(p.message),
        stop_reason=stop_reason_from_proto(p.stop_reason) if p.HasField("stop_reason") else None,
    )


def choice_to_proto(s: m.Choice) -> chat_pb2.Choice:
    return chat_pb2.Choice(
        finish_reason=s.finish_reason,
        index=s.index,
        logprobs=None if s.logprobs is None else logprobs_to_proto(s.logprobs),
        message=assistant_message_to_proto(s.message),
        stop_reason=None if s.stop_reason is None else stop_reason_to_proto(s.stop_reason),
    )


def completion_tokens_details_from_proto(
    p: chat_pb2.CompletionTokensDetails,
) -> m.CompletionTokensDetails:
    return m.CompletionTokensDetails(
        reasoning_tokens=p.reasoning_tokens if p.HasField("reasoning_tokens") else None,
        accepted_prediction_tokens=p.accepted_prediction_tokens
        if p.HasField("accepted_prediction_tokens")
        else None,
        audio_tokens=p.audio_tokens if p.HasField("audio_tokens") else None,
        rejected_prediction_tokens=p.rejected_prediction_tokens
        if p.HasField("rejected_prediction_tokens")
        else None,
    )


def completion_tokens_details_to_proto(
    s: m.CompletionTokensDetails,
) -> chat_pb2.CompletionTokensDetails:
    return chat_pb2.CompletionTokensDetails(
        reasoning_tokens=s.reasoning_tokens,
        accepted_prediction_tokens=s.accepted_prediction_tokens,
        audio_tokens=s.audio_tokens,
        rejected_prediction_tokens=s.rejected_prediction_tokens,
    )


def prompt_tokens_details_from_proto(p: chat_pb2.PromptTokensDetails) -> m.PromptTokensDetails:
    return m.PromptTokensDetails(
        cached_tokens=p.cached_tokens if p.HasField("cached_tokens") else None,
        audio_tokens=p.audio_tokens if p.HasField("audio_tokens") else None,
    )


def prompt_tokens_details_to_proto(s: m.PromptTokensDetails) -> chat_pb2.PromptTokensDetails:
    return chat_pb2.PromptTokensDetails(
        cached_tokens=s.cached_tokens,
        audio_tokens=s.audio_tokens,
    )


def usage_from_proto(p: chat_pb2.Usage) -> m.Usage:
    return m.Usage(
        completion_tokens=p.completion_tokens,
        prompt_tokens=p.prompt_tokens,
        total_tokens=p.total_tokens,
        completion_tokens_details=completion_tokens_details_from_proto(p.completion_tokens_details)
        if p.HasField("completion_tokens_details")
        else None,
        prompt_tokens_details=prompt_tokens_details_from_proto(p.prompt_tokens_details)
        if p.HasField("prompt_tokens_details")
        else None,
    )


def usage_to_proto(s: m.Usage) -> chat_pb2.Usage:
    return chat_pb2.Usage(
        completion_tokens=s.completion_tokens,
        prompt_tokens=s.prompt_tokens,
        total_tokens=s.total_tokens,
        completion_tokens_details=None
        if s.completion_tokens_details is None
        else completion_tokens_details_to_proto(s.completion_tokens_details),
        prompt_tokens_details=None
        if s.prompt_tokens_details is None
        else prompt_tokens_details_to_proto(s.prompt_tokens_details),
    )


def chat_completion_from_proto(p: chat_pb2.ChatCompletion) -> m.ChatCompletion:
    return m.ChatCompletion(
        id=p.id,
        choices=[choice_from_proto(v) for v in p.choices],
        created=p.created,
        model=p.model,
        service_tier=p.service_tier if p.HasField("service_tier") else None,
        system_fingerprint=p.system_fingerprint if p.HasField("system_fingerprint") else None,
        usage=usage_from_proto(p.usage) if p.HasField("usage") else None,
        metadata={k: v for k, v in p.metadata.items()} or None,
    )


def chat_completion_to_proto(s: m.ChatCompletion) -> chat_pb2.ChatCompletion:
    return chat_pb2.ChatCompletion(
        id=s.id,
        choices=[choice_to_proto(v) for v in s.choices],
        created=s.created,
        model=s.model,
        object=s.object,
        service_tier=s.service_tier,
        system_fingerprint=s.system_fingerprint,
        usage=None if s.usage is None else usage_to_proto(s.usage),
        metadata=s.metadata,
    )


def delta_from_proto(p: chat_pb2.Delta) -> m.Delta:
    return m.Delta(
        role=p.role if p.HasField("role") else None,
        content=p.content if p.HasField("content") else None,
        refusal=p.refusal if p.HasField("refusal") else None,
        tool_calls=[tool_call_from_proto(v) for v in p.tool_calls] or None,
        function_call=function_call_from_proto(p.function_call)
        if p.HasField("function_call")
        else None,
        reasoning_content=p.reasoning_content if p.HasField("reasoning_content") else None,
    )


def delta_to_proto(s: m.Delta) -> chat_pb2.Delta:
    return chat_pb2.Delta(
        role=s.role,
        content=s.content,
        refusal=s.refusal,
        tool_calls=[tool_call_to_proto(v) for v in s.tool_calls or ()],
        function_call=None if s.function_call is None else function_call_to_proto(s.function_call),
        reasoning_content=s.reasoning_content,
    )


def chunk_choice_from_proto(p: chat_pb2.ChunkChoice) -> m.ChunkChoice:
    return m.ChunkChoice(
        delta=delta_from_proto(p.delta),
        finish_reason=p.finish_reason if p.HasField("finish_reason") else None,
        index=p.index,
        logprobs=logprobs_from_proto(p.logprobs) if p.HasField("logprobs") else None,
        stop_reason=stop_reason_from_proto(p.stop_reason) if p.HasField("stop_reason") else None,
    )


def chunk_choice_to_proto(s: m.ChunkChoice) -> chat_pb2.ChunkChoice:
    return chat_pb2.ChunkChoice(
        delta=delta_to_proto(s.delta),
        finish_reason=s.finish_reason,
        index=s.index,
        logprobs=None if s.logprobs is None else logprobs_to_proto(s.logprobs),
        stop_reason=None if s.stop_reason is None else stop_reason_to_proto(s.stop_reason),
    )


def chat_completion_chunk_from_proto(p: chat_pb2.ChatCompletionChunk) -> m.ChatCompletionChunk:
    return m.ChatCompletionChunk(
        id=p.id,
        choices=[chunk_choice_from_proto(v) for v in p.choices],
        created=p.created,
        model=p.model,
        service_tier=p.service_tier if p.HasField("service_tier") else None,
        system_fingerprint=p.system_fingerprint if p.HasField("system_fingerprint") else None,
        usage=usage_from_proto(p.usage) if p.HasField("usage") else None,
    )


def chat_completion_chunk_to_proto(s: m.ChatCompletionChunk) -> chat_pb2.ChatCompletionChunk:
    return chat_pb2.ChatCompletionChunk(
        id=s.id,
        choices=[chunk_choice_to_proto(v) for v in s.choices],
        created=s.created,
        model=s.model,
        object=s.object,
        service_tier=s.service_tier,
        system_fingerprint=s.system_fingerprint,
        usage=None if s.usage is None else usage_to_proto(s.usage),
    )


def list_chat_completions_request_from_proto(
    p: chat_pb2.ListChatCompletionsRequest,
) -> m.ListChatCompletionsRequest:
    return m.ListChatCompletionsRequest(
        after=p.after if p.HasField("after") else None,
        limit=p.limit if p.HasField("limit") else None,
        model=p.model if p.HasField("model") else None,
        metadata={k: v for k, v in p.metadata.items()} or None,
        order=p.order if p.HasField("order") else None,  # type: ignore[arg-type]
    )


def list_chat_completions_request_to_proto(
    s: m.ListChatCompletionsRequest,
) -> chat_pb2.ListChatCompletionsRequest:
    return chat_pb2.ListChatCompletionsRequest(
        after=s.after,
        limit=s.limit,
        model=s.model,
        metadata=s.metadata,
        order=s.order,
    )


def stored_chat_completion_from_proto(p: chat_pb2.StoredChatCompletion) -> m.StoredChatCompletion:
    return m.StoredChatCompletion(
        id=p.id,
        choices=[choice_from_proto(v) for v in p.choices],
        created=p.created,
        model=p.model,
        service_tier=p.service_tier if p.HasField("service_tier") else None,
        system_fingerprint=p.system_fingerprint if p.HasField("system_fingerprint") else None,
        usage=usage_from_proto(p.usage) if p.HasField("usage") else None,
        metadata={k: v for k, v in p.metadata.items()} or None,
        input_messages=[chat_message_from_proto(v) for v in p.input_messages],
    )


def stored_chat_completion_to_proto(s: m.StoredChatCompletion) -> chat_pb2.StoredChatCompletion:
    return chat_pb2.StoredChatCompletion(
        id=s.id,
        choices=[choice_to_proto(v) for v in s.choices],
        created=s.created,
        model=s.model,
        object=s.object,
        service_tier=s.service_tier,
        system_fingerprint=s.system_fingerprint,
        usage=None if s.usage is None else usage_to_proto(s.usage),
        metadata=s.metadata,
        input_messages=[chat_message_to_proto(v) for v in s.input_messages],
    )


def chat_completion_list_from_proto(p: chat_pb2.ChatCompletionList) -> m.ChatCompletionList:
    return m.ChatCompletionList(
        data=[stored_chat_completion_from_proto(v) for v in p.data],
        has_more=p.has_more,
        first_id=p.first_id,
        last_id=p.last_id,
    )


def chat_completion_list_to_proto(s: m.ChatCompletionList) -> chat_pb2.ChatCompletionList:
    return chat_pb2.ChatCompletionList(
        object=s.object,
        data=[stored_chat_completion_to_proto(v) for v in s.data],
        has_more=s.has_more,
        first_id=s.first_id,
        last_id=s.last_id,
    )


def get_chat_completion_request_from_proto(
    p: chat_pb2.GetChatCompletionRequest,
) -> m.GetChatCompletionRequest:
    return m.GetChatCompletionRequest(
        completion_id=p.completion_id,
    )


def get_chat_completion_request_to_proto(
    s: m.GetChatCompletionRequest,
) -> chat_pb2.GetChatCompletionRequest:
    return chat_pb2.GetChatCompletionRequest(
        completion_id=s.completion_id,
    )


def update_chat_completion_request_from_proto(
    p: chat_pb2.UpdateChatCompletionRequest,
) -> m.UpdateChatCompletionRequest:
    return m.UpdateChatCompletionRequest(
        completion_id=p.completion_id,
        metadata={k: v for k, v in p.metadata.items()} or None,
    )


def update_chat_completion_request_to_proto(
    s: m.UpdateChatCompletionRequest,
) -> chat_pb2.UpdateChatCompletionRequest:
    return chat_pb2.UpdateChatCompletionRequest(
        completion_id=s.completion_id,
        metadata=s.metadata,
    )


def delete_chat_completion_request_from_proto(
    p: chat_pb2.DeleteChatCompletionRequest,
) -> m.DeleteChatCompletionRequest:
    return m.DeleteChatCompletionRequest(
        completion_id=p.completion_id,
    )


def delete_chat_completion_request_to_proto(
    s: m.DeleteChatCompletionRequest,
) -> chat_pb2.DeleteChatCompletionRequest:
    return chat_pb2.DeleteChatCompletionRequest(
        completion_id=s.completion_id,
    )


def chat_completion_deleted_from_proto(
    p: chat_pb2.ChatCompletionDeleted,
) -> m.ChatCompletionDeleted:
    return m.ChatCompletionDeleted(
        id=p.id,
        deleted=p.deleted,
    )


def chat_completion_deleted_to_proto(s: m.ChatCompletionDeleted) -> chat_pb2.ChatCompletionDeleted:
    return chat_pb2.ChatCompletionDeleted(
        id=s.id,
        object=s.object,
        deleted=s.deleted,
    )


def list_chat_completion_messages_request_from_proto(
    p: chat_pb2.ListChatCompletionMessagesRequest,
) -> m.ListChatCompletionMessagesRequest:
    return m.ListChatCompletionMessagesRequest(
        completion_id=p.completion_id,
        after=p.after if p.HasField("after") else None,
        limit=p.limit if p.HasField("limit") else None,
        order=p.order if p.HasField("order") else None,  # type: ignore[arg-type]
    )


def list_chat_completion_messages_request_to_proto(
    s: m.ListChatCompletionMessagesRequest,
) -> chat_pb2.ListChatCompletionMessagesRequest:
    return chat_pb2.ListChatCompletionMessagesRequest(
        completion_id=s.completion_id,
        after=s.after,
        limit=s.limit,
        order=s.order,
    )


def stored_message_from_proto(p: chat_pb2.StoredMessage) -> m.StoredMessage:
    return m.StoredMessage(
        id=p.id,
        role=p.role,
        content=p.content if p.HasField("content") else None,
        content_parts=[content_part_from_proto(v) for v in p.content_parts] or None,
        name=p.name if p.HasField("name") else None,
        tool_calls=[tool_call_from_proto(v) for v in p.tool_calls] or None,
        tool_call_id=p.tool_call_id if p.HasField("tool_call_id") else None,
        refusal=p.refusal if p.HasField("refusal") else None,
        function_call=function_call_from_proto(p.function_call)
        if p.HasField("function_call")
        else None,
        annotations=[json_text(v) for v in p.annotations] or None,
        audio=json_text(p.audio) if p.HasField("audio") else ABSENT,
    )


def stored_message_to_proto(s: m.StoredMessage) -> chat_pb2.StoredMessage:
    return chat_pb2.StoredMessage(
        id=s.id,
        role=s.role,
        content=s.content,
        content_parts=[content_part_to_proto(v) for v in s.content_parts or ()],
        name=s.name,
        tool_calls=[tool_call_to_proto(v) for v in s.tool_calls or ()],
        tool_call_id=s.tool_call_id,
        refusal=s.refusal,
        function_call=None if s.function_call is None else function_call_to_proto(s.function_call),
        annotations=[bytes(v).decode() for v in s.annotations or ()],
        audio=None if s.audio is ABSENT else bytes(s.audio).decode(),
    )


def chat_completion_message_list_from_proto(
    p: chat_pb2.ChatCompletionMessageList,
) -> m.ChatCompletionMessageList:
    return m.ChatCompletionMessageList(
        data=[stored_message_from_proto(v) for v in p.data],
        has_more=p.has_more,
        first_id=p.first_id,
        last_id=p.last_id,
    )


def chat_completion_message_list_to_proto(
    s: m.ChatCompletionMessageList,
) -> chat_pb2.ChatCompletionMessageList:
    return chat_pb2.ChatCompletionMessageList(
        object=s.object,
        data=[stored_message_to_proto(v) for v in s.data],
        has_more=s.has_more,
        first_id=s.first_id,
        last_id=s.last_id,
    )


def tokens_from_proto(p: completion_pb2.Tokens) -> m.Tokens:
    return list(p.ids)


def tokens_to_proto(s: m.Tokens) -> completion_pb2.Tokens:
    return completion_pb2.Tokens(ids=s)


def prompt_item_from_proto(p: completion_pb2.PromptItem) -> m.PromptItem:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "token":
        return p.token
    if kind == "tokens":
        return tokens_from_proto(p.tokens)
    raise nothing_set("PromptItem")


def prompt_item_to_proto(s: m.PromptItem) -> completion_pb2.PromptItem:
    if isinstance(s, str):
        return completion_pb2.PromptItem(text=s)
    if isinstance(s, int):
        return completion_pb2.PromptItem(token=s)
    if isinstance(s, list):
        return completion_pb2.PromptItem(tokens=tokens_to_proto(s))
    raise TypeError(type(s))


def prompt_items_from_proto(p: completion_pb2.PromptItems) -> m.PromptItems:
    return [prompt_item_from_proto(v) for v in p.items]


def prompt_items_to_proto(s: m.PromptItems) -> completion_pb2.PromptItems:
    return completion_pb2.PromptItems(items=[prompt_item_to_proto(v) for v in s])


def prompt_from_proto(p: completion_pb2.Prompt) -> m.Prompt:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "items":
        return prompt_items_from_proto(p.items)
    raise nothing_set("Prompt")


def prompt_to_proto(s: m.Prompt) -> completion_pb2.Prompt:
    if isinstance(s, str):
        return completion_pb2.Prompt(text=s)
    if isinstance(s, list):
        return completion_pb2.Prompt(items=prompt_items_to_proto(s))
    raise TypeError(type(s))


def completion_request_from_proto(p: completion_pb2.CompletionRequest) -> m.CompletionRequest:
    return m.CompletionRequest(
        model=p.model,
        prompt=prompt_from_proto(p.prompt),
        best_of=p.best_of if p.HasField("best_of") else None,
        echo=p.echo if p.HasField("echo") else None,
        frequency_penalty=p.frequency_penalty if p.HasField("frequency_penalty") else None,
        logit_bias={k: v for k, v in p.logit_bias.items()} or None,
        logprobs=p.logprobs if p.HasField("logprobs") else None,
        max_tokens=p.max_tokens if p.HasField("max_tokens") else None,
        n=p.n if p.HasField("n") else None,
        presence_penalty=p.presence_penalty if p.HasField("presence_penalty") else None,
        seed=p.seed if p.HasField("seed") else None,
        stop=stop_from_proto(p.stop) if p.HasField("stop") else None,
        stream=p.stream if p.HasField("stream") else None,
        stream_options=stream_options_from_proto(p.stream_options)
        if p.HasField("stream_options")
        else None,
        suffix=p.suffix if p.HasField("suffix") else None,
        temperature=p.temperature if p.HasField("temperature") else None,
        top_p=p.top_p if p.HasField("top_p") else None,
        user=p.user if p.HasField("user") else None,
        top_k=p.top_k if p.HasField("top_k") else None,
        min_p=p.min_p if p.HasField("min_p") else None,
        repetition_penalty=p.repetition_penalty if p.HasField("repetition_penalty") else None,
        ignore_eos=p.ignore_eos if p.HasField("ignore_eos") else None,
        extra={k: json_text(v) for k, v in p.extra.items()} or None,
    )


def completion_request_to_proto(s: m.CompletionRequest) -> completion_pb2.CompletionRequest:
    return completion_pb2.CompletionRequest(
        model=s.model,
        prompt=prompt_to_proto(s.prompt),
        best_of=s.best_of,
        echo=s.echo,
        frequency_penalty=s.frequency_penalty,
        logit_bias=s.logit_bias,
        logprobs=s.logprobs,
        max_tokens=s.max_tokens,
        n=s.n,
        presence_penalty=s.presence_penalty,
        seed=s.seed,
        stop=None if s.stop is None else stop_to_proto(s.stop),
        stream=s.stream,
        stream_options=None
        if s.stream_options is None
        else stream_options_to_proto(s.stream_options),
        suffix=s.suffix,
        temperature=s.temperature,
        top_p=s.top_p,
        user=s.user,
        top_k=s.top_k,
        min_p=s.min_p,
        repetition_penalty=s.repetition_penalty,
        ignore_eos=s.ignore_eos,
        extra={k: bytes(v).decode() for k, v in (s.extra or {}).items()},
    )


def nullable_double_from_proto(p: completion_pb2.NullableDouble) -> m.NullableDouble:
    kind = p.WhichOneof("value")
    if kind == "number":
        return p.number
    return None


def nullable_double_to_proto(s: m.NullableDouble) -> completion_pb2.NullableDouble:
    if isinstance(s, float | int):
        return completion_pb2.NullableDouble(number=s)
    return completion_pb2.NullableDouble()


def token_logprobs_from_proto(p: completion_pb2.TokenLogprobs) -> m.TokenLogprobs:
    return {k: v for k, v in p.logprobs.items()}


def token_logprobs_to_proto(s: m.TokenLogprobs) -> completion_pb2.TokenLogprobs:
    return completion_pb2.TokenLogprobs(logprobs=s)


def completion_logprobs_from_proto(p: completion_pb2.CompletionLogprobs) -> m.CompletionLogprobs:
    return m.CompletionLogprobs(
        text_offset=list(p.text_offset),
        token_logprobs=[nullable_double_from_proto(v) for v in p.token_logprobs],
        tokens=list(p.tokens),
        top_logprobs=[token_logprobs_from_proto(v) for v in p.top_logprobs] or None,
    )


def completion_logprobs_to_proto(s: m.CompletionLogprobs) -> completion_pb2.CompletionLogprobs:
    return completion_pb2.CompletionLogprobs(
        text_offset=s.text_offset,
        token_logprobs=[nullable_double_to_proto(v) for v in s.token_logprobs],
        tokens=s.tokens,
        top_logprobs=[token_logprobs_to_proto(v) for v in s.top_logprobs or ()],
    )


def completion_choice_from_proto(p: completion_pb2.CompletionChoice) -> m.CompletionChoice:
    return m.CompletionChoice(
        finish_reason=p.finish_reason if p.HasField("finish_reason") else None,
        index=p.index,
        logprobs=completion_logprobs_from_proto(p.logprobs) if p.HasField("logprobs") else None,
        text=p.text,
    )


def completion_choice_to_proto(s: m.CompletionChoice) -> completion_pb2.CompletionChoice:
    return completion_pb2.CompletionChoice(
        finish_reason=s.finish_reason,
        index=s.index,
        logprobs=None if s.logprobs is None else completion_logprobs_to_proto(s.logprobs),
        text=s.text,
    )


def completion_from_proto(p: completion_pb2.Completion) -> m.Completion:
    return m.Completion(
        id=p.id,
        choices=[completion_choice_from_proto(v) for v in p.choices],
        created=p.created,
        model=p.model,
        system_fingerprint=p.system_fingerprint if p.HasField("system_fingerprint") else None,
        usage=usage_from_proto(p.usage) if p.HasField("usage") else None,
    )


def completion_to_proto(s: m.Completion) -> completion_pb2.Completion:
    return completion_pb2.Completion(
        id=s.id,
        choices=[completion_choice_to_proto(v) for v in s.choices],
        created=s.created,
        model=s.model,
        object=s.object,
        system_fingerprint=s.system_fingerprint,
        usage=None if s.usage is None else usage_to_proto(s.usage),
    )


def embedding_request_from_proto(p: embedding_pb2.EmbeddingRequest) -> m.EmbeddingRequest:
    return m.EmbeddingRequest(
        model=p.model,
        input=prompt_from_proto(p.input),
        encoding_format=p.encoding_format if p.HasField("encoding_format") else None,  # type: ignore[arg-type]
        dimensions=p.dimensions if p.HasField("dimensions") else None,
        user=p.user if p.HasField("user") else None,
        extra={k: json_text(v) for k, v in p.extra.items()} or None,
    )


def embedding_request_to_proto(s: m.EmbeddingRequest) -> embedding_pb2.EmbeddingRequest:
    return embedding_pb2.EmbeddingRequest(
        model=s.model,
        input=prompt_to_proto(s.input),
        encoding_format=s.encoding_format,
        dimensions=s.dimensions,
        user=s.user,
        extra={k: bytes(v).decode() for k, v in (s.extra or {}).items()},
    )


def floats_from_proto(p: embedding_pb2.Floats) -> m.Floats:
    return list(p.values)


def floats_to_proto(s: m.Floats) -> embedding_pb2.Floats:
    return embedding_pb2.Floats(values=s)


def vector_from_proto(p: embedding_pb2.Vector) -> m.Vector:
    kind = p.WhichOneof("value")
    if kind == "floats":
        return floats_from_proto(p.floats)
    if kind == "base64":
        return p.base64
    raise nothing_set("Vector")


def vector_to_proto(s: m.Vector) -> embedding_pb2.Vector:
    if isinstance(s, list):
        return embedding_pb2.Vector(floats=floats_to_proto(s))
    if isinstance(s, str):
        return embedding_pb2.Vector(base64=s)
    raise TypeError(type(s))


def embedding_from_proto(p: embedding_pb2.Embedding) -> m.Embedding:
    return m.Embedding(
        embedding=vector_from_proto(p.embedding),
        index=p.index,
    )


def embedding_to_proto(s: m.Embedding) -> embedding_pb2.Embedding:
    return embedding_pb2.Embedding(
        object=s.object,
        embedding=vector_to_proto(s.embedding),
        index=s.index,
    )


def embedding_usage_from_proto(p: embedding_pb2.EmbeddingUsage) -> m.EmbeddingUsage:
    return m.EmbeddingUsage(
        prompt_tokens=p.prompt_tokens,
        total_tokens=p.total_tokens,
    )


def embedding_usage_to_proto(s: m.EmbeddingUsage) -> embedding_pb2.EmbeddingUsage:
    return embedding_pb2.EmbeddingUsage(
        prompt_tokens=s.prompt_tokens,
        total_tokens=s.total_tokens,
    )


def embedding_list_from_proto(p: embedding_pb2.EmbeddingList) -> m.EmbeddingList:
    return m.EmbeddingList(
        data=[embedding_from_proto(v) for v in p.data],
        model=p.model,
        usage=embedding_usage_from_proto(p.usage),
    )


def embedding_list_to_proto(s: m.EmbeddingList) -> embedding_pb2.EmbeddingList:
    return embedding_pb2.EmbeddingList(
        object=s.object,
        data=[embedding_to_proto(v) for v in s.data],
        model=s.model,
        usage=embedding_usage_to_proto(s.usage),
    )


def rerank_text_from_proto(p: rerank_pb2.RerankText) -> m.RerankText:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "part":
        return content_part_from_proto(p.part)
    raise nothing_set("RerankText")


def rerank_text_to_proto(s: m.RerankText) -> rerank_pb2.RerankText:
    if isinstance(s, str):
        return rerank_pb2.RerankText(text=s)
    if isinstance(s, m.ContentPart):
        return rerank_pb2.RerankText(part=content_part_to_proto(s))
    raise TypeError(type(s))


def rerank_request_from_proto(p: rerank_pb2.RerankRequest) -> m.RerankRequest:
    return m.RerankRequest(
        model=p.model,
        query=rerank_text_from_proto(p.query),
        items=[rerank_text_from_proto(v) for v in p.items],
        max_num_results=p.max_num_results if p.HasField("max_num_results") else None,
        extra={k: json_text(v) for k, v in p.extra.items()} or None,
    )


def rerank_request_to_proto(s: m.RerankRequest) -> rerank_pb2.RerankRequest:
    return rerank_pb2.RerankRequest(
        model=s.model,
        query=rerank_text_to_proto(s.query),
        items=[rerank_text_to_proto(v) for v in s.items],
        max_num_results=s.max_num_results,
        extra={k: bytes(v).decode() for k, v in (s.extra or {}).items()},
    )


def rerank_data_from_proto(p: rerank_pb2.RerankData) -> m.RerankData:
    return m.RerankData(
        index=p.index,
        relevance_score=p.relevance_score,
    )


def rerank_data_to_proto(s: m.RerankData) -> rerank_pb2.RerankData:
    return rerank_pb2.RerankData(
        index=s.index,
        relevance_score=s.relevance_score,
    )


def rerank_response_from_proto(p: rerank_pb2.RerankResponse) -> m.RerankResponse:
    return m.RerankResponse(
        data=[rerank_data_from_proto(v) for v in p.data],
    )


def rerank_response_to_proto(s: m.RerankResponse) -> rerank_pb2.RerankResponse:
    return rerank_pb2.RerankResponse(
        data=[rerank_data_to_proto(v) for v in s.data],
    )


def interaction_text_from_proto(p: interactions_pb2.InteractionText) -> m.InteractionText:
    return m.InteractionText(
        text=p.text,
    )


def interaction_text_to_proto(s: m.InteractionText) -> interactions_pb2.InteractionText:
    return interactions_pb2.InteractionText(
        type=s.type,
        text=s.text,
    )


def interaction_content_from_proto(p: interactions_pb2.InteractionContent) -> m.InteractionContent:
    return m.InteractionContent(
        type=p.type if p.HasField("type") else None,
        text=p.text if p.HasField("text") else None,
        id=p.id if p.HasField("id") else None,
        name=p.name if p.HasField("name") else None,
        arguments=json_text(p.arguments) if p.HasField("arguments") else ABSENT,
        call_id=p.call_id if p.HasField("call_id") else None,
        result=json_text(p.result) if p.HasField("result") else ABSENT,
        response=json_text(p.response) if p.HasField("response") else ABSENT,
        data=p.data if p.HasField("data") else None,
        mime_type=p.mime_type if p.HasField("mime_type") else None,
        uri=p.uri if p.HasField("uri") else None,
        summary=[interaction_text_from_proto(v) for v in p.summary] or None,
        signature=p.signature if p.HasField("signature") else None,
    )


def interaction_content_to_proto(s: m.InteractionContent) -> interactions_pb2.InteractionContent:
    return interactions_pb2.InteractionContent(
        type=s.type,
        text=s.text,
        id=s.id,
        name=s.name,
        arguments=None if s.arguments is ABSENT else bytes(s.arguments).decode(),
        call_id=s.call_id,
        result=None if s.result is ABSENT else bytes(s.result).decode(),
        response=None if s.response is ABSENT else bytes(s.response).decode(),
        data=s.data,
        mime_type=s.mime_type,
        uri=s.uri,
        summary=[interaction_text_to_proto(v) for v in s.summary or ()],
        signature=s.signature,
    )


def interaction_contents_from_proto(
    p: interactions_pb2.InteractionContents,
) -> m.InteractionContents:
    return [interaction_content_from_proto(v) for v in p.items]


def interaction_contents_to_proto(s: m.InteractionContents) -> interactions_pb2.InteractionContents:
    return interactions_pb2.InteractionContents(items=[interaction_content_to_proto(v) for v in s])


def interaction_turn_content_from_proto(
    p: interactions_pb2.InteractionTurnContent,
) -> m.InteractionTurnContent:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "items":
        return interaction_contents_from_proto(p.items)
    raise nothing_set("InteractionTurnContent")


def interaction_turn_content_to_proto(
    s: m.InteractionTurnContent,
) -> interactions_pb2.InteractionTurnContent:
    if isinstance(s, str):
        return interactions_pb2.InteractionTurnContent(text=s)
    if isinstance(s, list):
        return interactions_pb2.InteractionTurnContent(items=interaction_contents_to_proto(s))
    raise TypeError(type(s))


def interaction_turn_from_proto(p: interactions_pb2.InteractionTurn) -> m.InteractionTurn:
    return m.InteractionTurn(
        role=p.role if p.HasField("role") else None,  # type: ignore[arg-type]
        content=interaction_turn_content_from_proto(p.content) if p.HasField("content") else None,
        type=p.type if p.HasField("type") else None,
        text=p.text if p.HasField("text") else None,
        id=p.id if p.HasField("id") else None,
        name=p.name if p.HasField("name") else None,
        arguments=json_text(p.arguments) if p.HasField("arguments") else ABSENT,
        call_id=p.call_id if p.HasField("call_id") else None,
        result=json_text(p.result) if p.HasField("result") else ABSENT,
        response=json_text(p.response) if p.HasField("response") else ABSENT,
        data=p.data if p.HasField("data") else None,
        mime_type=p.mime_type if p.HasField("mime_type") else None,
        uri=p.uri if p.HasField("uri") else None,
    )


def interaction_turn_to_proto(s: m.InteractionTurn) -> interactions_pb2.InteractionTurn:
    return interactions_pb2.InteractionTurn(
        role=s.role,
        content=None if s.content is None else interaction_turn_content_to_proto(s.content),
        type=s.type,
        text=s.text,
        id=s.id,
        name=s.name,
        arguments=None if s.arguments is ABSENT else bytes(s.arguments).decode(),
        call_id=s.call_id,
        result=None if s.result is ABSENT else bytes(s.result).decode(),
        response=None if s.response is ABSENT else bytes(s.response).decode(),
        data=s.data,
        mime_type=s.mime_type,
        uri=s.uri,
    )


def interaction_turns_from_proto(p: interactions_pb2.InteractionTurns) -> m.InteractionTurns:
    return [interaction_turn_from_proto(v) for v in p.turns]


def interaction_turns_to_proto(s: m.InteractionTurns) -> interactions_pb2.InteractionTurns:
    return interactions_pb2.InteractionTurns(turns=[interaction_turn_to_proto(v) for v in s])


def interaction_input_from_proto(p: interactions_pb2.InteractionInput) -> m.InteractionInput:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "turns":
        return interaction_turns_from_proto(p.turns)
    if kind == "item":
        return interaction_turn_from_proto(p.item)
    raise nothing_set("InteractionInput")


def interaction_input_to_proto(s: m.InteractionInput) -> interactions_pb2.InteractionInput:
    if isinstance(s, str):
        return interactions_pb2.InteractionInput(text=s)
    if isinstance(s, list):
        return interactions_pb2.InteractionInput(turns=interaction_turns_to_proto(s))
    if isinstance(s, m.InteractionTurn):
        return interactions_pb2.InteractionInput(item=interaction_turn_to_proto(s))
    raise TypeError(type(s))


def interaction_config_from_proto(p: interactions_pb2.InteractionConfig) -> m.InteractionConfig:
    return m.InteractionConfig(
        temperature=p.temperature if p.HasField("temperature") else None,
        top_k=p.top_k if p.HasField("top_k") else None,
        top_p=p.top_p if p.HasField("top_p") else None,
        max_output_tokens=p.max_output_tokens if p.HasField("max_output_tokens") else None,
        seed=p.seed if p.HasField("seed") else None,
        stop_sequences=list(p.stop_sequences) or None,
        thinking_level=p.thinking_level if p.HasField("thinking_level") else None,  # type: ignore[arg-type]
        tool_choice=p.tool_choice if p.HasField("tool_choice") else None,  # type: ignore[arg-type]
    )


def interaction_config_to_proto(s: m.InteractionConfig) -> interactions_pb2.InteractionConfig:
    return interactions_pb2.InteractionConfig(
        temperature=s.temperature,
        top_k=s.top_k,
        top_p=s.top_p,
        max_output_tokens=s.max_output_tokens,
        seed=s.seed,
        stop_sequences=s.stop_sequences,
        thinking_level=s.thinking_level,
        tool_choice=s.tool_choice,
    )


def interaction_function_from_proto(
    p: interactions_pb2.InteractionFunction,
) -> m.InteractionFunction:
    return m.InteractionFunction(
        name=p.name,
        description=p.description if p.HasField("description") else None,
        parameters=json_text(p.parameters) if p.HasField("parameters") else ABSENT,
    )


def interaction_function_to_proto(s: m.InteractionFunction) -> interactions_pb2.InteractionFunction:
    return interactions_pb2.InteractionFunction(
        name=s.name,
        description=s.description,
        parameters=None if s.parameters is ABSENT else bytes(s.parameters).decode(),
    )


def interaction_tool_from_proto(p: interactions_pb2.InteractionTool) -> m.InteractionTool:
    return m.InteractionTool(
        type=p.type if p.HasField("type") else None,
        name=p.name if p.HasField("name") else None,
        description=p.description if p.HasField("description") else None,
        parameters=json_text(p.parameters) if p.HasField("parameters") else ABSENT,
        function_declarations=[interaction_function_from_proto(v) for v in p.function_declarations]
        or None,
    )


def interaction_tool_to_proto(s: m.InteractionTool) -> interactions_pb2.InteractionTool:
    return interactions_pb2.InteractionTool(
        type=s.type,
        name=s.name,
        description=s.description,
        parameters=None if s.parameters is ABSENT else bytes(s.parameters).decode(),
        function_declarations=[
            interaction_function_to_proto(v) for v in s.function_declarations or ()
        ],
    )


def create_interaction_request_from_proto(
    p: interactions_pb2.CreateInteractionRequest,
) -> m.CreateInteractionRequest:
    return m.CreateInteractionRequest(
        model=p.model,
        input=interaction_input_from_proto(p.input),
        system_instruction=p.system_instruction if p.HasField("system_instruction") else None,
        generation_config=interaction_config_from_proto(p.generation_config)
        if p.HasField("generation_config")
        else None,
        tools=[interaction_tool_from_proto(v) for v in p.tools] or None,
        previous_interaction_id=p.previous_interaction_id
        if p.HasField("previous_interaction_id")
        else None,
        stream=p.stream if p.HasField("stream") else None,
        store=p.store if p.HasField("store") else None,
        response_modalities=list(p.response_modalities) or None,
        response_format=json_text(p.response_format) if p.HasField("response_format") else ABSENT,
        response_mime_type=p.response_mime_type if p.HasField("response_mime_type") else None,
        service_tier=p.service_tier if p.HasField("service_tier") else None,  # type: ignore[arg-type]
        background=p.background if p.HasField("background") else None,
        extra={k: json_text(v) for k, v in p.extra.items()} or None,
    )


def create_interaction_request_to_proto(
    s: m.CreateInteractionRequest,
) -> interactions_pb2.CreateInteractionRequest:
    return interactions_pb2.CreateInteractionRequest(
        model=s.model,
        input=interaction_input_to_proto(s.input),
        system_instruction=s.system_instruction,
        generation_config=None
        if s.generation_config is None
        else interaction_config_to_proto(s.generation_config),
        tools=[interaction_tool_to_proto(v) for v in s.tools or ()],
        previous_interaction_id=s.previous_interaction_id,
        stream=s.stream,
        store=s.store,
        response_modalities=s.response_modalities,
        response_format=None if s.response_format is ABSENT else bytes(s.response_format).decode(),
        response_mime_type=s.response_mime_type,
        service_tier=s.service_tier,
        background=s.background,
        extra={k: bytes(v).decode() for k, v in (s.extra or {}).items()},
    )


def interaction_usage_from_proto(p: interactions_pb2.InteractionUsage) -> m.InteractionUsage:
    return m.InteractionUsage(
        total_input_tokens=p.total_input_tokens,
        total_output_tokens=p.total_output_tokens,
        total_tokens=p.total_tokens,
        total_cached_tokens=p.total_cached_tokens if p.HasField("total_cached_tokens") else None,
        total_thought_tokens=p.total_thought_tokens if p.HasField("total_thought_tokens") else None,
    )


def interaction_usage_to_proto(s: m.InteractionUsage) -> interactions_pb2.InteractionUsage:
    return interactions_pb2.InteractionUsage(
        total_input_tokens=s.total_input_tokens,
        total_output_tokens=s.total_output_tokens,
        total_tokens=s.total_tokens,
        total_cached_tokens=s.total_cached_tokens,
        total_thought_tokens=s.total_thought_tokens,
    )


def interaction_from_proto(p: interactions_pb2.Interaction) -> m.Interaction:
    return m.Interaction(
        id=p.id,
        created=p.created,
        updated=p.updated,
        model=p.model,
        outputs=[interaction_content_from_proto(v) for v in p.outputs],
        usage=interaction_usage_from_proto(p.usage),
    )


def interaction_to_proto(s: m.Interaction) -> interactions_pb2.Interaction:
    return interactions_pb2.Interaction(
        id=s.id,
        object=s.object,
        status=s.status,
        created=s.created,
        updated=s.updated,
        model=s.model,
        role=s.role,
        outputs=[interaction_content_to_proto(v) for v in s.outputs],
        usage=interaction_usage_to_proto(s.usage),
    )


def interaction_state_from_proto(p: interactions_pb2.InteractionState) -> m.InteractionState:
    return m.InteractionState(
        id=p.id,
        status=p.status,
        created=p.created,
        updated=p.updated,
        model=p.model,
        usage=interaction_usage_from_proto(p.usage) if p.HasField("usage") else None,
    )


def interaction_state_to_proto(s: m.InteractionState) -> interactions_pb2.InteractionState:
    return interactions_pb2.InteractionState(
        id=s.id,
        object=s.object,
        status=s.status,
        created=s.created,
        updated=s.updated,
        model=s.model,
        role=s.role,
        usage=None if s.usage is None else interaction_usage_to_proto(s.usage),
    )


def interaction_delta_from_proto(p: interactions_pb2.InteractionDelta) -> m.InteractionDelta:
    return m.InteractionDelta(
        type=p.type,
        text=p.text if p.HasField("text") else None,
        content=interaction_text_from_proto(p.content) if p.HasField("content") else None,
        id=p.id if p.HasField("id") else None,
        name=p.name if p.HasField("name") else None,
        arguments=json_text(p.arguments) if p.HasField("arguments") else ABSENT,
    )


def interaction_delta_to_proto(s: m.InteractionDelta) -> interactions_pb2.InteractionDelta:
    return interactions_pb2.InteractionDelta(
        type=s.type,
        text=s.text,
        content=None if s.content is None else interaction_text_to_proto(s.content),
        id=s.id,
        name=s.name,
        arguments=None if s.arguments is ABSENT else bytes(s.arguments).decode(),
    )


def interaction_event_from_proto(p: interactions_pb2.InteractionEvent) -> m.InteractionEvent:
    return m.InteractionEvent(
        event_type=p.event_type,
        interaction=interaction_state_from_proto(p.interaction)
        if p.HasField("interaction")
        else None,
        index=p.index if p.HasField("index") else None,
        content=interaction_content_from_proto(p.content) if p.HasField("content") else None,
        delta=interaction_delta_from_proto(p.delta) if p.HasField("delta") else None,
    )


def interaction_event_to_proto(s: m.InteractionEvent) -> interactions_pb2.InteractionEvent:
    return interactions_pb2.InteractionEvent(
        event_type=s.event_type,
        interaction=None if s.interaction is None else interaction_state_to_proto(s.interaction),
        index=s.index,
        content=None if s.content is None else interaction_content_to_proto(s.content),
        delta=None if s.delta is None else interaction_delta_to_proto(s.delta),
    )


def legacy_url_from_proto(p: legacy_pb2.LegacyUrl) -> m.LegacyUrl:
    return m.LegacyUrl(
        uri=p.uri,
    )


def legacy_url_to_proto(s: m.LegacyUrl) -> legacy_pb2.LegacyUrl:
    return legacy_pb2.LegacyUrl(
        uri=s.uri,
    )


def legacy_image_from_proto(p: legacy_pb2.LegacyImage) -> m.LegacyImage:
    return m.LegacyImage(
        url=legacy_url_from_proto(p.url) if p.HasField("url") else None,
        data=p.data if p.HasField("data") else None,
    )


def legacy_image_to_proto(s: m.LegacyImage) -> legacy_pb2.LegacyImage:
    return legacy_pb2.LegacyImage(
        url=None if s.url is None else legacy_url_to_proto(s.url),
        data=s.data,
    )


def legacy_content_item_from_proto(p: legacy_pb2.LegacyContentItem) -> m.LegacyContentItem:
    return m.LegacyContentItem(
        type=p.type,  # type: ignore[arg-type]
        text=p.text if p.HasField("text") else None,
        image=legacy_image_from_proto(p.image) if p.HasField("image") else None,
    )


def legacy_content_item_to_proto(s: m.LegacyContentItem) -> legacy_pb2.LegacyContentItem:
    return legacy_pb2.LegacyContentItem(
        type=s.type,
        text=s.text,
        image=None if s.image is None else legacy_image_to_proto(s.image),
    )


def legacy_content_items_from_proto(p: legacy_pb2.LegacyContentItems) -> m.LegacyContentItems:
    return [legacy_content_item_from_proto(v) for v in p.items]


def legacy_content_items_to_proto(s: m.LegacyContentItems) -> legacy_pb2.LegacyContentItems:
    return legacy_pb2.LegacyContentItems(items=[legacy_content_item_to_proto(v) for v in s])


def legacy_content_from_proto(p: legacy_pb2.LegacyContent) -> m.LegacyContent:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "item":
        return legacy_content_item_from_proto(p.item)
    if kind == "items":
        return legacy_content_items_from_proto(p.items)
    raise nothing_set("LegacyContent")


def legacy_content_to_proto(s: m.LegacyContent) -> legacy_pb2.LegacyContent:
    if isinstance(s, str):
        return legacy_pb2.LegacyContent(text=s)
    if isinstance(s, m.LegacyContentItem):
        return legacy_pb2.LegacyContent(item=legacy_content_item_to_proto(s))
    if isinstance(s, list):
        return legacy_pb2.LegacyContent(items=legacy_content_items_to_proto(s))
    raise TypeError(type(s))


def legacy_tool_call_from_proto(p: legacy_pb2.LegacyToolCall) -> m.LegacyToolCall:
    return m.LegacyToolCall(
        call_id=p.call_id,
        tool_name=p.tool_name,
        arguments=json_text(p.arguments),
    )


def legacy_tool_call_to_proto(s: m.LegacyToolCall) -> legacy_pb2.LegacyToolCall:
    return legacy_pb2.LegacyToolCall(
        call_id=s.call_id,
        tool_name=s.tool_name,
        arguments=bytes(s.arguments).decode(),
    )


def legacy_message_from_proto(p: legacy_pb2.LegacyMessage) -> m.LegacyMessage:
    return m.LegacyMessage(
        role=p.role,  # type: ignore[arg-type]
        content=legacy_content_from_proto(p.content),
        context=legacy_content_from_proto(p.context) if p.HasField("context") else None,
        call_id=p.call_id if p.HasField("call_id") else None,
        stop_reason=p.stop_reason if p.HasField("stop_reason") else None,
        tool_calls=[legacy_tool_call_from_proto(v) for v in p.tool_calls] or None,
    )


def legacy_message_to_proto(s: m.LegacyMessage) -> legacy_pb2.LegacyMessage:
    return legacy_pb2.LegacyMessage(
        role=s.role,
        content=legacy_content_to_proto(s.content),
        context=None if s.context is None else legacy_content_to_proto(s.context),
        call_id=s.call_id,
        stop_reason=s.stop_reason,
        tool_calls=[legacy_tool_call_to_proto(v) for v in s.tool_calls or ()],
    )


def legacy_sampling_strategy_from_proto(
    p: legacy_pb2.LegacySamplingStrategy,
) -> m.LegacySamplingStrategy:
    return m.LegacySamplingStrategy(
        type=p.type,  # type: ignore[arg-type]
        temperature=p.temperature if p.HasField("temperature") else None,
        top_p=p.top_p if p.HasField("top_p") else None,
        top_k=p.top_k if p.HasField("top_k") else None,
    )


def legacy_sampling_strategy_to_proto(
    s: m.LegacySamplingStrategy,
) -> legacy_pb2.LegacySamplingStrategy:
    return legacy_pb2.LegacySamplingStrategy(
        type=s.type,
        temperature=s.temperature,
        top_p=s.top_p,
        top_k=s.top_k,
    )


def legacy_sampling_params_from_proto(p: legacy_pb2.LegacySamplingParams) -> m.LegacySamplingParams:
    return m.LegacySamplingParams(
        strategy=legacy_sampling_strategy_from_proto(p.strategy)
        if p.HasField("strategy")
        else None,
        max_tokens=p.max_tokens if p.HasField("max_tokens") else None,
        repetition_penalty=p.repetition_penalty if p.HasField("repetition_penalty") else None,
        stop=list(p.stop) or None,
    )


def legacy_sampling_params_to_proto(s: m.LegacySamplingParams) -> legacy_pb2.LegacySamplingParams:
    return legacy_pb2.LegacySamplingParams(
        strategy=None if s.strategy is None else legacy_sampling_strategy_to_proto(s.strategy),
        max_tokens=s.max_tokens,
        repetition_penalty=s.repetition_penalty,
        stop=s.stop,
    )


def legacy_tool_parameter_from_proto(p: legacy_pb2.LegacyToolParameter) -> m.LegacyToolParameter:
    return m.LegacyToolParameter(
        param_type=p.param_type,
        description=p.description if p.HasField("description") else None,
        required=p.required if p.HasField("required") else None,
        default=json_text(p.default) if p.HasField("default") else ABSENT,
    )


def legacy_tool_parameter_to_proto(s: m.LegacyToolParameter) -> legacy_pb2.LegacyToolParameter:
    return legacy_pb2.LegacyToolParameter(
        param_type=s.param_type,
        description=s.description,
        required=s.required,
        default=None if s.default is ABSENT else bytes(s.default).decode(),
    )


def legacy_tool_definition_from_proto(p: legacy_pb2.LegacyToolDefinition) -> m.LegacyToolDefinition:
    return m.LegacyToolDefinition(
        tool_name=p.tool_name,
        description=p.description if p.HasField("description") else None,
        parameters={k: legacy_tool_parameter_from_proto(v) for k, v in p.parameters.items()}
        or None,
    )


def legacy_tool_definition_to_proto(s: m.LegacyToolDefinition) -> legacy_pb2.LegacyToolDefinition:
    return legacy_pb2.LegacyToolDefinition(
        tool_name=s.tool_name,
        description=s.description,
        parameters={k: legacy_tool_parameter_to_proto(v) for k, v in (s.parameters or {}).items()},
    )


def legacy_response_format_from_proto(p: legacy_pb2.LegacyResponseFormat) -> m.LegacyResponseFormat:
    return m.LegacyResponseFormat(
        type=p.type,  # type: ignore[arg-type]
        json_schema=json_text(p.json_schema) if p.HasField("json_schema") else ABSENT,
        bnf=json_text(p.bnf) if p.HasField("bnf") else ABSENT,
    )


def legacy_response_format_to_proto(s: m.LegacyResponseFormat) -> legacy_pb2.LegacyResponseFormat:
    return legacy_pb2.LegacyResponseFormat(
        type=s.type,
        json_schema=None if s.json_schema is ABSENT else bytes(s.json_schema).decode(),
        bnf=None if s.bnf is ABSENT else bytes(s.bnf).decode(),
    )


def legacy_logprobs_from_proto(p: legacy_pb2.LegacyLogprobs) -> m.LegacyLogprobs:
    return m.LegacyLogprobs(
        top_k=p.top_k if p.HasField("top_k") else None,
    )


def legacy_logprobs_to_proto(s: m.LegacyLogprobs) -> legacy_pb2.LegacyLogprobs:
    return legacy_pb2.LegacyLogprobs(
        top_k=s.top_k,
    )


def legacy_tool_config_from_proto(p: legacy_pb2.LegacyToolConfig) -> m.LegacyToolConfig:
    return m.LegacyToolConfig(
        tool_choice=p.tool_choice if p.HasField("tool_choice") else None,
        tool_prompt_format=p.tool_prompt_format if p.HasField("tool_prompt_format") else None,
        system_message_behavior=p.system_message_behavior
        if p.HasField("system_message_behavior")
        else None,
    )


def legacy_tool_config_to_proto(s: m.LegacyToolConfig) -> legacy_pb2.LegacyToolConfig:
    return legacy_pb2.LegacyToolConfig(
        tool_choice=s.tool_choice,
        tool_prompt_format=s.tool_prompt_format,
        system_message_behavior=s.system_message_behavior,
    )


def legacy_chat_request_from_proto(p: legacy_pb2.LegacyChatRequest) -> m.LegacyChatRequest:
    return m.LegacyChatRequest(
        model_id=p.model_id,
        messages=[legacy_message_from_proto(v) for v in p.messages],
        sampling_params=legacy_sampling_params_from_proto(p.sampling_params)
        if p.HasField("sampling_params")
        else None,
        tools=[legacy_tool_definition_from_proto(v) for v in p.tools] or None,
        tool_choice=p.tool_choice if p.HasField("tool_choice") else None,  # type: ignore[arg-type]
        tool_prompt_format=p.tool_prompt_format if p.HasField("tool_prompt_format") else None,
        response_format=legacy_response_format_from_proto(p.response_format)
        if p.HasField("response_format")
        else None,
        stream=p.stream if p.HasField("stream") else None,
        logprobs=legacy_logprobs_from_proto(p.logprobs) if p.HasField("logprobs") else None,
        tool_config=legacy_tool_config_from_proto(p.tool_config)
        if p.HasField("tool_config")
        else None,
    )


def legacy_chat_request_to_proto(s: m.LegacyChatRequest) -> legacy_pb2.LegacyChatRequest:
    return legacy_pb2.LegacyChatRequest(
        model_id=s.model_id,
        messages=[legacy_message_to_proto(v) for v in s.messages],
        sampling_params=None
        if s.sampling_params is None
        else legacy_sampling_params_to_proto(s.sampling_params),
        tools=[legacy_tool_definition_to_proto(v) for v in s.tools or ()],
        tool_choice=s.tool_choice,
        tool_prompt_format=s.tool_prompt_format,
        response_format=None
        if s.response_format is None
        else legacy_response_format_to_proto(s.response_format),
        stream=s.stream,
        logprobs=None if s.logprobs is None else legacy_logprobs_to_proto(s.logprobs),
        tool_config=None if s.tool_config is None else legacy_tool_config_to_proto(s.tool_config),
    )


def legacy_metric_from_proto(p: legacy_pb2.LegacyMetric) -> m.LegacyMetric:
    return m.LegacyMetric(
        metric=p.metric,
        value=p.value,
    )


def legacy_metric_to_proto(s: m.LegacyMetric) -> legacy_pb2.LegacyMetric:
    return legacy_pb2.LegacyMetric(
        metric=s.metric,
        value=s.value,
        unit=s.unit,
    )


def legacy_completion_message_from_proto(
    p: legacy_pb2.LegacyCompletionMessage,
) -> m.LegacyCompletionMessage:
    return m.LegacyCompletionMessage(
        content=p.content,
        stop_reason=p.stop_reason,
        tool_calls=[legacy_tool_call_from_proto(v) for v in p.tool_calls],
    )


def legacy_completion_message_to_proto(
    s: m.LegacyCompletionMessage,
) -> legacy_pb2.LegacyCompletionMessage:
    return legacy_pb2.LegacyCompletionMessage(
        role=s.role,
        content=s.content,
        stop_reason=s.stop_reason,
        tool_calls=[legacy_tool_call_to_proto(v) for v in s.tool_calls],
    )


def legacy_token_logprobs_from_proto(p: legacy_pb2.LegacyTokenLogprobs) -> m.LegacyTokenLogprobs:
    return m.LegacyTokenLogprobs(
        logprobs_by_token={k: v for k, v in p.logprobs_by_token.items()},
    )


def legacy_token_logprobs_to_proto(s: m.LegacyTokenLogprobs) -> legacy_pb2.LegacyTokenLogprobs:
    return legacy_pb2.LegacyTokenLogprobs(
        logprobs_by_token=s.logprobs_by_token,
    )


def legacy_chat_answer_from_proto(p: legacy_pb2.LegacyChatAnswer) -> m.LegacyChatAnswer:
    return m.LegacyChatAnswer(
        metrics=[legacy_metric_from_proto(v) for v in p.metrics] or None,
        completion_message=legacy_completion_message_from_proto(p.completion_message),
        logprobs=[legacy_token_logprobs_from_proto(v) for v in p.logprobs] or None,
    )


def legacy_chat_answer_to_proto(s: m.LegacyChatAnswer) -> legacy_pb2.LegacyChatAnswer:
    return legacy_pb2.LegacyChatAnswer(
        metrics=[legacy_metric_to_proto(v) for v in s.metrics or ()],
        completion_message=legacy_completion_message_to_proto(s.completion_message),
        logprobs=[legacy_token_logprobs_to_proto(v) for v in s.logprobs or ()],
    )


def legacy_tool_call_delta_from_proto(p: legacy_pb2.LegacyToolCallDelta) -> m.LegacyToolCallDelta:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "call":
        return legacy_tool_call_from_proto(p.call)
    raise nothing_set("LegacyToolCallDelta")


def legacy_tool_call_delta_to_proto(s: m.LegacyToolCallDelta) -> legacy_pb2.LegacyToolCallDelta:
    if isinstance(s, str):
        return legacy_pb2.LegacyToolCallDelta(text=s)
    if isinstance(s, m.LegacyToolCall):
        return legacy_pb2.LegacyToolCallDelta(call=legacy_tool_call_to_proto(s))
    raise TypeError(type(s))


def legacy_delta_from_proto(p: legacy_pb2.LegacyDelta) -> m.LegacyDelta:
    return m.LegacyDelta(
        type=p.type,
        text=p.text if p.HasField("text") else None,
        tool_call=legacy_tool_call_delta_from_proto(p.tool_call)
        if p.HasField("tool_call")
        else None,
        parse_status=p.parse_status if p.HasField("parse_status") else None,
    )


def legacy_delta_to_proto(s: m.LegacyDelta) -> legacy_pb2.LegacyDelta:
    return legacy_pb2.LegacyDelta(
        type=s.type,
        text=s.text,
        tool_call=None if s.tool_call is None else legacy_tool_call_delta_to_proto(s.tool_call),
        parse_status=s.parse_status,
    )


def legacy_chat_event_from_proto(p: legacy_pb2.LegacyChatEvent) -> m.LegacyChatEvent:
    return m.LegacyChatEvent(
        event_type=p.event_type,
        delta=legacy_delta_from_proto(p.delta),
        logprobs=[legacy_token_logprobs_from_proto(v) for v in p.logprobs] or None,
        stop_reason=p.stop_reason if p.HasField("stop_reason") else None,
    )


def legacy_chat_event_to_proto(s: m.LegacyChatEvent) -> legacy_pb2.LegacyChatEvent:
    return legacy_pb2.LegacyChatEvent(
        event_type=s.event_type,
        delta=legacy_delta_to_proto(s.delta),
        logprobs=[legacy_token_logprobs_to_proto(v) for v in s.logprobs or ()],
        stop_reason=s.stop_reason,
    )


def legacy_chat_chunk_from_proto(p: legacy_pb2.LegacyChatChunk) -> m.LegacyChatChunk:
    return m.LegacyChatChunk(
        metrics=[legacy_metric_from_proto(v) for v in p.metrics] or None,
        event=legacy_chat_event_from_proto(p.event),
    )


def legacy_chat_chunk_to_proto(s: m.LegacyChatChunk) -> legacy_pb2.LegacyChatChunk:
    return legacy_pb2.LegacyChatChunk(
        metrics=[legacy_metric_to_proto(v) for v in s.metrics or ()],
        event=legacy_chat_event_to_proto(s.event),
    )


def legacy_completion_request_from_proto(
    p: legacy_pb2.LegacyCompletionRequest,
) -> m.LegacyCompletionRequest:
    return m.LegacyCompletionRequest(
        model_id=p.model_id,
        content=legacy_content_from_proto(p.content),
        sampling_params=legacy_sampling_params_from_proto(p.sampling_params)
        if p.HasField("sampling_params")
        else None,
        response_format=legacy_response_format_from_proto(p.response_format)
        if p.HasField("response_format")
        else None,
        stream=p.stream if p.HasField("stream") else None,
        logprobs=legacy_logprobs_from_proto(p.logprobs) if p.HasField("logprobs") else None,
    )


def legacy_completion_request_to_proto(
    s: m.LegacyCompletionRequest,
) -> legacy_pb2.LegacyCompletionRequest:
    return legacy_pb2.LegacyCompletionRequest(
        model_id=s.model_id,
        content=legacy_content_to_proto(s.content),
        sampling_params=None
        if s.sampling_params is None
        else legacy_sampling_params_to_proto(s.sampling_params),
        response_format=None
        if s.response_format is None
        else legacy_response_format_to_proto(s.response_format),
        stream=s.stream,
        logprobs=None if s.logprobs is None else legacy_logprobs_to_proto(s.logprobs),
    )


def legacy_completion_answer_from_proto(
    p: legacy_pb2.LegacyCompletionAnswer,
) -> m.LegacyCompletionAnswer:
    return m.LegacyCompletionAnswer(
        metrics=[legacy_metric_from_proto(v) for v in p.metrics] or None,
        content=p.content,
        stop_reason=p.stop_reason,
        logprobs=[legacy_token_logprobs_from_proto(v) for v in p.logprobs] or None,
    )


def legacy_completion_answer_to_proto(
    s: m.LegacyCompletionAnswer,
) -> legacy_pb2.LegacyCompletionAnswer:
    return legacy_pb2.LegacyCompletionAnswer(
        metrics=[legacy_metric_to_proto(v) for v in s.metrics or ()],
        content=s.content,
        stop_reason=s.stop_reason,
        logprobs=[legacy_token_logprobs_to_proto(v) for v in s.logprobs or ()],
    )


def legacy_completion_chunk_from_proto(
    p: legacy_pb2.LegacyCompletionChunk,
) -> m.LegacyCompletionChunk:
    return m.LegacyCompletionChunk(
        metrics=[legacy_metric_from_proto(v) for v in p.metrics] or None,
        delta=p.delta,
        stop_reason=p.stop_reason if p.HasField("stop_reason") else None,
        logprobs=[legacy_token_logprobs_from_proto(v) for v in p.logprobs] or None,
    )


def legacy_completion_chunk_to_proto(
    s: m.LegacyCompletionChunk,
) -> legacy_pb2.LegacyCompletionChunk:
    return legacy_pb2.LegacyCompletionChunk(
        metrics=[legacy_metric_to_proto(v) for v in s.metrics or ()],
        delta=s.delta,
        stop_reason=s.stop_reason,
        logprobs=[legacy_token_logprobs_to_proto(v) for v in s.logprobs or ()],
    )


def legacy_embeddings_request_from_proto(
    p: legacy_pb2.LegacyEmbeddingsRequest,
) -> m.LegacyEmbeddingsRequest:
    return m.LegacyEmbeddingsRequest(
        model_id=p.model_id,
        contents=[legacy_content_from_proto(v) for v in p.contents],
        text_truncation=p.text_truncation if p.HasField("text_truncation") else None,  # type: ignore[arg-type]
        output_dimension=p.output_dimension if p.HasField("output_dimension") else None,
        task_type=p.task_type if p.HasField("task_type") else None,  # type: ignore[arg-type]
    )


def legacy_embeddings_request_to_proto(
    s: m.LegacyEmbeddingsRequest,
) -> legacy_pb2.LegacyEmbeddingsRequest:
    return legacy_pb2.LegacyEmbeddingsRequest(
        model_id=s.model_id,
        contents=[legacy_content_to_proto(v) for v in s.contents],
        text_truncation=s.text_truncation,
        output_dimension=s.output_dimension,
        task_type=s.task_type,
    )


def legacy_embeddings_answer_from_proto(
    p: legacy_pb2.LegacyEmbeddingsAnswer,
) -> m.LegacyEmbeddingsAnswer:
    return m.LegacyEmbeddingsAnswer(
        embeddings=[floats_from_proto(v) for v in p.embeddings],
    )


def legacy_embeddings_answer_to_proto(
    s: m.LegacyEmbeddingsAnswer,
) -> legacy_pb2.LegacyEmbeddingsAnswer:
    return legacy_pb2.LegacyEmbeddingsAnswer(
        embeddings=[floats_to_proto(v) for v in s.embeddings],
    )


def legacy_messages_from_proto(p: legacy_pb2.LegacyMessages) -> m.LegacyMessages:
    return [legacy_message_from_proto(v) for v in p.messages]


def legacy_messages_to_proto(s: m.LegacyMessages) -> legacy_pb2.LegacyMessages:
    return legacy_pb2.LegacyMessages(messages=[legacy_message_to_proto(v) for v in s])


def legacy_batch_chat_request_from_proto(
    p: legacy_pb2.LegacyBatchChatRequest,
) -> m.LegacyBatchChatRequest:
    return m.LegacyBatchChatRequest(
        model_id=p.model_id,
        messages_batch=[legacy_messages_from_proto(v) for v in p.messages_batch],
        sampling_params=legacy_sampling_params_from_proto(p.sampling_params)
        if p.HasField("sampling_params")
        else None,
        tools=[legacy_tool_definition_from_proto(v) for v in p.tools] or None,
        tool_config=legacy_tool_config_from_proto(p.tool_config)
        if p.HasField("tool_config")
        else None,
        response_format=legacy_response_format_from_proto(p.response_format)
        if p.HasField("response_format")
        else None,
        logprobs=legacy_logprobs_from_proto(p.logprobs) if p.HasField("logprobs") else None,
    )


def legacy_batch_chat_request_to_proto(
    s: m.LegacyBatchChatRequest,
) -> legacy_pb2.LegacyBatchChatRequest:
    return legacy_pb2.LegacyBatchChatRequest(
        model_id=s.model_id,
        messages_batch=[legacy_messages_to_proto(v) for v in s.messages_batch],
        sampling_params=None
        if s.sampling_params is None
        else legacy_sampling_params_to_proto(s.sampling_params),
        tools=[legacy_tool_definition_to_proto(v) for v in s.tools or ()],
        tool_config=None if s.tool_config is None else legacy_tool_config_to_proto(s.tool_config),
        response_format=None
        if s.response_format is None
        else legacy_response_format_to_proto(s.response_format),
        logprobs=None if s.logprobs is None else legacy_logprobs_to_proto(s.logprobs),
    )


def legacy_batch_chat_answer_from_proto(
    p: legacy_pb2.LegacyBatchChatAnswer,
) -> m.LegacyBatchChatAnswer:
    return m.LegacyBatchChatAnswer(
        batch=[legacy_chat_answer_from_proto(v) for v in p.batch],
    )


def legacy_batch_chat_answer_to_proto(
    s: m.LegacyBatchChatAnswer,
) -> legacy_pb2.LegacyBatchChatAnswer:
    return legacy_pb2.LegacyBatchChatAnswer(
        batch=[legacy_chat_answer_to_proto(v) for v in s.batch],
    )


def legacy_batch_completion_request_from_proto(
    p: legacy_pb2.LegacyBatchCompletionRequest,
) -> m.LegacyBatchCompletionRequest:
    return m.LegacyBatchCompletionRequest(
        model_id=p.model_id,
        content_batch=[legacy_content_from_proto(v) for v in p.content_batch],
        sampling_params=legacy_sampling_params_from_proto(p.sampling_params)
        if p.HasField("sampling_params")
        else None,
        response_format=legacy_response_format_from_proto(p.response_format)
        if p.HasField("response_format")
        else None,
        logprobs=legacy_logprobs_from_proto(p.logprobs) if p.HasField("logprobs") else None,
    )


def legacy_batch_completion_request_to_proto(
    s: m.LegacyBatchCompletionRequest,
) -> legacy_pb2.LegacyBatchCompletionRequest:
    return legacy_pb2.LegacyBatchCompletionRequest(
        model_id=s.model_id,
        content_batch=[legacy_content_to_proto(v) for v in s.content_batch],
        sampling_params=None
        if s.sampling_params is None
        else legacy_sampling_params_to_proto(s.sampling_params),
        response_format=None
        if s.response_format is None
        else legacy_response_format_to_proto(s.response_format),
        logprobs=None if s.logprobs is None else legacy_logprobs_to_proto(s.logprobs),
    )


def legacy_batch_completion_answer_from_proto(
    p: legacy_pb2.LegacyBatchCompletionAnswer,
) -> m.LegacyBatchCompletionAnswer:
    return m.LegacyBatchCompletionAnswer(
        batch=[legacy_completion_answer_from_proto(v) for v in p.batch],
    )


def legacy_batch_completion_answer_to_proto(
    s: m.LegacyBatchCompletionAnswer,
) -> legacy_pb2.LegacyBatchCompletionAnswer:
    return legacy_pb2.LegacyBatchCompletionAnswer(
        batch=[legacy_completion_answer_to_proto(v) for v in s.batch],
    )


def image_source_from_proto(p: messages_pb2.ImageSource) -> m.ImageSource:
    return m.ImageSource(
        type=p.type,
        media_type=p.media_type if p.HasField("media_type") else None,
        data=p.data if p.HasField("data") else None,
        url=p.url if p.HasField("url") else None,
    )


def image_source_to_proto(s: m.ImageSource) -> messages_pb2.ImageSource:
    return messages_pb2.ImageSource(
        type=s.type,
        media_type=s.media_type,
        data=s.data,
        url=s.url,
    )


def tool_result_block_from_proto(p: messages_pb2.ToolResultBlock) -> m.ToolResultBlock:
    return m.ToolResultBlock(
        type=p.type,
        text=p.text if p.HasField("text") else None,
        source=image_source_from_proto(p.source) if p.HasField("source") else None,
    )


def tool_result_block_to_proto(s: m.ToolResultBlock) -> messages_pb2.ToolResultBlock:
    return messages_pb2.ToolResultBlock(
        type=s.type,
        text=s.text,
        source=None if s.source is None else image_source_to_proto(s.source),
    )


def tool_result_blocks_from_proto(p: messages_pb2.ToolResultBlocks) -> m.ToolResultBlocks:
    return [tool_result_block_from_proto(v) for v in p.blocks]


def tool_result_blocks_to_proto(s: m.ToolResultBlocks) -> messages_pb2.ToolResultBlocks:
    return messages_pb2.ToolResultBlocks(blocks=[tool_result_block_to_proto(v) for v in s])


def tool_result_content_from_proto(p: messages_pb2.ToolResultContent) -> m.ToolResultContent:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "blocks":
        return tool_result_blocks_from_proto(p.blocks)
    raise nothing_set("ToolResultContent")


def tool_result_content_to_proto(s: m.ToolResultContent) -> messages_pb2.ToolResultContent:
    if isinstance(s, str):
        return messages_pb2.ToolResultContent(text=s)
    if isinstance(s, list):
        return messages_pb2.ToolResultContent(blocks=tool_result_blocks_to_proto(s))
    raise TypeError(type(s))


def block_source_from_proto(p: messages_pb2.BlockSource) -> m.BlockSource:
    return m.BlockSource(
        type=p.type,
        media_type=p.media_type if p.HasField("media_type") else None,
        data=p.data if p.HasField("data") else None,
        url=p.url if p.HasField("url") else None,
        content=tool_result_content_from_proto(p.content) if p.HasField("content") else None,
    )


def block_source_to_proto(s: m.BlockSource) -> messages_pb2.BlockSource:
    return messages_pb2.BlockSource(
        type=s.type,
        media_type=s.media_type,
        data=s.data,
        url=s.url,
        content=None if s.content is None else tool_result_content_to_proto(s.content),
    )


def content_block_from_proto(p: messages_pb2.ContentBlock) -> m.ContentBlock:
    return m.ContentBlock(
        type=p.type,
        text=p.text if p.HasField("text") else None,
        source=block_source_from_proto(p.source) if p.HasField("source") else None,
        title=p.title if p.HasField("title") else None,
        context=p.context if p.HasField("context") else None,
        id=p.id if p.HasField("id") else None,
        name=p.name if p.HasField("name") else None,
        input=json_text(p.input) if p.HasField("input") else ABSENT,
        tool_use_id=p.tool_use_id if p.HasField("tool_use_id") else None,
        content=tool_result_content_from_proto(p.content) if p.HasField("content") else None,
        is_error=p.is_error if p.HasField("is_error") else None,
        thinking=p.thinking if p.HasField("thinking") else None,
        signature=p.signature if p.HasField("signature") else None,
        data=p.data if p.HasField("data") else None,
        cache_control=json_text(p.cache_control) if p.HasField("cache_control") else ABSENT,
    )


def content_block_to_proto(s: m.ContentBlock) -> messages_pb2.ContentBlock:
    return messages_pb2.ContentBlock(
        type=s.type,
        text=s.text,
        source=None if s.source is None else block_source_to_proto(s.source),
        title=s.title,
        context=s.context,
        id=s.id,
        name=s.name,
        input=None if s.input is ABSENT else bytes(s.input).decode(),
        tool_use_id=s.tool_use_id,
        content=None if s.content is None else tool_result_content_to_proto(s.content),
        is_error=s.is_error,
        thinking=s.thinking,
        signature=s.signature,
        data=s.data,
        cache_control=None if s.cache_control is ABSENT else bytes(s.cache_control).decode(),
    )


def content_blocks_from_proto(p: messages_pb2.ContentBlocks) -> m.ContentBlocks:
    return [content_block_from_proto(v) for v in p.blocks]


def content_blocks_to_proto(s: m.ContentBlocks) -> messages_pb2.ContentBlocks:
    return messages_pb2.ContentBlocks(blocks=[content_block_to_proto(v) for v in s])


def message_content_from_proto(p: messages_pb2.MessageContent) -> m.MessageContent:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "blocks":
        return content_blocks_from_proto(p.blocks)
    raise nothing_set("MessageContent")


def message_content_to_proto(s: m.MessageContent) -> messages_pb2.MessageContent:
    if isinstance(s, str):
        return messages_pb2.MessageContent(text=s)
    if isinstance(s, list):
        return messages_pb2.MessageContent(blocks=content_blocks_to_proto(s))
    raise TypeError(type(s))


def input_message_from_proto(p: messages_pb2.InputMessage) -> m.InputMessage:
    return m.InputMessage(
        role=p.role,  # type: ignore[arg-type]
        content=message_content_from_proto(p.content),
    )


def input_message_to_proto(s: m.InputMessage) -> messages_pb2.InputMessage:
    return messages_pb2.InputMessage(
        role=s.role,
        content=message_content_to_proto(s.content),
    )


def message_metadata_from_proto(p: messages_pb2.MessageMetadata) -> m.MessageMetadata:
    return m.MessageMetadata(
        user_id=p.user_id if p.HasField("user_id") else None,
    )


def message_metadata_to_proto(s: m.MessageMetadata) -> messages_pb2.MessageMetadata:
    return messages_pb2.MessageMetadata(
        user_id=s.user_id,
    )


def thinking_from_proto(p: messages_pb2.Thinking) -> m.Thinking:
    return m.Thinking(
        type=p.type,  # type: ignore[arg-type]
        budget_tokens=p.budget_tokens if p.HasField("budget_tokens") else None,
    )


def thinking_to_proto(s: m.Thinking) -> messages_pb2.Thinking:
    return messages_pb2.Thinking(
        type=s.type,
        budget_tokens=s.budget_tokens,
    )


def message_tool_choice_from_proto(p: messages_pb2.MessageToolChoice) -> m.MessageToolChoice:
    return m.MessageToolChoice(
        type=p.type,  # type: ignore[arg-type]
        name=p.name if p.HasField("name") else None,
        disable_parallel_tool_use=p.disable_parallel_tool_use
        if p.HasField("disable_parallel_tool_use")
        else None,
    )


def message_tool_choice_to_proto(s: m.MessageToolChoice) -> messages_pb2.MessageToolChoice:
    return messages_pb2.MessageToolChoice(
        type=s.type,
        name=s.name,
        disable_parallel_tool_use=s.disable_parallel_tool_use,
    )


def message_tool_from_proto(p: messages_pb2.MessageTool) -> m.MessageTool:
    return m.MessageTool(
        type=p.type if p.HasField("type") else None,
        name=p.name,
        description=p.description if p.HasField("description") else None,
        input_schema=json_text(p.input_schema) if p.HasField("input_schema") else ABSENT,
        strict=p.strict if p.HasField("strict") else None,
        cache_control=json_text(p.cache_control) if p.HasField("cache_control") else ABSENT,
    )


def message_tool_to_proto(s: m.MessageTool) -> messages_pb2.MessageTool:
    return messages_pb2.MessageTool(
        type=s.type,
        name=s.name,
        description=s.description,
        input_schema=None if s.input_schema is ABSENT else bytes(s.input_schema).decode(),
        strict=s.strict,
        cache_control=None if s.cache_control is ABSENT else bytes(s.cache_control).decode(),
    )


def output_format_from_proto(p: messages_pb2.OutputFormat) -> m.OutputFormat:
    return m.OutputFormat(
        schema=json_text(p.schema),
    )


def output_format_to_proto(s: m.OutputFormat) -> messages_pb2.OutputFormat:
    return messages_pb2.OutputFormat(
        type=s.type,
        schema=bytes(s.schema).decode(),
    )


def output_config_from_proto(p: messages_pb2.OutputConfig) -> m.OutputConfig:
    return m.OutputConfig(
        effort=p.effort if p.HasField("effort") else None,  # type: ignore[arg-type]
        format=output_format_from_proto(p.format) if p.HasField("format") else None,
    )


def output_config_to_proto(s: m.OutputConfig) -> messages_pb2.OutputConfig:
    return messages_pb2.OutputConfig(
        effort=s.effort,
        format=None if s.format is None else output_format_to_proto(s.format),
    )


def create_message_request_from_proto(
    p: messages_pb2.CreateMessageRequest,
) -> m.CreateMessageRequest:
    return m.CreateMessageRequest(
        model=p.model,
        messages=[input_message_from_proto(v) for v in p.messages],
        max_tokens=p.max_tokens,
        system=message_content_from_proto(p.system) if p.HasField("system") else None,
        metadata=message_metadata_from_proto(p.metadata) if p.HasField("metadata") else None,
        service_tier=p.service_tier if p.HasField("service_tier") else None,  # type: ignore[arg-type]
        stop_sequences=list(p.stop_sequences) or None,
        stream=p.stream if p.HasField("stream") else None,
        temperature=p.temperature if p.HasField("temperature") else None,
        thinking=thinking_from_proto(p.thinking) if p.HasField("thinking") else None,
        tool_choice=message_tool_choice_from_proto(p.tool_choice)
        if p.HasField("tool_choice")
        else None,
        tools=[message_tool_from_proto(v) for v in p.tools] or None,
        top_k=p.top_k if p.HasField("top_k") else None,
        top_p=p.top_p if p.HasField("top_p") else None,
        output_config=output_config_from_proto(p.output_config)
        if p.HasField("output_config")
        else None,
        cache_control=json_text(p.cache_control) if p.HasField("cache_control") else ABSENT,
        inference_geo=p.inference_geo if p.HasField("inference_geo") else None,
        speed=p.speed if p.HasField("speed") else None,
        extra={k: json_text(v) for k, v in p.extra.items()} or None,
    )


def create_message_request_to_proto(s: m.CreateMessageRequest) -> messages_pb2.CreateMessageRequest:
    return messages_pb2.CreateMessageRequest(
        model=s.model,
        messages=[input_message_to_proto(v) for v in s.messages],
        max_tokens=s.max_tokens,
        system=None if s.system is None else message_content_to_proto(s.system),
        metadata=None if s.metadata is None else message_metadata_to_proto(s.metadata),
        service_tier=s.service_tier,
        stop_sequences=s.stop_sequences,
        stream=s.stream,
        temperature=s.temperature,
        thinking=None if s.thinking is None else thinking_to_proto(s.thinking),
        tool_choice=None if s.tool_choice is None else message_tool_choice_to_proto(s.tool_choice),
        tools=[message_tool_to_proto(v) for v in s.tools or ()],
        top_k=s.top_k,
        top_p=s.top_p,
        output_config=None if s.output_config is None else output_config_to_proto(s.output_config),
        cache_control=None if s.cache_control is ABSENT else bytes(s.cache_control).decode(),
        inference_geo=s.inference_geo,
        speed=s.speed,
        extra={k: bytes(v).decode() for k, v in (s.extra or {}).items()},
    )


def count_message_tokens_request_from_proto(
    p: messages_pb2.CountMessageTokensRequest,
) -> m.CountMessageTokensRequest:
    return m.CountMessageTokensRequest(
        model=p.model,
        messages=[input_message_from_proto(v) for v in p.messages],
        system=message_content_from_proto(p.system) if p.HasField("system") else None,
        thinking=thinking_from_proto(p.thinking) if p.HasField("thinking") else None,
        tool_choice=message_tool_choice_from_proto(p.tool_choice)
        if p.HasField("tool_choice")
        else None,
        tools=[message_tool_from_proto(v) for v in p.tools] or None,
        output_config=output_config_from_proto(p.output_config)
        if p.HasField("output_config")
        else None,
        cache_control=json_text(p.cache_control) if p.HasField("cache_control") else ABSENT,
        speed=p.speed if p.HasField("speed") else None,
        extra={k: json_text(v) for k, v in p.extra.items()} or None,
    )


def count_message_tokens_request_to_proto(
    s: m.CountMessageTokensRequest,
) -> messages_pb2.CountMessageTokensRequest:
    return messages_pb2.CountMessageTokensRequest(
        model=s.model,
        messages=[input_message_to_proto(v) for v in s.messages],
        system=None if s.system is None else message_content_to_proto(s.system),
        thinking=None if s.thinking is None else thinking_to_proto(s.thinking),
        tool_choice=None if s.tool_choice is None else message_tool_choice_to_proto(s.tool_choice),
        tools=[message_tool_to_proto(v) for v in s.tools or ()],
        output_config=None if s.output_config is None else output_config_to_proto(s.output_config),
        cache_control=None if s.cache_control is ABSENT else bytes(s.cache_control).decode(),
        speed=s.speed,
        extra={k: bytes(v).decode() for k, v in (s.extra or {}).items()},
    )


def message_tokens_count_from_proto(p: messages_pb2.MessageTokensCount) -> m.MessageTokensCount:
    return m.MessageTokensCount(
        input_tokens=p.input_tokens,
    )


def message_tokens_count_to_proto(s: m.MessageTokensCount) -> messages_pb2.MessageTokensCount:
    return messages_pb2.MessageTokensCount(
        input_tokens=s.input_tokens,
    )


def message_usage_from_proto(p: messages_pb2.MessageUsage) -> m.MessageUsage:
    return m.MessageUsage(
        input_tokens=p.input_tokens,
        output_tokens=p.output_tokens,
        cache_read_input_tokens=p.cache_read_input_tokens
        if p.HasField("cache_read_input_tokens")
        else None,
        cache_creation_input_tokens=p.cache_creation_input_tokens
        if p.HasField("cache_creation_input_tokens")
        else None,
    )


def message_usage_to_proto(s: m.MessageUsage) -> messages_pb2.MessageUsage:
    return messages_pb2.MessageUsage(
        input_tokens=s.input_tokens,
        output_tokens=s.output_tokens,
        cache_read_input_tokens=s.cache_read_input_tokens,
        cache_creation_input_tokens=s.cache_creation_input_tokens,
    )


def message_from_proto(p: messages_pb2.Message) -> m.Message:
    return m.Message(
        id=p.id,
        model=p.model,
        content=[content_block_from_proto(v) for v in p.content],
        stop_reason=p.stop_reason if p.HasField("stop_reason") else None,
        stop_sequence=p.stop_sequence if p.HasField("stop_sequence") else None,
        usage=message_usage_from_proto(p.usage),
    )


def message_to_proto(s: m.Message) -> messages_pb2.Message:
    return messages_pb2.Message(
        id=s.id,
        type=s.type,
        role=s.role,
        model=s.model,
        content=[content_block_to_proto(v) for v in s.content],
        stop_reason=s.stop_reason,
        stop_sequence=s.stop_sequence,
        usage=message_usage_to_proto(s.usage),
    )


def message_delta_from_proto(p: messages_pb2.MessageDelta) -> m.MessageDelta:
    return m.MessageDelta(
        type=p.type if p.HasField("type") else None,
        text=p.text if p.HasField("text") else None,
        partial_json=p.partial_json if p.HasField("partial_json") else None,
        thinking=p.thinking if p.HasField("thinking") else None,
        stop_reason=p.stop_reason if p.HasField("stop_reason") else None,
        stop_sequence=p.stop_sequence if p.HasField("stop_sequence") else None,
    )


def message_delta_to_proto(s: m.MessageDelta) -> messages_pb2.MessageDelta:
    return messages_pb2.MessageDelta(
        type=s.type,
        text=s.text,
        partial_json=s.partial_json,
        thinking=s.thinking,
        stop_reason=s.stop_reason,
        stop_sequence=s.stop_sequence,
    )


def message_event_from_proto(p: messages_pb2.MessageEvent) -> m.MessageEvent:
    return m.MessageEvent(
        type=p.type,
        message=message_from_proto(p.message) if p.HasField("message") else None,
        index=p.index if p.HasField("index") else None,
        content_block=content_block_from_proto(p.content_block)
        if p.HasField("content_block")
        else None,
        delta=message_delta_from_proto(p.delta) if p.HasField("delta") else None,
        usage=message_usage_from_proto(p.usage) if p.HasField("usage") else None,
    )


def message_event_to_proto(s: m.MessageEvent) -> messages_pb2.MessageEvent:
    return messages_pb2.MessageEvent(
        type=s.type,
        message=None if s.message is None else message_to_proto(s.message),
        index=s.index,
        content_block=None if s.content_block is None else content_block_to_proto(s.content_block),
        delta=None if s.delta is None else message_delta_to_proto(s.delta),
        usage=None if s.usage is None else message_usage_to_proto(s.usage),
    )


def message_batch_request_from_proto(
    p: message_batches_pb2.MessageBatchRequest,
) -> m.MessageBatchRequest:
    return m.MessageBatchRequest(
        custom_id=p.custom_id,
        params=create_message_request_from_proto(p.params),
    )


def message_batch_request_to_proto(
    s: m.MessageBatchRequest,
) -> message_batches_pb2.MessageBatchRequest:
    return message_batches_pb2.MessageBatchRequest(
        custom_id=s.custom_id,
        params=create_message_request_to_proto(s.params),
    )


def create_message_batch_request_from_proto(
    p: message_batches_pb2.CreateMessageBatchRequest,
) -> m.CreateMessageBatchRequest:
    return m.CreateMessageBatchRequest(
        requests=[message_batch_request_from_proto(v) for v in p.requests],
    )


def create_message_batch_request_to_proto(
    s: m.CreateMessageBatchRequest,
) -> message_batches_pb2.CreateMessageBatchRequest:
    return message_batches_pb2.CreateMessageBatchRequest(
        requests=[message_batch_request_to_proto(v) for v in s.requests],
    )


def message_batch_counts_from_proto(
    p: message_batches_pb2.MessageBatchCounts,
) -> m.MessageBatchCounts:
    return m.MessageBatchCounts(
        processing=p.processing,
        succeeded=p.succeeded,
        errored=p.errored,
        canceled=p.canceled,
        expired=p.expired,
    )


def message_batch_counts_to_proto(
    s: m.MessageBatchCounts,
) -> message_batches_pb2.MessageBatchCounts:
    return message_batches_pb2.MessageBatchCounts(
        processing=s.processing,
        succeeded=s.succeeded,
        errored=s.errored,
        canceled=s.canceled,
        expired=s.expired,
    )


def message_batch_from_proto(p: message_batches_pb2.MessageBatch) -> m.MessageBatch:
    return m.MessageBatch(
        id=p.id,
        processing_status=p.processing_status,
        request_counts=message_batch_counts_from_proto(p.request_counts),
        ended_at=p.ended_at if p.HasField("ended_at") else None,
        created_at=p.created_at,
        expires_at=p.expires_at,
        archived_at=p.archived_at if p.HasField("archived_at") else None,
        cancel_initiated_at=p.cancel_initiated_at if p.HasField("cancel_initiated_at") else None,
        results_url=p.results_url if p.HasField("results_url") else None,
    )


def message_batch_to_proto(s: m.MessageBatch) -> message_batches_pb2.MessageBatch:
    return message_batches_pb2.MessageBatch(
        id=s.id,
        type=s.type,
        processing_status=s.processing_status,
        request_counts=message_batch_counts_to_proto(s.request_counts),
        ended_at=s.ended_at,
        created_at=s.created_at,
        expires_at=s.expires_at,
        archived_at=s.archived_at,
        cancel_initiated_at=s.cancel_initiated_at,
        results_url=s.results_url,
    )


def list_message_batches_request_from_proto(
    p: message_batches_pb2.ListMessageBatchesRequest,
) -> m.ListMessageBatchesRequest:
    return m.ListMessageBatchesRequest(
        limit=p.limit if p.HasField("limit") else None,
        before_id=p.before_id if p.HasField("before_id") else None,
        after_id=p.after_id if p.HasField("after_id") else None,
    )


def list_message_batches_request_to_proto(
    s: m.ListMessageBatchesRequest,
) -> message_batches_pb2.ListMessageBatchesRequest:
    return message_batches_pb2.ListMessageBatchesRequest(
        limit=s.limit,
        before_id=s.before_id,
        after_id=s.after_id,
    )


def message_batch_list_from_proto(p: message_batches_pb2.MessageBatchList) -> m.MessageBatchList:
    return m.MessageBatchList(
        data=[message_batch_from_proto(v) for v in p.data],
        has_more=p.has_more,
        first_id=p.first_id if p.HasField("first_id") else None,
        last_id=p.last_id if p.HasField("last_id") else None,
    )


def message_batch_list_to_proto(s: m.MessageBatchList) -> message_batches_pb2.MessageBatchList:
    return message_batches_pb2.MessageBatchList(
        data=[message_batch_to_proto(v) for v in s.data],
        has_more=s.has_more,
        first_id=s.first_id,
        last_id=s.last_id,
    )


def get_message_batch_request_from_proto(
    p: message_batches_pb2.GetMessageBatchRequest,
) -> m.GetMessageBatchRequest:
    return m.GetMessageBatchRequest(
        message_batch_id=p.message_batch_id,
    )


def get_message_batch_request_to_proto(
    s: m.GetMessageBatchRequest,
) -> message_batches_pb2.GetMessageBatchRequest:
    return message_batches_pb2.GetMessageBatchRequest(
        message_batch_id=s.message_batch_id,
    )


def cancel_message_batch_request_from_proto(
    p: message_batches_pb2.CancelMessageBatchRequest,
) -> m.CancelMessageBatchRequest:
    return m.CancelMessageBatchRequest(
        message_batch_id=p.message_batch_id,
    )


def cancel_message_batch_request_to_proto(
    s: m.CancelMessageBatchRequest,
) -> message_batches_pb2.CancelMessageBatchRequest:
    return message_batches_pb2.CancelMessageBatchRequest(
        message_batch_id=s.message_batch_id,
    )


def delete_message_batch_request_from_proto(
    p: message_batches_pb2.DeleteMessageBatchRequest,
) -> m.DeleteMessageBatchRequest:
    return m.DeleteMessageBatchRequest(
        message_batch_id=p.message_batch_id,
    )


def delete_message_batch_request_to_proto(
    s: m.DeleteMessageBatchRequest,
) -> message_batches_pb2.DeleteMessageBatchRequest:
    return message_batches_pb2.DeleteMessageBatchRequest(
        message_batch_id=s.message_batch_id,
    )


def message_batch_deleted_from_proto(
    p: message_batches_pb2.MessageBatchDeleted,
) -> m.MessageBatchDeleted:
    return m.MessageBatchDeleted(
        id=p.id,
    )


def message_batch_deleted_to_proto(
    s: m.MessageBatchDeleted,
) -> message_batches_pb2.MessageBatchDeleted:
    return message_batches_pb2.MessageBatchDeleted(
        id=s.id,
        type=s.type,
    )


def list_message_batch_results_request_from_proto(
    p: message_batches_pb2.ListMessageBatchResultsRequest,
) -> m.ListMessageBatchResultsRequest:
    return m.ListMessageBatchResultsRequest(
        message_batch_id=p.message_batch_id,
    )


def list_message_batch_results_request_to_proto(
    s: m.ListMessageBatchResultsRequest,
) -> message_batches_pb2.ListMessageBatchResultsRequest:
    return message_batches_pb2.ListMessageBatchResultsRequest(
        message_batch_id=s.message_batch_id,
    )


def message_error_from_proto(p: message_batches_pb2.MessageError) -> m.MessageError:
    return m.MessageError(
        type=p.type,
        message=p.message,
    )


def message_error_to_proto(s: m.MessageError) -> message_batches_pb2.MessageError:
    return message_batches_pb2.MessageError(
        type=s.type,
        message=s.message,
    )


def message_batch_error_from_proto(p: message_batches_pb2.MessageBatchError) -> m.MessageBatchError:
    return m.MessageBatchError(
        error=message_error_from_proto(p.error),
        request_id=p.request_id if p.HasField("request_id") else None,
    )


def message_batch_error_to_proto(s: m.MessageBatchError) -> message_batches_pb2.MessageBatchError:
    return message_batches_pb2.MessageBatchError(
        type=s.type,
        error=message_error_to_proto(s.error),
        request_id=s.request_id,
    )


def message_batch_outcome_from_proto(
    p: message_batches_pb2.MessageBatchOutcome,
) -> m.MessageBatchOutcome:
    return m.MessageBatchOutcome(
        type=p.type,
        message=message_from_proto(p.message) if p.HasField("message") else None,
        error=message_batch_error_from_proto(p.error) if p.HasField("error") else None,
    )


def message_batch_outcome_to_proto(
    s: m.MessageBatchOutcome,
) -> message_batches_pb2.MessageBatchOutcome:
    return message_batches_pb2.MessageBatchOutcome(
        type=s.type,
        message=None if s.message is None else message_to_proto(s.message),
        error=None if s.error is None else message_batch_error_to_proto(s.error),
    )


def message_batch_result_from_proto(
    p: message_batches_pb2.MessageBatchResult,
) -> m.MessageBatchResult:
    return m.MessageBatchResult(
        custom_id=p.custom_id,
        result=message_batch_outcome_from_proto(p.result),
    )


def message_batch_result_to_proto(
    s: m.MessageBatchResult,
) -> message_batches_pb2.MessageBatchResult:
    return message_batches_pb2.MessageBatchResult(
        custom_id=s.custom_id,
        result=message_batch_outcome_to_proto(s.result),
    )


def list_models_request_from_proto(p: models_pb2.ListModelsRequest) -> m.ListModelsRequest:
    return m.ListModelsRequest(
        before_id=p.before_id if p.HasField("before_id") else None,
        after_id=p.after_id if p.HasField("after_id") else None,
        limit=p.limit if p.HasField("limit") else None,
    )


def list_models_request_to_proto(s: m.ListModelsRequest) -> models_pb2.ListModelsRequest:
    return models_pb2.ListModelsRequest(
        before_id=s.before_id,
        after_id=s.after_id,
        limit=s.limit,
    )


def model_summary_from_proto(p: models_pb2.ModelSummary) -> m.ModelSummary:
    return m.ModelSummary(
        id=p.id,
        created=p.created,
        owned_by=p.owned_by,
        custom_metadata=json_text(p.custom_metadata)
        if p.HasField("custom_metadata")
        else Raw(b"null"),
        type=p.type if p.HasField("type") else None,
        display_name=p.display_name if p.HasField("display_name") else None,
        created_at=p.created_at if p.HasField("created_at") else None,
    )


def model_summary_to_proto(s: m.ModelSummary) -> models_pb2.ModelSummary:
    return models_pb2.ModelSummary(
        id=s.id,
        object=s.object,
        created=s.created,
        owned_by=s.owned_by,
        custom_metadata=None if s.custom_metadata is ABSENT else bytes(s.custom_metadata).decode(),
        type=s.type,
        display_name=s.display_name,
        created_at=s.created_at,
    )


def google_model_from_proto(p: models_pb2.GoogleModel) -> m.GoogleModel:
    return m.GoogleModel(
        name=p.name,
    )


def google_model_to_proto(s: m.GoogleModel) -> models_pb2.GoogleModel:
    return models_pb2.GoogleModel(
        name=s.name,
    )


def model_list_from_proto(p: models_pb2.ModelList) -> m.ModelList:
    return m.ModelList(
        data=[model_summary_from_proto(v) for v in p.data],
        has_more=p.has_more if p.HasField("has_more") else None,
        first_id=p.first_id if p.HasField("first_id") else None,
        last_id=p.last_id if p.HasField("last_id") else None,
        models=[google_model_from_proto(v) for v in p.models] or None,
    )


def model_list_to_proto(s: m.ModelList) -> models_pb2.ModelList:
    return models_pb2.ModelList(
        object=s.object,
        data=[model_summary_to_proto(v) for v in s.data],
        has_more=s.has_more,
        first_id=s.first_id,
        last_id=s.last_id,
        models=[google_model_to_proto(v) for v in s.models or ()],
    )


def get_model_request_from_proto(p: models_pb2.GetModelRequest) -> m.GetModelRequest:
    return m.GetModelRequest(
        model_id=p.model_id,
    )


def get_model_request_to_proto(s: m.GetModelRequest) -> models_pb2.GetModelRequest:
    return models_pb2.GetModelRequest(
        model_id=s.model_id,
    )


def model_from_proto(p: models_pb2.Model) -> m.Model:
    return m.Model(
        identifier=p.identifier,
        provider_resource_id=p.provider_resource_id if p.HasField("provider_resource_id") else None,
        provider_id=p.provider_id,
        metadata=json_text(p.metadata),
        created=p.created,
        owned_by=p.owned_by,
        model_type=p.model_type,  # type: ignore[arg-type]
        model_validation=p.model_validation if p.HasField("model_validation") else None,
        id=p.id,
    )


def model_to_proto(s: m.Model) -> models_pb2.Model:
    return models_pb2.Model(
        identifier=s.identifier,
        provider_resource_id=s.provider_resource_id,
        provider_id=s.provider_id,
        type=s.type,
        metadata=bytes(s.metadata).decode(),
        created=s.created,
        owned_by=s.owned_by,
        model_type=s.model_type,
        model_validation=s.model_validation,
        id=s.id,
        object=s.object,
    )


def register_model_request_from_proto(p: models_pb2.RegisterModelRequest) -> m.RegisterModelRequest:
    return m.RegisterModelRequest(
        model_id=p.model_id,
        provider_model_id=p.provider_model_id if p.HasField("provider_model_id") else None,
        provider_id=p.provider_id if p.HasField("provider_id") else None,
        metadata=json_text(p.metadata) if p.HasField("metadata") else ABSENT,
        model_type=p.model_type if p.HasField("model_type") else None,  # type: ignore[arg-type]
        model_validation=p.model_validation if p.HasField("model_validation") else None,
    )


def register_model_request_to_proto(s: m.RegisterModelRequest) -> models_pb2.RegisterModelRequest:
    return models_pb2.RegisterModelRequest(
        model_id=s.model_id,
        provider_model_id=s.provider_model_id,
        provider_id=s.provider_id,
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
        model_type=s.model_type,
        model_validation=s.model_validation,
    )


def unregister_model_request_from_proto(
    p: models_pb2.UnregisterModelRequest,
) -> m.UnregisterModelRequest:
    return m.UnregisterModelRequest(
        model_id=p.model_id,
    )


def unregister_model_request_to_proto(
    s: m.UnregisterModelRequest,
) -> models_pb2.UnregisterModelRequest:
    return models_pb2.UnregisterModelRequest(
        model_id=s.model_id,
    )


def model_deleted_from_proto(p: models_pb2.ModelDeleted) -> m.ModelDeleted:
    return m.ModelDeleted(
        id=p.id,
        deleted=p.deleted,
    )


def model_deleted_to_proto(s: m.ModelDeleted) -> models_pb2.ModelDeleted:
    return models_pb2.ModelDeleted(
        id=s.id,
        object=s.object,
        deleted=s.deleted,
    )
