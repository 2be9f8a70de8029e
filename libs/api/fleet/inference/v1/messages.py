"""Messages of `fleet.inference.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class ImageUrl(Struct, kw_only=True, omit_defaults=True):
    """An image by its address."""

    url: str
    """An http(s) or a `data:` URL."""
    detail: Literal["low", "high", "auto"] | None = None
    """How closely the model looks: `low`, `high` or `auto`."""


class ContentPart(Struct, kw_only=True, omit_defaults=True):
    """One part of a message; `type` says which of the other fields is set."""

    type: str
    """`text`, `image_url`, `input_audio`, `file`, `refusal`, or a type of the provider's own."""
    text: str | None = None
    """The text of a `text` part."""
    image_url: ImageUrl | None = None
    """The image of an `image_url` part."""
    input_audio: Raw = ABSENT
    """The recording of an `input_audio` part, as JSON: `data` in base64, and `format`."""
    file: Raw = ABSENT
    """The file of a `file` part, as JSON: `file_id`, or `file_data` and `filename`."""
    refusal: str | None = None
    """The text of a `refusal` part."""


ContentParts: TypeAlias = list[ContentPart]
"""A list of content parts."""


ChatContent: TypeAlias = str | ContentParts
"""What a message says: a text, or a list of parts."""


class FunctionCall(Struct, kw_only=True, omit_defaults=True):
    """A function and its arguments."""

    name: str | None = None
    """The function; unset in later chunks of the same call."""
    arguments: str | None = None
    """The arguments as JSON text, as the model wrote it; in chunks, the new part of it."""


class CustomToolCall(Struct, kw_only=True, omit_defaults=True):
    """A custom tool and its input."""

    name: str
    """The tool."""
    input: str
    """The input, as the model wrote it."""


class ToolCall(Struct, kw_only=True, omit_defaults=True):
    """One call of a tool."""

    index: Annotated[int, Meta(ge=0)] | None = None
    """Its place among the calls of one answer, from 0. Always set in chunks."""
    id: str | None = None
    """Names the call; the `tool` message that answers it repeats it."""
    type: str | None = None
    """`function` or `custom`."""
    function: FunctionCall | None = None
    """What a `function` call calls."""
    custom: CustomToolCall | None = None
    """What a `custom` call calls."""


class ChatMessage(Struct, kw_only=True, omit_defaults=True):
    """One turn of a conversation."""

    role: Literal["developer", "system", "user", "assistant", "tool", "function"]
    """Who speaks: `developer`, `system`, `user`, `assistant`, `tool` or `function`."""
    content: ChatContent | None = None
    """What is said. May be unset where an assistant only calls tools."""
    name: str | None = None
    """A name that tells speakers of the same role apart."""
    refusal: str | None = None
    """Why the assistant would not answer."""
    tool_calls: list[ToolCall] | None = None
    """The tools that the assistant called."""
    tool_call_id: str | None = None
    """The call that a `tool` message answers."""
    function_call: FunctionCall | None = None
    """Deprecated form of `tool_calls`."""
    audio: Raw = ABSENT
    """An earlier spoken answer, as JSON."""
    reasoning_content: str | None = None
    """What a reasoning model thought before it answered. An extension that open-weight engines share."""


class FunctionName(Struct, kw_only=True, omit_defaults=True):
    """A tool by its name."""

    name: str
    """The name."""


class NamedToolChoice(Struct, kw_only=True, omit_defaults=True):
    """A certain tool, or a set of them."""

    type: str | None = None
    """`function`, `custom` or `allowed_tools`; unset in the deprecated `function_call`."""
    function: FunctionName | None = None
    """The function."""
    custom: FunctionName | None = None
    """The custom tool."""
    allowed_tools: Raw = ABSENT
    """The tools that may be called, as JSON: `mode` and `tools`."""
    name: str | None = None
    """The function, in the deprecated `function_call`."""


ToolChoice: TypeAlias = str | NamedToolChoice
"""Which tool is called."""


class FunctionDefinition(Struct, kw_only=True, omit_defaults=True):
    """A function that a model may call."""

    name: str
    """Letters, digits, `_` and `-`, up to 64 characters."""
    description: str | None = None
    """What it does, for the model."""
    parameters: Raw = ABSENT
    """The JSON Schema of its arguments. No arguments if unset."""
    strict: bool | None = None
    """Whether arguments must follow `parameters` exactly."""


class JsonSchema(Struct, kw_only=True, omit_defaults=True):
    """A named JSON Schema."""

    name: str | None = None
    """Letters, digits, `_` and `-`, up to 64 characters."""
    description: str | None = None
    """What it is for, for the model."""
    schema: Raw = ABSENT
    """The schema itself."""
    strict: bool | None = None
    """Whether the answer must follow it exactly."""


class ResponseFormat(Struct, kw_only=True, omit_defaults=True):
    """What the text of an answer must look like."""

    type: str
    """`text`, `json_object` or `json_schema`."""
    json_schema: JsonSchema | None = None
    """The schema, for `json_schema`."""


Strings: TypeAlias = list[str]
"""A list of strings."""


Stop: TypeAlias = str | Strings
"""Strings that end an answer."""


class StreamOptions(Struct, kw_only=True, omit_defaults=True):
    """Settings of a streamed answer."""

    include_usage: bool | None = None
    """Whether a last chunk carries `usage` and no choices. No if unset."""
    include_obfuscation: bool | None = None
    """Whether chunks are padded to hide their length. No if unset; providers without it ignore it."""


class Tool(Struct, kw_only=True, omit_defaults=True):
    """A tool that a model may call."""

    type: str
    """`function`, `custom`, or a type of the provider's own."""
    function: FunctionDefinition | None = None
    """The function of a `function` tool."""
    custom: Raw = ABSENT
    """A `custom` tool as JSON: `name`, `description` and `format`."""


class ChatCompletionRequest(Struct, kw_only=True, omit_defaults=True):
    """One conversation to be continued."""

    model: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    messages: Annotated[list[ChatMessage], Meta(min_length=1)]
    """The conversation so far, oldest first. At least one."""
    frequency_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    """Penalty in [-2, 2] on tokens by how often they occur so far. 0 if unset."""
    function_call: ToolChoice | None = None
    """Deprecated form of `tool_choice`: `none`, `auto`, or a function by name."""
    functions: list[FunctionDefinition] | None = None
    """Deprecated form of `tools`."""
    logit_bias: dict[str, float] | None = None
    """What is added to the logits of tokens, in [-100, 100], by the token's id in decimal."""
    logprobs: bool | None = None
    """Whether the answer says how likely each of its tokens was. No if unset."""
    max_completion_tokens: Annotated[int, Meta(ge=1)] | None = None
    """The most tokens to produce, hidden reasoning included, at least 1. What the context allows if unset."""
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    """Deprecated form of `max_completion_tokens`, which wins if both are set."""
    metadata: Annotated[dict[str, str], Meta(max_length=16)] | None = None
    """Up to 16 pairs that are stored with the answer. Keys have up to 64 characters, values up to 512."""
    n: Annotated[int, Meta(ge=1, le=128)] | None = None
    """How many answers to produce, 1 to 128. 1 if unset."""
    parallel_tool_calls: bool | None = None
    """Whether one answer may call several tools. Yes if unset."""
    presence_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    """Penalty in [-2, 2] on tokens that occur so far. 0 if unset."""
    prompt_cache_key: Annotated[str, Meta(max_length=64)] | None = None
    """Requests with the same key share a prefix and are best served by one replica. Up to 64 characters."""
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None
    """How much a reasoning model thinks: `none`, `minimal`, `low`, `medium`, `high` or `xhigh`."""
    response_format: ResponseFormat | None = None
    """What the text of the answer must look like. Free text if unset."""
    safety_identifier: Annotated[str, Meta(max_length=64)] | None = None
    """A stable, hashed name of the end user, for abuse detection. Up to 64 characters."""
    seed: int | None = None
    """Equal requests with the same seed get the same answer, as far as the provider can."""
    service_tier: Literal["auto", "default", "flex", "priority"] | None = None
    """The provider's latency tier: `auto`, `default`, `flex` or `priority`."""
    stop: Stop | None = None
    """Up to four strings that end the answer and are not part of it."""
    store: bool | None = None
    """Whether the answer is stored, to be listed and read later. The deployment decides if unset."""
    stream: bool | None = None
    """Whether the answer comes chunk by chunk. Only REST callers set it; gRPC callers choose the method."""
    stream_options: StreamOptions | None = None
    """Settings of a streamed answer."""
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    """Sampling temperature in [0, 2]; 0 is greedy. 1 if unset."""
    tool_choice: ToolChoice | None = None
    """Which tool is called: `none`, `auto`, `required`, or one by name. `auto` if unset and there are tools."""
    tools: list[Tool] | None = None
    """The tools that the answer may call."""
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    """How many of the likeliest tokens to name at each place, 0 to 20. Needs `logprobs`."""
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Only the likeliest tokens that together reach this probability are sampled, in [0, 1]. 1 if unset."""
    user: str | None = None
    """A name of the end user."""
    top_k: Annotated[int, Meta(ge=-1)] | None = None
    """Only this many of the likeliest tokens are sampled; 0 is all. An extension that open-weight engines share."""
    min_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Only tokens at least this likely, relative to the likeliest, are sampled, in [0, 1]. An extension."""
    repetition_penalty: Annotated[float, Meta(ge=0)] | None = None
    """Divides the logits of tokens that occur so far, above 0; 1 is none. An extension."""
    ignore_eos: bool | None = None
    """Whether to go on after the model's end token, for benchmarks. An extension."""
    extra: dict[str, Raw] | None = field(default=None, name="fleet.extra")
    """What else the caller sent: JSON text by field name. Forwarded where a provider can."""


