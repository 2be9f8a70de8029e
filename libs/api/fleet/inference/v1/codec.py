"""Messages of `fleet.inference.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from msgspec import Raw

from fleet.inference.v1 import messages as m
from fleet.inference.v1 import chat_pb2
from fleet.inference.v1 import completion_pb2
from fleet.inference.v1 import embedding_pb2
from fleet.inference.v1 import rerank_pb2
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


def choice_from_proto(p: chat_pb2.Choice) -> m.Choice:
    return m.Choice(
        finish_reason=p.finish_reason,
        index=p.index,
        logprobs=logprobs_from_proto(p.logprobs) if p.HasField("logprobs") else None,
        message=assistant_message_from_proto(p.message),
    )


def choice_to_proto(s: m.Choice) -> chat_pb2.Choice:
    return chat_pb2.Choice(
        finish_reason=s.finish_reason,
        index=s.index,
        logprobs=None if s.logprobs is None else logprobs_to_proto(s.logprobs),
        message=assistant_message_to_proto(s.message),
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
    )


def chunk_choice_to_proto(s: m.ChunkChoice) -> chat_pb2.ChunkChoice:
    return chat_pb2.ChunkChoice(
        delta=delta_to_proto(s.delta),
        finish_reason=s.finish_reason,
        index=s.index,
        logprobs=None if s.logprobs is None else logprobs_to_proto(s.logprobs),
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


def list_models_request_from_proto(p: models_pb2.ListModelsRequest) -> m.ListModelsRequest:
    del p
    return m.ListModelsRequest()


def list_models_request_to_proto(s: m.ListModelsRequest) -> models_pb2.ListModelsRequest:
    del s
    return models_pb2.ListModelsRequest()


def model_summary_from_proto(p: models_pb2.ModelSummary) -> m.ModelSummary:
    return m.ModelSummary(
        id=p.id,
        created=p.created,
        owned_by=p.owned_by,
        custom_metadata=json_text(p.custom_metadata)
        if p.HasField("custom_metadata")
        else Raw(b"null"),
    )


def model_summary_to_proto(s: m.ModelSummary) -> models_pb2.ModelSummary:
    return models_pb2.ModelSummary(
        id=s.id,
        object=s.object,
        created=s.created,
        owned_by=s.owned_by,
        custom_metadata=None if s.custom_metadata is ABSENT else bytes(s.custom_metadata).decode(),
    )


def model_list_from_proto(p: models_pb2.ModelList) -> m.ModelList:
    return m.ModelList(
        data=[model_summary_from_proto(v) for v in p.data],
    )


def model_list_to_proto(s: m.ModelList) -> models_pb2.ModelList:
    return models_pb2.ModelList(
        object=s.object,
        data=[model_summary_to_proto(v) for v in s.data],
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
