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


class ListModelsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for all models."""


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


class ModelList(Struct, kw_only=True, omit_defaults=True):
    """All models."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[ModelSummary]
    """The models, by name."""


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