class TopLogprob(Struct, kw_only=True, omit_defaults=True):
    """One of the likeliest tokens at a place."""

    token: str
    """The token's text."""
    bytes: list[int] | None = field(default_factory=lambda: None)
    """Its UTF-8 bytes."""
    logprob: float
    """Natural logarithm of its probability."""


class TokenLogprob(Struct, kw_only=True, omit_defaults=True):
    """One token, and those that were likeliest at its place."""

    token: str
    """The token's text."""
    bytes: list[int] | None = field(default_factory=lambda: None)
    """Its UTF-8 bytes; tokens may hold part of a character."""
    logprob: float
    """Natural logarithm of its probability."""
    top_logprobs: list[TopLogprob]
    """The likeliest tokens, best first, as many as `top_logprobs` asked for."""


class Logprobs(Struct, kw_only=True, omit_defaults=True):
    """How likely the tokens of an answer were."""

    content: list[TokenLogprob] | None = field(default_factory=lambda: None)
    """The tokens of the text."""
    refusal: list[TokenLogprob] | None = field(default_factory=lambda: None)
    """The tokens of the refusal."""


class AssistantMessage(Struct, kw_only=True, omit_defaults=True):
    """What a model said."""

    role: Literal["assistant"] = field(default_factory=lambda: "assistant")
    """Always `assistant`."""
    content: str | None = field(default_factory=lambda: None)
    """The text. `null` where only tools are called."""
    refusal: str | None = field(default_factory=lambda: None)
    """Why it would not answer."""
    tool_calls: list[ToolCall] | None = None
    """The tools that it calls."""
    function_call: FunctionCall | None = None
    """Deprecated form of `tool_calls`."""
    annotations: list[Raw] | None = None
    """Sources of the text, each as JSON."""
    audio: Raw = ABSENT
    """The spoken answer, as JSON."""
    reasoning_content: str | None = None
    """What a reasoning model thought before it answered."""


StopReason: TypeAlias = str | int
"""What ended an answer."""


class Choice(Struct, kw_only=True, omit_defaults=True):
    """One of the answers."""

    finish_reason: str
    """Why it ended: `stop`, `length`, `tool_calls`, `content_filter` or `function_call`."""
    index: int
    """Its place among the answers, from 0."""
    logprobs: Logprobs | None = field(default_factory=lambda: None)
    """How likely its tokens were, where the request asked."""
    message: AssistantMessage
    """What was said."""
    stop_reason: StopReason | None = None
    """What ended it where that was a stop string or a stop token. An extension that vLLM has."""


class CompletionTokensDetails(Struct, kw_only=True, omit_defaults=True):
    """What is known about the tokens produced."""

    reasoning_tokens: int | None = None
    """Hidden thinking."""
    accepted_prediction_tokens: int | None = None
    """Predicted output that was right."""
    audio_tokens: int | None = None
    """Spoken output."""
    rejected_prediction_tokens: int | None = None
    """Predicted output that was wrong."""


class PromptTokensDetails(Struct, kw_only=True, omit_defaults=True):
    """What is known about the tokens read."""

    cached_tokens: int | None = None
    """Tokens found in the prefix cache."""
    audio_tokens: int | None = None
    """Spoken input."""


class Usage(Struct, kw_only=True, omit_defaults=True):
    """What a call cost, in tokens."""

    completion_tokens: int
    """Tokens produced."""
    prompt_tokens: int
    """Tokens read."""
    total_tokens: int
    """Their sum."""
    completion_tokens_details: CompletionTokensDetails | None = None
    """What is known about the tokens produced."""
    prompt_tokens_details: PromptTokensDetails | None = None
    """What is known about the tokens read."""


class ChatCompletion(Struct, kw_only=True, omit_defaults=True):
    """An answer to a conversation."""

    id: str
    """Names the answer: `chatcmpl-` and more."""
    choices: list[Choice]
    """One for each of the `n` answers."""
    created: int
    """When it was begun, in Unix seconds."""
    model: str
    """The model, as the request named it."""
    object: Literal["chat.completion"] = field(default_factory=lambda: "chat.completion")
    """Always `chat.completion`."""
    service_tier: str | None = field(default_factory=lambda: None)
    """The latency tier that served it."""
    system_fingerprint: str | None = field(default_factory=lambda: None)
    """Names the provider's configuration; changes when equal seeds may differ."""
    usage: Usage | None = None
    """What the answer cost."""
    metadata: dict[str, str] | None = None
    """The request's metadata, where the answer was stored."""


class Delta(Struct, kw_only=True, omit_defaults=True):
    """The new part of a message."""

    role: str | None = None
    """`assistant`, in the first chunk."""
    content: str | None = None
    """New text."""
    refusal: str | None = None
    """New text of a refusal."""
    tool_calls: list[ToolCall] | None = None
    """New calls of tools, or new parts of their arguments."""
    function_call: FunctionCall | None = None
    """Deprecated form of `tool_calls`."""
    reasoning_content: str | None = None
    """New text of what a reasoning model thinks."""


class ChunkChoice(Struct, kw_only=True, omit_defaults=True):
    """What is new in one answer."""

    delta: Delta
    """The new part of the message."""
    finish_reason: str | None = field(default_factory=lambda: None)
    """Why the answer ended, in its last chunk."""
    index: int
    """Its place among the answers, from 0."""
    logprobs: Logprobs | None = None
    """How likely the new tokens were, where the request asked."""
    stop_reason: StopReason | None = None
    """What ended the answer where that was a stop string or a stop token. An extension that vLLM has."""


class ChatCompletionChunk(Struct, kw_only=True, omit_defaults=True):
    """One piece of a streamed answer."""

    id: str
    """The same in every chunk of one answer."""
    choices: list[ChunkChoice]
    """What is new in each answer. Empty in a chunk that carries only `usage`."""
    created: int
    """When the answer was begun, in Unix seconds."""
    model: str
    """The model, as the request named it."""
    object: Literal["chat.completion.chunk"] = field(
        default_factory=lambda: "chat.completion.chunk"
    )
    """Always `chat.completion.chunk`."""
    service_tier: str | None = None
    """The latency tier that serves it."""
    system_fingerprint: str | None = None
    """Names the provider's configuration."""
    usage: Usage | None = None
    """What the answer cost, in the last chunk where `include_usage` asks for it."""


class ListChatCompletionsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for stored chat completions."""

    after: str | None = None
    """The id after which the page begins. The first page if unset."""
    limit: Annotated[int, Meta(ge=1, le=100)] | None = None
    """The most to return, 1 to 100. 20 if unset."""
    model: str | None = None
    """Only those of this model."""
    metadata: dict[str, str] | None = None
    """Only those with all of this metadata. In a query: `metadata[key]=value`."""
    order: Literal["asc", "desc"] | None = None
    """By time: `asc` or `desc`, which is the default."""


class StoredChatCompletion(Struct, kw_only=True, omit_defaults=True):
    """A stored chat completion, with what it answered."""

    id: str
    """Names the answer."""
    choices: list[Choice]
    """One for each of the `n` answers."""
    created: int
    """When it was begun, in Unix seconds."""
    model: str
    """The model, as the request named it."""
    object: Literal["chat.completion"] = field(default_factory=lambda: "chat.completion")
    """Always `chat.completion`."""
    service_tier: str | None = field(default_factory=lambda: None)
    """The latency tier that served it."""
    system_fingerprint: str | None = field(default_factory=lambda: None)
    """Names the provider's configuration."""
    usage: Usage | None = None
    """What the answer cost."""
    metadata: dict[str, str] | None = field(default_factory=lambda: None)
    """The request's metadata."""
    input_messages: list[ChatMessage]
    """The conversation that was answered."""


class ChatCompletionList(Struct, kw_only=True, omit_defaults=True):
    """One page of stored chat completions."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[StoredChatCompletion]
    """The page."""
    has_more: bool
    """Whether there are more after it."""
    first_id: str
    """The id of the first one; empty if there are none."""
    last_id: str
    """The id of the last one, for `after`; empty if there are none."""


class GetChatCompletionRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a stored chat completion."""

    completion_id: str
    """Its id."""


class UpdateChatCompletionRequest(Struct, kw_only=True, omit_defaults=True):
    """New metadata of a stored chat completion."""

    completion_id: str
    """Its id."""
    metadata: Annotated[dict[str, str], Meta(max_length=16)] | None = None
    """Replaces all of the old metadata."""


class DeleteChatCompletionRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a stored chat completion to be deleted."""

    completion_id: str
    """Its id."""


class ChatCompletionDeleted(Struct, kw_only=True, omit_defaults=True):
    """Says that a chat completion was deleted."""

    id: str
    """Its id."""
    object: Literal["chat.completion.deleted"] = field(
        default_factory=lambda: "chat.completion.deleted"
    )
    """Always `chat.completion.deleted`."""
    deleted: bool
    """Always true."""


class ListChatCompletionMessagesRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for the messages of a stored chat completion."""

    completion_id: str
    """The id of the chat completion."""
    after: str | None = None
    """The message id after which the page begins. The first page if unset."""
    limit: Annotated[int, Meta(ge=1, le=100)] | None = None
    """The most to return, 1 to 100. 20 if unset."""
    order: Literal["asc", "desc"] | None = None
    """By their place: `asc`, which is the default, or `desc`."""


class StoredMessage(Struct, kw_only=True, omit_defaults=True):
    """A message of a stored chat completion."""

    id: str
    """The completion's id, a dash, and the message's place from 0."""
    role: str
    """Who speaks."""
    content: str | None = field(default_factory=lambda: None)
    """The text; `null` where there are only parts or calls."""
    content_parts: list[ContentPart] | None = field(default_factory=lambda: None)
    """The parts, where the message came in parts."""
    name: str | None = None
    """A name that tells speakers of the same role apart."""
    tool_calls: list[ToolCall] | None = None
    """The tools that were called."""
    tool_call_id: str | None = None
    """The call that a `tool` message answers."""
    refusal: str | None = None
    """Why the assistant would not answer."""
    function_call: FunctionCall | None = None
    """Deprecated form of `tool_calls`."""
    annotations: list[Raw] | None = None
    """Sources of the text, each as JSON."""
    audio: Raw = ABSENT
    """The spoken answer, as JSON."""


class ChatCompletionMessageList(Struct, kw_only=True, omit_defaults=True):
    """One page of messages."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[StoredMessage]
    """The page."""
    has_more: bool
    """Whether there are more after it."""
    first_id: str
    """The id of the first one; empty if there are none."""
    last_id: str
    """The id of the last one, for `after`; empty if there are none."""


Tokens: TypeAlias = list[int]
"""A list of tokens."""


PromptItem: TypeAlias = str | int | Tokens
"""A text, a token, or a list of tokens."""


PromptItems: TypeAlias = list[PromptItem]
"""Texts, tokens, or lists of tokens; all of one kind."""


Prompt: TypeAlias = str | PromptItems
"""What is to be continued."""


class CompletionRequest(Struct, kw_only=True, omit_defaults=True):
    """One or more texts to be continued."""

    model: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    prompt: Prompt
    """The texts, or their tokens."""
    best_of: Annotated[int, Meta(ge=1)] | None = None
    """Produces this many and answers the `n` likeliest. 1 if unset."""
    echo: bool | None = None
    """Whether the answer begins with the prompt. No if unset."""
    frequency_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    """Penalty in [-2, 2] on tokens by how often they occur so far. 0 if unset."""
    logit_bias: dict[str, float] | None = None
    """What is added to the logits of tokens, in [-100, 100], by the token's id in decimal."""
    logprobs: Annotated[int, Meta(ge=0, le=5)] | None = None
    """How many of the likeliest tokens to name at each place, 0 to 5. None if unset."""
    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    """The most tokens to produce, at least 1. 16 if unset."""
    n: Annotated[int, Meta(ge=1, le=128)] | None = None
    """How many answers to produce for each prompt, 1 to 128. 1 if unset."""
    presence_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    """Penalty in [-2, 2] on tokens that occur so far. 0 if unset."""
    seed: int | None = None
    """Equal requests with the same seed get the same answer, as far as the provider can."""
    stop: Stop | None = None
    """Up to four strings that end the answer and are not part of it."""
    stream: bool | None = None
    """Whether the answer comes chunk by chunk. Only REST callers set it; gRPC callers choose the method."""
    stream_options: StreamOptions | None = None
    """Settings of a streamed answer."""
    suffix: str | None = None
    """What comes after the answer, for models that fill in a gap."""
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    """Sampling temperature in [0, 2]; 0 is greedy. 1 if unset."""
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Only the likeliest tokens that together reach this probability are sampled, in [0, 1]. 1 if unset."""
    user: str | None = None
    """A name of the end user."""
    top_k: Annotated[int, Meta(ge=-1)] | None = None
    """Only this many of the likeliest tokens are sampled; 0 is all. An extension that open-weight engines share."""
    min_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Only tokens at least this likely, relative to the likeliest, are sampled, in [0, 1]. An extension."""
    repetition_penalty: Annotated[float, Meta(ge=0)] | None = None
    """Divides the logits of tokens that occur so far, above 0; 1 is none. An extension."""
    ignore_eos: bool | None = None
    """Whether to go on after the model's end token, for benchmarks. An extension."""
    extra: dict[str, Raw] | None = field(default=None, name="fleet.extra")
    """What else the caller sent: JSON text by field name. Forwarded where a provider can."""


NullableDouble: TypeAlias = float | None
"""A number, or nothing."""


TokenLogprobs: TypeAlias = dict[str, float]
"""The likeliest tokens at one place."""


class CompletionLogprobs(Struct, kw_only=True, omit_defaults=True):
    """How likely the tokens of a continued text were. The lists are parallel."""

    text_offset: list[int]
    """Where each token begins, in characters of the text."""
    token_logprobs: list[NullableDouble]
    """Natural logarithm of each token's probability; `null` for the first one of an echoed prompt."""
    tokens: list[str]
    """The tokens' texts."""
    top_logprobs: list[TokenLogprobs] | None = field(default_factory=lambda: None)
    """The likeliest tokens at each place, with their logarithms."""


class CompletionChoice(Struct, kw_only=True, omit_defaults=True):
    """One continued text."""

    finish_reason: str | None = field(default_factory=lambda: None)
    """Why it ended: `stop`, `length` or `content_filter`. `null` before the last chunk."""
    index: int
    """Its place among the answers, from 0."""
    logprobs: CompletionLogprobs | None = field(default_factory=lambda: None)
    """How likely its tokens were, where the request asked."""
    text: str
    """The text."""


class Completion(Struct, kw_only=True, omit_defaults=True):
    """Continued texts; also one piece of them when streamed."""

    id: str
    """Names the answer: `cmpl-` and more."""
    choices: list[CompletionChoice]
    """One for each of the `n` answers to each prompt."""
    created: int
    """When it was begun, in Unix seconds."""
    model: str
    """The model, as the request named it."""
    object: Literal["text_completion"] = field(default_factory=lambda: "text_completion")
    """Always `text_completion`."""
    system_fingerprint: str | None = None
    """Names the provider's configuration."""
    usage: Usage | None = None
    """What the answer cost."""


class EmbeddingRequest(Struct, kw_only=True, omit_defaults=True):
    """Texts to be turned into vectors."""

    model: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    input: Prompt
    """A text, up to 2048 texts, or their tokens."""
    encoding_format: Literal["float", "base64"] | None = None
    """`float`, which is the default, or `base64`: little-endian 32-bit floats."""
    dimensions: Annotated[int, Meta(ge=1)] | None = None
    """The length of the vectors, where the model can shorten them. The model's own if unset."""
    user: str | None = None
    """A name of the end user."""
    extra: dict[str, Raw] | None = field(default=None, name="fleet.extra")
    """What else the caller sent: JSON text by field name. Forwarded where a provider can."""


Floats: TypeAlias = list[float]
"""A list of numbers."""


Vector: TypeAlias = Floats | str
"""A vector in one of two forms."""


class Embedding(Struct, kw_only=True, omit_defaults=True):
    """The vector of one text."""

    object: Literal["embedding"] = field(default_factory=lambda: "embedding")
    """Always `embedding`."""
    embedding: Vector
    """The vector."""
    index: int
    """The text's place in the input, from 0."""


class EmbeddingUsage(Struct, kw_only=True, omit_defaults=True):
    """What a call cost, in tokens."""

    prompt_tokens: int
    """Tokens read."""
    total_tokens: int
    """The same, as nothing is produced."""


class EmbeddingList(Struct, kw_only=True, omit_defaults=True):
    """The vectors of some texts."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[Embedding]
    """One for each text, in order."""
    model: str
    """The model, as the request named it."""
    usage: EmbeddingUsage
    """What the call cost."""


RerankText: TypeAlias = str | ContentPart
"""A text, or one part with a text or an image."""


class RerankRequest(Struct, kw_only=True, omit_defaults=True):
    """Items to be ordered by how well they answer a query."""

    model: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    query: RerankText
    """The query."""
    items: Annotated[list[RerankText], Meta(min_length=1)]
    """The items. At least one."""
    max_num_results: Annotated[int, Meta(ge=1)] | None = None
    """The most to return, at least 1. All if unset."""
    extra: dict[str, Raw] | None = field(default=None, name="fleet.extra")
    """What else the caller sent: JSON text by field name. Forwarded where a provider can."""


class RerankData(Struct, kw_only=True, omit_defaults=True):
    """One item's place and score."""

    index: int
    """Its place in the request, from 0."""
    relevance_score: float
    """How well it answers the query; larger is better, the scale is the model's."""


class RerankResponse(Struct, kw_only=True, omit_defaults=True):
    """The items, best first."""

    data: list[RerankData]
    """Their places and scores."""


class InteractionText(Struct, kw_only=True, omit_defaults=True):
    """A text."""

    type: Literal["text"] = field(default_factory=lambda: "text")
    """Always `text`."""
    text: str
    """The text."""


class InteractionContent(Struct, kw_only=True, omit_defaults=True):
    """One item of what is said; `type` says which of the other fields are set."""

    type: str | None = None
    """`text`, which is the default, `image`, `function_call`, `function_result` (or `function_response`), or `thought`."""
    text: str | None = None
    """The text of a `text` item."""
    id: str | None = None
    """Names the call of a `function_call`; an older name of `call_id` in a `function_result`."""
    name: str | None = None
    """The function of a `function_call` or a `function_result`."""
    arguments: Raw = ABSENT
    """The JSON object of arguments of a `function_call`."""
    call_id: str | None = None
    """The call that a `function_result` answers."""
    result: Raw = ABSENT
    """What the function of a `function_result` returned."""
    response: Raw = ABSENT
    """Older name of `result`."""
    data: str | None = None
    """The image of an `image` item in base64."""
    mime_type: str | None = None
    """The image's MIME type, such as `image/png`."""
    uri: str | None = None
    """The image's address."""
    summary: list[InteractionText] | None = None
    """What the model thought, in a `thought` item."""
    signature: str | None = None
    """Proves where a `thought` comes from; only Google's models sign theirs."""


InteractionContents: TypeAlias = list[InteractionContent]
"""A list of items."""


InteractionTurnContent: TypeAlias = str | InteractionContents
"""What a turn says: a text, or a list of items."""


class InteractionTurn(Struct, kw_only=True, omit_defaults=True):
    """One turn of a conversation, with `role` and `content`; or, without `role`, one item: the model's if it is a
    `function_call` or a `thought`, else the user's.
    """

    role: Literal["user", "model"] | None = None
    """Who speaks: `user` or `model`."""
    content: InteractionTurnContent | None = None
    """What is said."""
    type: str | None = None
    """As in `InteractionContent`, for an item; so are the fields that follow."""
    text: str | None = None
    """The text."""
    id: str | None = None
    """Names the call."""
    name: str | None = None
    """The function."""
    arguments: Raw = ABSENT
    """The JSON object of arguments."""
    call_id: str | None = None
    """The call that is answered."""
    result: Raw = ABSENT
    """What the function returned."""
    response: Raw = ABSENT
    """Older name of `result`."""
    data: str | None = None
    """The image in base64."""
    mime_type: str | None = None
    """The image's MIME type."""
    uri: str | None = None
    """The image's address."""


InteractionTurns: TypeAlias = list[InteractionTurn]
"""A list of turns."""


InteractionInput: TypeAlias = str | InteractionTurns | InteractionTurn
"""What is said: a text, or turns of a conversation, or items of what was said, or one such item."""


class InteractionConfig(Struct, kw_only=True, omit_defaults=True):
    """How an answer is produced."""

    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    """Sampling temperature in [0, 2]; 0 is greedy. 1 if unset."""
    top_k: Annotated[int, Meta(ge=1)] | None = None
    """Only this many of the likeliest tokens are sampled, at least 1. All if unset."""
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Only the likeliest tokens that together reach this probability are sampled, in [0, 1]. 1 if unset."""
    max_output_tokens: Annotated[int, Meta(ge=1)] | None = None
    """The most tokens to produce, at least 1. What the context allows if unset."""
    seed: int | None = None
    """Equal requests with the same seed get the same answer, as far as the provider can."""
    stop_sequences: list[str] | None = None
    """Strings that end the answer and are not part of it."""
    thinking_level: Literal["minimal", "low", "medium", "high"] | None = None
    """How much a reasoning model thinks: `minimal`, `low`, `medium` or `high`."""
    tool_choice: Literal["auto", "any", "none", "validated"] | None = None
    """Which tool is called: `auto`, which `validated` is here too, `any` or `none`. `auto` if unset and there are tools."""


class InteractionFunction(Struct, kw_only=True, omit_defaults=True):
    """A function that a model may call."""

    name: str
    """Letters, digits, `_` and `-`, up to 64 characters."""
    description: str | None = None
    """What it does, for the model."""
    parameters: Raw = ABSENT
    """The JSON Schema of its arguments. No arguments if unset."""


class InteractionTool(Struct, kw_only=True, omit_defaults=True):
    """A tool that a model may call: a function, or in the older form a list of them."""

    type: str | None = None
    """`function`, which is the default. Tools that Google runs itself are not served."""
    name: str | None = None
    """Letters, digits, `_` and `-`, up to 64 characters."""
    description: str | None = None
    """What it does, for the model."""
    parameters: Raw = ABSENT
    """The JSON Schema of its arguments. No arguments if unset."""
    function_declarations: list[InteractionFunction] | None = None
    """Functions; the fields above are unset then."""


class CreateInteractionRequest(Struct, kw_only=True, omit_defaults=True):
    """One prompt or conversation to be continued."""

    model: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    input: InteractionInput
    """What is said."""
    system_instruction: str | None = None
    """What the model is told before the conversation."""
    generation_config: InteractionConfig | None = None
    """How the answer is produced."""
    tools: list[InteractionTool] | None = None
    """The tools that the answer may call."""
    previous_interaction_id: str | None = None
    """The interaction, stored before, that this one goes on from."""
    stream: bool | None = None
    """Whether the answer comes event by event. Only REST callers set it; gRPC callers choose the method."""
    store: bool | None = None
    """Whether the interaction is stored, to be gone on from later. Yes if unset, where the deployment has a store."""
    response_modalities: list[str] | None = None
    """What the answer may consist of; all answers are text."""
    response_format: Raw = ABSENT
    """The JSON Schema that the text of the answer must follow. Free text if unset."""
    response_mime_type: str | None = None
    """The MIME type of the text; `application/json` goes with `response_format`."""
    service_tier: Literal["flex", "standard", "priority"] | None = None
    """The latency tier: `flex`, `standard` or `priority`."""
    background: bool | None = None
    """Whether the answer is made behind the caller's back; not served."""
    extra: dict[str, Raw] | None = field(default=None, name="fleet.extra")
    """What else the caller sent: JSON text by field name. Forwarded where a provider can."""


class InteractionUsage(Struct, kw_only=True, omit_defaults=True):
    """What a call cost, in tokens."""

    total_input_tokens: int
    """Tokens read."""
    total_output_tokens: int
    """Tokens produced."""
    total_tokens: int
    """Their sum."""
    total_cached_tokens: int | None = None
    """Tokens of the input found in the prefix cache."""
    total_thought_tokens: int | None = None
    """Tokens of the output that were thought, not said."""


class Interaction(Struct, kw_only=True, omit_defaults=True):
    """An answer."""

    id: str
    """Names the interaction, for `previous_interaction_id`."""
    object: Literal["interaction"] = field(default_factory=lambda: "interaction")
    """Always `interaction`."""
    status: Literal["completed"] = field(default_factory=lambda: "completed")
    """Always `completed`."""
    created: str
    """When it was begun, as RFC 3339 has it."""
    updated: str
    """When it was ended."""
    model: str
    """The model, as the request named it."""
    role: Literal["model"] = field(default_factory=lambda: "model")
    """Always `model`."""
    outputs: list[InteractionContent]
    """What was said: items of type `thought`, `text` and `function_call`, in this order."""
    usage: InteractionUsage
    """What the answer cost."""


class InteractionState(Struct, kw_only=True, omit_defaults=True):
    """An interaction while it is streamed."""

    id: str
    """Names the interaction, for `previous_interaction_id`."""
    object: Literal["interaction"] = field(default_factory=lambda: "interaction")
    """Always `interaction`."""
    status: str
    """`in_progress` or `completed`."""
    created: str
    """When it was begun, as RFC 3339 has it."""
    updated: str
    """When this event was sent."""
    model: str
    """The model, as the request named it."""
    role: Literal["model"] = field(default_factory=lambda: "model")
    """Always `model`."""
    usage: InteractionUsage | None = None
    """What the answer cost, when it is `completed`."""


class InteractionDelta(Struct, kw_only=True, omit_defaults=True):
    """What is new in a streamed answer; `type` says which of the other fields are set."""

    type: str
    """`text`, `thought_summary` or `function_call`."""
    text: str | None = None
    """New text."""
    content: InteractionText | None = None
    """New text of what the model thinks."""
    id: str | None = None
    """Names the call of a `function_call`, which comes whole."""
    name: str | None = None
    """The function."""
    arguments: Raw = ABSENT
    """The JSON object of arguments."""


class InteractionEvent(Struct, kw_only=True, omit_defaults=True):
    """One event of a streamed answer; `event_type` says which of the other fields are set."""

    event_type: str
    """`interaction.start`, `content.start`, `content.delta`, `content.stop` or `interaction.complete`."""
    interaction: InteractionState | None = None
    """The interaction without outputs, in `interaction.*`."""
    index: int | None = None
    """The place of the item among the outputs, from 0, in `content.*`."""
    content: InteractionContent | None = None
    """The item without what deltas bring, in `content.start`."""
    delta: InteractionDelta | None = None
    """What is new, in `content.delta`."""


class LegacyUrl(Struct, kw_only=True, omit_defaults=True):
    """An address."""

    uri: str
    """An http(s) or a `data:` URL."""


class LegacyImage(Struct, kw_only=True, omit_defaults=True):
    """An image, by its address or as it is."""

    url: LegacyUrl | None = None
    """Its address."""
    data: str | None = None
    """The image in base64."""


class LegacyContentItem(Struct, kw_only=True, omit_defaults=True):
    """A text or an image."""

    type: Literal["text", "image"]
    """`text` or `image`."""
    text: str | None = None
    """The text of a `text` item."""
    image: LegacyImage | None = None
    """The image of an `image` item."""


LegacyContentItems: TypeAlias = list[LegacyContentItem]
"""A list of content items."""


LegacyContent: TypeAlias = str | LegacyContentItem | LegacyContentItems
"""What a message says: a text, one item, or several."""


class LegacyToolCall(Struct, kw_only=True, omit_defaults=True):
    """One call of a tool."""

    call_id: str
    """Names the call; the `tool` message that answers it repeats it."""
    tool_name: str
    """The tool."""
    arguments: Raw
    """The arguments: JSON text in a string, or in requests an object."""


class LegacyMessage(Struct, kw_only=True, omit_defaults=True):
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant", "tool"]
    """Who speaks: `system`, `user`, `assistant` or `tool`."""
    content: LegacyContent
    """What is said."""
    context: LegacyContent | None = None
    """What a `user` message is to be understood with; the model sees it after the content."""
    call_id: str | None = None
    """The call that a `tool` message answers."""
    stop_reason: str | None = None
    """Why an `assistant` message ended."""
    tool_calls: list[LegacyToolCall] | None = None
    """The tools that an `assistant` message called."""


class LegacySamplingStrategy(Struct, kw_only=True, omit_defaults=True):
    """A sampling strategy; `type` says which of the other fields are set."""

    type: Literal["greedy", "top_p", "top_k"]
    """`greedy`, `top_p` or `top_k`."""
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    """Sampling temperature in [0, 2], for `top_p`."""
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Only the likeliest tokens that together reach this probability are sampled, for `top_p`. 0.95 if unset."""
    top_k: Annotated[int, Meta(ge=1)] | None = None
    """Only this many of the likeliest tokens are sampled, for `top_k`."""


class LegacySamplingParams(Struct, kw_only=True, omit_defaults=True):
    """How tokens are chosen."""

    strategy: LegacySamplingStrategy | None = None
    """Greedily if unset."""
    max_tokens: Annotated[int, Meta(ge=0)] | None = None
    """The most tokens to produce. What the context allows if unset or 0."""
    repetition_penalty: Annotated[float, Meta(ge=0)] | None = None
    """Divides the logits of tokens that occur so far, above 0. 1, which is none, if unset."""
    stop: list[str] | None = None
    """Strings that end the answer and are not part of it."""


class LegacyToolParameter(Struct, kw_only=True, omit_defaults=True):
    """A parameter of a tool."""

    param_type: str
    """Its type, as JSON Schema or as Python has it."""
    description: str | None = None
    """What it means, for the model."""
    required: bool | None = None
    """Whether it must be given. Yes if unset."""
    default: Raw = ABSENT
    """Its value where it is not given."""


class LegacyToolDefinition(Struct, kw_only=True, omit_defaults=True):
    """A tool that a model may call."""

    tool_name: str
    """Its name."""
    description: str | None = None
    """What it does, for the model."""
    parameters: dict[str, LegacyToolParameter] | None = None
    """Its parameters by name."""


class LegacyResponseFormat(Struct, kw_only=True, omit_defaults=True):
    """What the text of an answer must look like."""

    type: Literal["json_schema", "grammar"]
    """`json_schema`; `grammar` is not served."""
    json_schema: Raw = ABSENT
    """The JSON Schema, for `json_schema`."""
    bnf: Raw = ABSENT
    """The grammar in Backus-Naur form as JSON, for `grammar`."""


class LegacyLogprobs(Struct, kw_only=True, omit_defaults=True):
    """How much is said of each token."""

    top_k: Annotated[int, Meta(ge=0)] | None = None
    """How many of the likeliest tokens to name at each place. 0, the chosen one alone, if unset."""


class LegacyToolConfig(Struct, kw_only=True, omit_defaults=True):
    """How tools are called."""

    tool_choice: str | None = None
    """`auto`, `required`, `none`, or a tool by its name. `auto` if unset."""
    tool_prompt_format: str | None = None
    """How calls are written in the prompt; the model's own template decides."""
    system_message_behavior: str | None = None
    """How the system message and that of the template go together; the model's own template decides."""


class LegacyChatRequest(Struct, kw_only=True, omit_defaults=True):
    """One conversation to be continued."""

    model_id: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    messages: Annotated[list[LegacyMessage], Meta(min_length=1)]
    """The conversation so far, oldest first. At least one."""
    sampling_params: LegacySamplingParams | None = None
    """How tokens are chosen."""
    tools: list[LegacyToolDefinition] | None = None
    """The tools that the answer may call."""
    tool_choice: Literal["auto", "required", "none"] | None = None
    """Deprecated form of `tool_config.tool_choice`."""
    tool_prompt_format: str | None = None
    """Deprecated form of `tool_config.tool_prompt_format`."""
    response_format: LegacyResponseFormat | None = None
    """What the text of the answer must look like. Free text if unset."""
    stream: bool | None = None
    """Whether the answer comes event by event. Only REST callers set it; gRPC callers choose the method."""
    logprobs: LegacyLogprobs | None = None
    """Whether the answer says how likely each of its tokens was. No if unset."""
    tool_config: LegacyToolConfig | None = None
    """How tools are called."""


class LegacyMetric(Struct, kw_only=True, omit_defaults=True):
    """One measure of what an answer cost."""

    metric: str
    """`prompt_tokens`, `completion_tokens` or `total_tokens`."""
    value: int
    """How many."""
    unit: Literal["tokens"] = field(default_factory=lambda: "tokens")
    """Always `tokens`."""


class LegacyCompletionMessage(Struct, kw_only=True, omit_defaults=True):
    """What a model said."""

    role: Literal["assistant"] = field(default_factory=lambda: "assistant")
    """Always `assistant`."""
    content: str
    """The text; empty where only tools are called."""
    stop_reason: str
    """Why it ended: `end_of_turn`, `end_of_message` or `out_of_tokens`."""
    tool_calls: list[LegacyToolCall]
    """The tools that it calls."""


class LegacyTokenLogprobs(Struct, kw_only=True, omit_defaults=True):
    """How likely tokens were at one place."""

    logprobs_by_token: dict[str, float]
    """Natural logarithm of the probability, by the token's text."""


class LegacyChatAnswer(Struct, kw_only=True, omit_defaults=True):
    """An answer to a conversation."""

    metrics: list[LegacyMetric] | None = field(default_factory=lambda: None)
    """What the answer cost."""
    completion_message: LegacyCompletionMessage
    """What was said."""
    logprobs: list[LegacyTokenLogprobs] | None = field(default_factory=lambda: None)
    """How likely the tokens were, where the request asked."""


LegacyToolCallDelta: TypeAlias = str | LegacyToolCall
"""The new part of a call."""


class LegacyDelta(Struct, kw_only=True, omit_defaults=True):
    """The new part of an answer; `type` says which of the other fields are set."""

    type: str
    """`text` or `tool_call`."""
    text: str | None = None
    """The new text."""
    tool_call: LegacyToolCallDelta | None = None
    """The new part of a call."""
    parse_status: str | None = None
    """How far a `tool_call` is: `started`, `in_progress` or `succeeded`."""


class LegacyChatEvent(Struct, kw_only=True, omit_defaults=True):
    """What is new in a streamed answer."""

    event_type: str
    """`start`, `progress`, or `complete` for the last one."""
    delta: LegacyDelta
    """The new part."""
    logprobs: list[LegacyTokenLogprobs] | None = field(default_factory=lambda: None)
    """How likely the new tokens were, where the request asked."""
    stop_reason: str | None = field(default_factory=lambda: None)
    """Why the answer ended, in its last event."""


class LegacyChatChunk(Struct, kw_only=True, omit_defaults=True):
    """One event of a streamed answer."""

    metrics: list[LegacyMetric] | None = field(default_factory=lambda: None)
    """What the answer cost, in the last event."""
    event: LegacyChatEvent
    """The event."""


class LegacyCompletionRequest(Struct, kw_only=True, omit_defaults=True):
    """A text to be continued."""

    model_id: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    content: LegacyContent
    """The text."""
    sampling_params: LegacySamplingParams | None = None
    """How tokens are chosen."""
    response_format: LegacyResponseFormat | None = None
    """What the text must look like; not served, as models continue plain texts freely."""
    stream: bool | None = None
    """Whether the answer comes chunk by chunk. Only REST callers set it; gRPC callers choose the method."""
    logprobs: LegacyLogprobs | None = None
    """Whether the answer says how likely each of its tokens was. No if unset."""


class LegacyCompletionAnswer(Struct, kw_only=True, omit_defaults=True):
    """A continued text."""

    metrics: list[LegacyMetric] | None = field(default_factory=lambda: None)
    """What the answer cost."""
    content: str
    """The text."""
    stop_reason: str
    """Why it ended: `end_of_turn`, `end_of_message` or `out_of_tokens`."""
    logprobs: list[LegacyTokenLogprobs] | None = field(default_factory=lambda: None)
    """How likely the tokens were, where the request asked."""


class LegacyCompletionChunk(Struct, kw_only=True, omit_defaults=True):
    """One piece of a continued text."""

    metrics: list[LegacyMetric] | None = field(default_factory=lambda: None)
    """What the answer cost, in the last chunk."""
    delta: str
    """The new text."""
    stop_reason: str | None = field(default_factory=lambda: None)
    """Why the text ended, in its last chunk."""
    logprobs: list[LegacyTokenLogprobs] | None = field(default_factory=lambda: None)
    """How likely the new tokens were, where the request asked."""


class LegacyEmbeddingsRequest(Struct, kw_only=True, omit_defaults=True):
    """Texts to be turned into vectors."""

    model_id: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    contents: Annotated[list[LegacyContent], Meta(min_length=1)]
    """The texts. At least one."""
    text_truncation: Literal["none", "start", "end"] | None = None
    """Where texts that are too long are cut; models cut them as they do."""
    output_dimension: Annotated[int, Meta(ge=1)] | None = None
    """The length of the vectors, where the model can shorten them. The model's own if unset."""
    task_type: Literal["query", "document"] | None = None
    """What the vectors are for; only models that tell the two apart would heed it."""


class LegacyEmbeddingsAnswer(Struct, kw_only=True, omit_defaults=True):
    """The vectors of some texts."""

    embeddings: list[Floats]
    """One for each text, in order."""


LegacyMessages: TypeAlias = list[LegacyMessage]
"""A conversation."""


class LegacyBatchChatRequest(Struct, kw_only=True, omit_defaults=True):
    """Several conversations to be continued."""

    model_id: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    messages_batch: list[LegacyMessages]
    """The conversations."""
    sampling_params: LegacySamplingParams | None = None
    """How tokens are chosen."""
    tools: list[LegacyToolDefinition] | None = None
    """The tools that answers may call."""
    tool_config: LegacyToolConfig | None = None
    """How tools are called."""
    response_format: LegacyResponseFormat | None = None
    """What the texts of the answers must look like. Free text if unset."""
    logprobs: LegacyLogprobs | None = None
    """Whether answers say how likely each of their tokens was. No if unset."""


class LegacyBatchChatAnswer(Struct, kw_only=True, omit_defaults=True):
    """Answers to several conversations."""

    batch: list[LegacyChatAnswer]
    """One for each conversation, in order."""


class LegacyBatchCompletionRequest(Struct, kw_only=True, omit_defaults=True):
    """Several texts to be continued."""

    model_id: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    content_batch: list[LegacyContent]
    """The texts."""
    sampling_params: LegacySamplingParams | None = None
    """How tokens are chosen."""
    response_format: LegacyResponseFormat | None = None
    """What the texts must look like; not served, as models continue plain texts freely."""
    logprobs: LegacyLogprobs | None = None
    """Whether answers say how likely each of their tokens was. No if unset."""


class LegacyBatchCompletionAnswer(Struct, kw_only=True, omit_defaults=True):
    """Several continued texts."""

    batch: list[LegacyCompletionAnswer]
    """One for each text, in order."""


class ImageSource(Struct, kw_only=True, omit_defaults=True):
    """Where an image is; `type` says which of the other fields are set."""

    type: str
    """`base64` or `url`."""
    media_type: str | None = None
    """The image's MIME type, for `base64`."""
    data: str | None = None
    """The image in base64."""
    url: str | None = None
    """The address of a `url` source."""


class ToolResultBlock(Struct, kw_only=True, omit_defaults=True):
    """A text or an image."""

    type: str
    """`text` or `image`."""
    text: str | None = None
    """The text of a `text` block."""
    source: ImageSource | None = None
    """Where the image of an `image` block is."""


ToolResultBlocks: TypeAlias = list[ToolResultBlock]
"""A list of blocks without tools."""


ToolResultContent: TypeAlias = str | ToolResultBlocks
"""What a tool returned: a text, or a list of parts."""


class BlockSource(Struct, kw_only=True, omit_defaults=True):
    """Where the content of a block is; `type` says which of the other fields are set."""

    type: str
    """`base64`, `url`, `text` or `content`."""
    media_type: str | None = None
    """The content's MIME type, for `base64` and `text`."""
    data: str | None = None
    """The content, in base64 or as plain text."""
    url: str | None = None
    """The address of a `url` source."""
    content: ToolResultContent | None = None
    """The content of a `content` source: a text, or blocks of type `text` and `image`."""


class ContentBlock(Struct, kw_only=True, omit_defaults=True):
    """One block of a message; `type` says which of the other fields are set."""

    type: str
    """`text`, `image`, `document`, `tool_use`, `tool_result`, `thinking` or `redacted_thinking`."""
    text: str | None = None
    """The text of a `text` block."""
    source: BlockSource | None = None
    """Where the content of an `image` or a `document` is."""
    title: str | None = None
    """What a `document` is called."""
    context: str | None = None
    """What the model is told of a `document` besides its content."""
    id: str | None = None
    """Names the call of a `tool_use` block; the block that answers it repeats it."""
    name: str | None = None
    """The tool that a `tool_use` block calls."""
    input: Raw = ABSENT
    """The JSON object of arguments of a `tool_use` block."""
    tool_use_id: str | None = None
    """The call that a `tool_result` block answers."""
    content: ToolResultContent | None = None
    """What the tool of a `tool_result` block returned."""
    is_error: bool | None = None
    """Whether the tool of a `tool_result` block failed."""
    thinking: str | None = None
    """What the model thought, in a `thinking` block."""
    signature: str | None = None
    """Proves where a `thinking` block comes from; empty, as only Anthropic's models sign theirs."""
    data: str | None = None
    """The hidden thoughts of a `redacted_thinking` block."""
    cache_control: Raw = ABSENT
    """Where Anthropic's cache has a breakpoint; other servers cache prefixes by themselves."""


ContentBlocks: TypeAlias = list[ContentBlock]
"""A list of content blocks."""


MessageContent: TypeAlias = str | ContentBlocks
"""What a message says: a text, or a list of blocks."""


class InputMessage(Struct, kw_only=True, omit_defaults=True):
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    """Who speaks: `user` or `assistant`."""
    content: MessageContent
    """What is said."""


class MessageMetadata(Struct, kw_only=True, omit_defaults=True):
    """Who asks."""

    user_id: str | None = None
    """A stable, opaque name of the end user."""


class Thinking(Struct, kw_only=True, omit_defaults=True):
    """Whether and how much a model thinks before it answers."""

    type: Literal["enabled", "disabled", "adaptive", "between_tools"]
    """`enabled`, `disabled`, or where the model decides `adaptive` or `between_tools`."""
    budget_tokens: Annotated[int, Meta(ge=1024)] | None = None
    """The most tokens of thinking, at least 1024. Models know it as a reasoning effort."""


class MessageToolChoice(Struct, kw_only=True, omit_defaults=True):
    """Which tool is called."""

    type: Literal["auto", "any", "none", "tool"]
    """`auto`, `any`, `none`, or `tool` for a certain one."""
    name: str | None = None
    """The tool, for `tool`."""
    disable_parallel_tool_use: bool | None = None
    """Whether the answer may call one tool at most. No if unset."""


class MessageTool(Struct, kw_only=True, omit_defaults=True):
    """A tool that a model may call."""

    type: str | None = None
    """`custom`, which is the default. Tools that Anthropic runs itself are not served."""
    name: str
    """Letters, digits, `_` and `-`, up to 64 characters."""
    description: str | None = None
    """What it does, for the model."""
    input_schema: Raw = ABSENT
    """The JSON Schema of its input."""
    strict: bool | None = None
    """Whether input must follow the schema exactly."""
    cache_control: Raw = ABSENT
    """Where Anthropic's cache has a breakpoint; other servers cache prefixes by themselves."""


class OutputFormat(Struct, kw_only=True, omit_defaults=True):
    """What the text of an answer must look like."""

    type: Literal["json_schema"] = field(default_factory=lambda: "json_schema")
    """Always `json_schema`."""
    schema: Raw
    """The JSON Schema that it must follow."""


class OutputConfig(Struct, kw_only=True, omit_defaults=True):
    """What an answer looks like, and how much effort it takes."""

    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    """How much a reasoning model thinks: `low`, `medium`, `high`, `xhigh` or `max`. Wins over `thinking.budget_tokens`."""
    format: OutputFormat | None = None
    """What the text must look like. Free text if unset."""


class CreateMessageRequest(Struct, kw_only=True, omit_defaults=True):
    """One conversation to be continued."""

    model: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    messages: Annotated[list[InputMessage], Meta(min_length=1)]
    """The conversation so far, oldest first. At least one."""
    max_tokens: Annotated[int, Meta(ge=1)]
    """The most tokens to produce, thinking included, at least 1."""
    system: MessageContent | None = None
    """What the model is told before the conversation: a text, or blocks of type `text`."""
    metadata: MessageMetadata | None = None
    """Who asks."""
    service_tier: Literal["auto", "standard_only"] | None = None
    """The latency tier: `auto` or `standard_only`."""
    stop_sequences: list[str] | None = None
    """Strings that end the answer and are not part of it."""
    stream: bool | None = None
    """Whether the answer comes event by event. Only REST callers set it; gRPC callers choose the method."""
    temperature: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Sampling temperature in [0, 1]; 0 is greedy. 1 if unset."""
    thinking: Thinking | None = None
    """Whether and how much the model thinks first."""
    tool_choice: MessageToolChoice | None = None
    """Which tool is called. The model decides if unset."""
    tools: list[MessageTool] | None = None
    """The tools that the answer may call."""
    top_k: Annotated[int, Meta(ge=1)] | None = None
    """Only this many of the likeliest tokens are sampled, at least 1. All if unset."""
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Only the likeliest tokens that together reach this probability are sampled, in [0, 1]. 1 if unset."""
    output_config: OutputConfig | None = None
    """What the answer looks like, and how much effort it takes."""
    cache_control: Raw = ABSENT
    """Where Anthropic's cache has a breakpoint; other servers cache prefixes by themselves."""
    inference_geo: str | None = None
    """Where Anthropic runs its models; the deployment decides here."""
    speed: str | None = None
    """Whether Anthropic's fast mode is wanted; the deployment decides here."""
    extra: dict[str, Raw] | None = field(default=None, name="fleet.extra")
    """What else the caller sent: JSON text by field name. Forwarded where a provider can."""


class CountMessageTokensRequest(Struct, kw_only=True, omit_defaults=True):
    """A conversation whose tokens are to be counted."""

    model: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    messages: Annotated[list[InputMessage], Meta(min_length=1)]
    """The conversation so far, oldest first. At least one."""
    system: MessageContent | None = None
    """What the model is told before the conversation: a text, or blocks of type `text`."""
    thinking: Thinking | None = None
    """Whether and how much the model would think first."""
    tool_choice: MessageToolChoice | None = None
    """Which tool would be called."""
    tools: list[MessageTool] | None = None
    """The tools that the answer might call."""
    output_config: OutputConfig | None = None
    """What the answer would look like."""
    cache_control: Raw = ABSENT
    """Where Anthropic's cache has a breakpoint; other servers cache prefixes by themselves."""
    speed: str | None = None
    """Whether Anthropic's fast mode is wanted; the deployment decides here."""
    extra: dict[str, Raw] | None = field(default=None, name="fleet.extra")
    """What else the caller sent: JSON text by field name. Forwarded where a provider can."""


class MessageTokensCount(Struct, kw_only=True, omit_defaults=True):
    """How many tokens a conversation has."""

    input_tokens: int
    """All tokens that the model reads, those of the system prompt and of the tools included."""


class MessageUsage(Struct, kw_only=True, omit_defaults=True):
    """What a call cost, in tokens."""

    input_tokens: int
    """Tokens read, those from the cache not counted. Unknown, and 0, in `message_start`."""
    output_tokens: int
    """Tokens produced."""
    cache_read_input_tokens: int | None = None
    """Tokens read from the prefix cache."""
    cache_creation_input_tokens: int | None = None
    """Tokens written to a cache that is paid for; only Anthropic's own servers have one."""


class Message(Struct, kw_only=True, omit_defaults=True):
    """An answer to a conversation."""

    id: str
    """Names the answer: `msg_` and more."""
    type: Literal["message"] = field(default_factory=lambda: "message")
    """Always `message`."""
    role: Literal["assistant"] = field(default_factory=lambda: "assistant")
    """Always `assistant`."""
    model: str
    """The model, as the request named it."""
    content: list[ContentBlock]
    """What was said: blocks of type `thinking`, `text` and `tool_use`, in this order."""
    stop_reason: str | None = field(default_factory=lambda: None)
    """Why it ended: `end_turn`, `max_tokens`, `stop_sequence`, `tool_use` or `refusal`. `null` while it is streamed."""
    stop_sequence: str | None = field(default_factory=lambda: None)
    """The stop sequence that ended it, where the model's server tells."""
    usage: MessageUsage
    """What the answer cost."""


class MessageDelta(Struct, kw_only=True, omit_defaults=True):
    """What is new in a streamed answer; `type` says which of the other fields are set."""

    type: str | None = None
    """`text_delta`, `input_json_delta`, `thinking_delta`; unset in `message_delta`."""
    text: str | None = None
    """New text."""
    partial_json: str | None = None
    """New text of a tool's input, which is JSON as a whole."""
    thinking: str | None = None
    """New text of what the model thinks."""
    stop_reason: str | None = None
    """Why the answer ended, in `message_delta`."""
    stop_sequence: str | None = None
    """The stop sequence that ended it, where the model's server tells."""


class MessageEvent(Struct, kw_only=True, omit_defaults=True):
    """One event of a streamed answer; `type` says which of the other fields are set."""

    type: str
    """`message_start`, `ping`, `content_block_start`, `content_block_delta`, `content_block_stop`, `message_delta` or
    `message_stop`.
    """
    message: Message | None = None
    """The answer without content, in `message_start`."""
    index: int | None = None
    """The place of the block among the content, from 0, in `content_block_*`."""
    content_block: ContentBlock | None = None
    """The block without what deltas bring, in `content_block_start`."""
    delta: MessageDelta | None = None
    """What is new, in `content_block_delta` and `message_delta`."""
    usage: MessageUsage | None = None
    """What the answer cost, in `message_delta`."""


class MessageBatchRequest(Struct, kw_only=True, omit_defaults=True):
    """One conversation of a batch."""

    custom_id: Annotated[str, Meta(min_length=1, max_length=64)]
    """The caller's name for it, another one for each: letters, digits, `_` and `-`, up to 64 characters."""
    params: CreateMessageRequest
    """The conversation. It is answered whole, whatever `stream` says."""


class CreateMessageBatchRequest(Struct, kw_only=True, omit_defaults=True):
    """Many conversations to be continued."""

    requests: Annotated[list[MessageBatchRequest], Meta(min_length=1, max_length=100000)]
    """The conversations, at most 100000."""


class MessageBatchCounts(Struct, kw_only=True, omit_defaults=True):
    """How many requests of a batch are in which state. All are `processing` until the batch ends."""

    processing: int
    """Those that the batch has not finished."""
    succeeded: int
    """Those that were answered."""
    errored: int
    """Those that failed."""
    canceled: int
    """Those that were canceled before they began."""
    expired: int
    """Those that had not begun a day after the batch was created."""


class MessageBatch(Struct, kw_only=True, omit_defaults=True):
    """A batch, and how far it is."""

    id: str
    """Names the batch: `msgbatch_` and more."""
    type: Literal["message_batch"] = field(default_factory=lambda: "message_batch")
    """Always `message_batch`."""
    processing_status: str
    """`in_progress`, `canceling` or `ended`."""
    request_counts: MessageBatchCounts
    """How many of its requests are in which state."""
    ended_at: str | None = field(default_factory=lambda: None)
    """When it ended, in RFC 3339."""
    created_at: str
    """When it was created, in RFC 3339."""
    expires_at: str
    """When what is not done is given up, in RFC 3339: a day after it was created."""
    archived_at: str | None = field(default_factory=lambda: None)
    """When its results were removed, in RFC 3339. Never: they are kept until the batch is deleted."""
    cancel_initiated_at: str | None = field(default_factory=lambda: None)
    """When somebody began to cancel it, in RFC 3339."""
    results_url: str | None = field(default_factory=lambda: None)
    """Where its results are, once it has ended: a path of this API."""


class ListMessageBatchesRequest(Struct, kw_only=True, omit_defaults=True):
    """Which batches are listed."""

    limit: Annotated[int, Meta(ge=1, le=1000)] | None = None
    """The most batches, from 1 to 1000. 20 if unset."""
    before_id: str | None = None
    """The batch whose newer neighbours are wanted."""
    after_id: str | None = None
    """The batch whose older neighbours are wanted."""


class MessageBatchList(Struct, kw_only=True, omit_defaults=True):
    """Some batches, newest first."""

    data: list[MessageBatch]
    """The batches."""
    has_more: bool
    """Whether there are more in the direction that was asked for."""
    first_id: str | None = field(default_factory=lambda: None)
    """The first one's id."""
    last_id: str | None = field(default_factory=lambda: None)
    """The last one's id."""


class GetMessageBatchRequest(Struct, kw_only=True, omit_defaults=True):
    """Which batch is wanted."""

    message_batch_id: str
    """Its id."""


class CancelMessageBatchRequest(Struct, kw_only=True, omit_defaults=True):
    """Which batch is canceled."""

    message_batch_id: str
    """Its id."""


class DeleteMessageBatchRequest(Struct, kw_only=True, omit_defaults=True):
    """Which batch is forgotten."""

    message_batch_id: str
    """Its id."""


class MessageBatchDeleted(Struct, kw_only=True, omit_defaults=True):
    """A batch that is gone."""

    id: str
    """Its id."""
    type: Literal["message_batch_deleted"] = field(default_factory=lambda: "message_batch_deleted")
    """Always `message_batch_deleted`."""


class ListMessageBatchResultsRequest(Struct, kw_only=True, omit_defaults=True):
    """Which batch's results are wanted."""

    message_batch_id: str
    """The batch's id."""


class MessageError(Struct, kw_only=True, omit_defaults=True):
    """What went wrong."""

    type: str
    """The kind of error, such as `invalid_request_error`."""
    message: str
    """What is wrong and what would help, for a person."""


class MessageBatchError(Struct, kw_only=True, omit_defaults=True):
    """An error in Anthropic's envelope."""

    type: Literal["error"] = field(default_factory=lambda: "error")
    """Always `error`."""
    error: MessageError
    """What went wrong."""
    request_id: str | None = field(default_factory=lambda: None)
    """Names the failed call at Anthropic's own servers; unset."""


class MessageBatchOutcome(Struct, kw_only=True, omit_defaults=True):
    """What came of a request; `type` says which of the other fields is set."""

    type: str
    """`succeeded`, `errored`, `canceled` or `expired`."""
    message: Message | None = None
    """The answer, in `succeeded`."""
    error: MessageBatchError | None = None
    """What went wrong, in `errored`."""


class MessageBatchResult(Struct, kw_only=True, omit_defaults=True):
    """What came of one request of a batch."""

    custom_id: str
    """The caller's name for the request."""
    result: MessageBatchOutcome
    """What came of it."""


class ListModelsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for all models. Its fields are Anthropic's, and heeded for callers with the header `anthropic-version` alone."""

    before_id: str | None = None
    """The id before which the page ends."""
    after_id: str | None = None
    """The id after which the page begins. The first page if unset."""
    limit: Annotated[int, Meta(ge=1, le=1000)] | None = None
    """The most to return, 1 to 1000. 20 if unset."""


class ModelSummary(Struct, kw_only=True, omit_defaults=True):
    """A model as OpenAI lists it."""

    id: str
    """The name that requests use."""
    object: Literal["model"] = field(default_factory=lambda: "model")
    """Always `model`."""
    created: int
    """When it came to be known here, in Unix seconds."""
    owned_by: str
    """Who serves it."""
    custom_metadata: Raw = field(default_factory=lambda: Raw(b"null"))
    """A JSON object: `model_type`, `provider_id`, `provider_resource_id`, and the model's metadata."""
    type: str | None = None
    """Always `model`, for Anthropic's callers."""
    display_name: str | None = None
    """A name for people, for Anthropic's callers."""
    created_at: str | None = None
    """When it came to be known here, as RFC 3339 has it, for Anthropic's callers."""


class GoogleModel(Struct, kw_only=True, omit_defaults=True):
    """A model as Google lists it."""

    name: str
    """`models/` and the name that requests use."""


class ModelList(Struct, kw_only=True, omit_defaults=True):
    """All models."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[ModelSummary]
    """The models, by name."""
    has_more: bool | None = None
    """Whether there are more in the direction of the page, for Anthropic's callers."""
    first_id: str | None = None
    """The id of the first one, for Anthropic's callers."""
    last_id: str | None = None
    """The id of the last one, for Anthropic's callers."""
    models: list[GoogleModel] | None = None
    """The models once more, for Google's callers."""


class GetModelRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a model."""

    model_id: str
    """The name that requests use; may contain slashes."""


class Model(Struct, kw_only=True, omit_defaults=True):
    """A model."""

    identifier: str
    """The name that requests use."""
    provider_resource_id: str | None = field(default_factory=lambda: None)
    """The provider's name for it."""
    provider_id: str
    """The provider that serves it."""
    type: Literal["model"] = field(default_factory=lambda: "model")
    """Always `model`."""
    metadata: Raw
    """A JSON object with more about it, such as `embedding_dimension` and `context_length`."""
    created: int
    """When it came to be known here, in Unix seconds."""
    owned_by: str
    """Who serves it."""
    model_type: Literal["llm", "embedding", "rerank"]
    """`llm`, `embedding` or `rerank`."""
    model_validation: bool | None = field(default_factory=lambda: None)
    """Whether registering it asked the provider if it serves it."""
    id: str
    """The same as `identifier`, under OpenAI's name."""
    object: Literal["model"] = field(default_factory=lambda: "model")
    """Always `model`, as OpenAI has it."""


class RegisterModelRequest(Struct, kw_only=True, omit_defaults=True):
    """A model to be registered."""

    model_id: Annotated[str, Meta(min_length=1)]
    """The name that requests will use."""
    provider_model_id: str | None = None
    """The provider's name for it; the same if unset."""
    provider_id: str | None = None
    """The provider; may be left out where there is only one."""
    metadata: Raw = ABSENT
    """A JSON object with more about it."""
    model_type: Literal["llm", "embedding", "rerank"] | None = None
    """`llm`, which is the default, `embedding` or `rerank`."""
    model_validation: bool | None = None
    """Whether to ask the provider if it serves the model. Yes if unset."""


class UnregisterModelRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a model to be unregistered."""

    model_id: str
    """The name that was registered."""


class ModelDeleted(Struct, kw_only=True, omit_defaults=True):
    """Says that a model was unregistered."""

    id: str
    """Its name."""
    object: Literal["model"] = field(default_factory=lambda: "model")
    """Always `model`."""
    deleted: bool
    """Always true."""
