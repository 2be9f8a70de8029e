"""Messages of `fleet.agents.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class Annotation(Struct, kw_only=True, omit_defaults=True):
    """A source of a text; `type` says which of the other fields are set."""

    type: str
    """`file_citation`, `url_citation`, `container_file_citation` or `file_path`."""
    file_id: str | None = None
    """The file."""
    filename: str | None = None
    """What it is called."""
    index: int | None = None
    """Where in the text a file is cited, in characters from 0."""
    url: str | None = None
    """The page's address."""
    title: str | None = None
    """The page's title."""
    start_index: int | None = None
    """Where the cited words begin, in characters from 0."""
    end_index: int | None = None
    """Where they end."""
    container_id: str | None = None
    """Where code ran that made the file."""


class Part(Struct, kw_only=True, omit_defaults=True):
    """One part of what is said; `type` says which of the other fields are set."""

    type: Literal[
        "input_text",
        "input_image",
        "input_file",
        "output_text",
        "refusal",
        "reasoning_text",
        "summary_text",
        "text",
    ]
    """`input_text`, `input_image`, `input_file`, `output_text`, `refusal`, `reasoning_text`, `summary_text` or `text`."""
    text: str | None = None
    """The text."""
    annotations: list[Annotation] | None = None
    """Sources of an `output_text`."""
    logprobs: list[Raw] | None = None
    """How likely the tokens of an `output_text` were, each as JSON, where the request includes it."""
    refusal: str | None = None
    """Why the model would not answer, in a `refusal`."""
    image_url: str | None = None
    """The address of an image: an http(s) or a `data:` URL."""
    detail: str | None = None
    """How closely the model looks at an image: `low`, `high`, `original` or `auto`."""
    file_id: str | None = None
    """A file that the files service keeps."""
    file_data: str | None = None
    """A file itself, as a `data:` URL or in base64."""
    filename: str | None = None
    """What a file is called."""
    file_url: str | None = None
    """Where a file is."""


Parts: TypeAlias = list[Part]
"""A list of parts."""


ItemContent: TypeAlias = str | Parts
"""What an item says: a text, or a list of parts."""


ItemOutput: TypeAlias = str | Parts
"""What a tool gave: a text, or a list of parts."""


class SummaryPart(Struct, kw_only=True, omit_defaults=True):
    """What a model's thoughts are about."""

    type: Literal["summary_text"] = field(default_factory=lambda: "summary_text")
    """Always `summary_text`."""
    text: str
    """In a few words."""


class FileSearchResult(Struct, kw_only=True, omit_defaults=True):
    """A chunk that a file search found."""

    attributes: Raw = ABSENT
    """The file's attributes, as JSON."""
    file_id: str
    """The file that it is of."""
    filename: str
    """What the file is called."""
    score: float
    """How well it fits, in [0, 1]."""
    text: str
    """Its text."""


class WebSource(Struct, kw_only=True, omit_defaults=True):
    """A page."""

    type: Literal["url"] = field(default_factory=lambda: "url")
    """Always `url`."""
    url: str
    """Its address."""


class WebSearchAction(Struct, kw_only=True, omit_defaults=True):
    """What was done in the web; `type` says which of the other fields are set."""

    type: str
    """`search`, `open_page` or `find`."""
    query: str | None = None
    """What was looked for."""
    queries: list[str] | None = None
    """The same, as a list."""
    sources: list[WebSource] | None = None
    """Where it was found, where the request includes it."""
    url: str | None = None
    """The page."""
    pattern: str | None = None
    """What was looked for in the page."""


class McpTool(Struct, kw_only=True, omit_defaults=True):
    """A tool of an MCP server."""

    name: str
    """Its name."""
    input_schema: Raw
    """The JSON Schema of its arguments."""
    description: str | None = None
    """What it does."""
    annotations: Raw = ABSENT
    """What else the server says of it, as JSON."""


class CodeOutput(Struct, kw_only=True, omit_defaults=True):
    """What a program gave; `type` says which of the other fields are set."""

    type: str
    """`logs` or `image`."""
    logs: str | None = None
    """What it wrote."""
    url: str | None = None
    """The image, as a `data:` URL."""


class Item(Struct, kw_only=True, omit_defaults=True):
    """One item of a conversation, or of what a response reads and produces; `type` says which of the other fields are set.

    Format: https://platform.openai.com/docs/api-reference/responses and https://www.openresponses.org
    """

    type: (
        Literal[
            "message",
            "function_call",
            "function_call_output",
            "custom_tool_call",
            "custom_tool_call_output",
            "reasoning",
            "file_search_call",
            "web_search_call",
            "code_interpreter_call",
            "mcp_list_tools",
            "mcp_call",
            "mcp_approval_request",
            "mcp_approval_response",
            "compaction",
            "item_reference",
        ]
        | None
    ) = None
    """`message` (which may be left out), `function_call`, `function_call_output`, `custom_tool_call`,
    `custom_tool_call_output`, `reasoning`, `file_search_call`, `web_search_call`, `code_interpreter_call`,
    `mcp_list_tools`, `mcp_call`, `mcp_approval_request`, `mcp_approval_response`, `compaction` or `item_reference`.
    """
    id: str | None = None
    """Names the item. Made up if left out."""
    status: str | None = None
    """How far it is: `in_progress`, `completed`, `incomplete`, `failed`, or a step of its tool."""
    role: Literal["user", "assistant", "system", "developer"] | None = None
    """Who speaks, in a `message`: `user`, `assistant`, `system` or `developer`."""
    content: ItemContent | None = None
    """What is said, in a `message`; what a model thought, in a `reasoning`."""
    phase: str | None = None
    """Whether an assistant's message is `commentary` or the `final_answer`, where the model tells."""
    call_id: str | None = None
    """Names a call of a function or of a custom tool; the output that answers it repeats it."""
    name: str | None = None
    """The function or tool that is called."""
    arguments: str | None = None
    """The arguments of a call, as JSON text as the model wrote it."""
    output: ItemOutput | None = None
    """What a function, a custom tool or an MCP tool gave."""
    input: str | None = None
    """The input of a `custom_tool_call`."""
    summary: list[SummaryPart] | None = None
    """What a model's thoughts are about, in a `reasoning`."""
    encrypted_content: str | None = None
    """Thoughts that only their maker reads, or what a `compaction` stands for."""
    queries: list[str] | None = None
    """What was looked for, in a `file_search_call`."""
    results: list[FileSearchResult] | None = None
    """What was found, in a `file_search_call` of a request that includes it."""
    action: WebSearchAction | None = None
    """What was done, in a `web_search_call`."""
    server_label: str | None = None
    """The MCP server, as the request labels it."""
    tools: list[McpTool] | None = None
    """The tools of an MCP server."""
    error: str | None = None
    """What went wrong with an MCP server or tool."""
    approval_request_id: str | None = None
    """The request that an `mcp_approval_response` answers, or that let an `mcp_call` through."""
    approve: bool | None = None
    """Whether the call may be made, in an `mcp_approval_response`."""
    reason: str | None = None
    """Why, or why not."""
    code: str | None = None
    """The program of a `code_interpreter_call`."""
    container_id: str | None = None
    """Where it ran."""
    outputs: list[CodeOutput] | None = None
    """What it gave, where the request includes it."""


class Conversation(Struct, kw_only=True, omit_defaults=True):
    """A conversation."""

    id: str
    """Names it: `conv_` and more."""
    object: Literal["conversation"] = field(default_factory=lambda: "conversation")
    """Always `conversation`."""
    created_at: int
    """When it was created, in Unix seconds."""
    metadata: dict[str, str] | None = field(default_factory=lambda: None)
    """Up to 16 pairs."""


class CreateConversationRequest(Struct, kw_only=True, omit_defaults=True):
    """A conversation to be created."""

    items: Annotated[list[Item], Meta(max_length=20)] | None = None
    """The first items, 20 at most."""
    metadata: Annotated[dict[str, str], Meta(max_length=16)] | None = None
    """Up to 16 pairs. Keys have up to 64 characters, values up to 512."""


class GetConversationRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a conversation."""

    conversation_id: str
    """Its id."""


class UpdateConversationRequest(Struct, kw_only=True, omit_defaults=True):
    """New metadata of a conversation."""

    conversation_id: str
    """Its id."""
    metadata: Annotated[dict[str, str], Meta(max_length=16)] | None = None
    """Replaces all of the old metadata."""


class DeleteConversationRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a conversation to be deleted."""

    conversation_id: str
    """Its id."""


class ConversationDeleted(Struct, kw_only=True, omit_defaults=True):
    """Says that a conversation was deleted."""

    id: str
    """Its id."""
    object: Literal["conversation.deleted"] = field(default_factory=lambda: "conversation.deleted")
    """Always `conversation.deleted`."""
    deleted: bool
    """Always true."""


class CreateConversationItemsRequest(Struct, kw_only=True, omit_defaults=True):
    """Items to be added."""

    conversation_id: str
    """The conversation."""
    items: Annotated[list[Item], Meta(min_length=1, max_length=20)]
    """The items, 20 at most."""
    include: list[str] | None = None
    """What else the answer holds, as in `CreateResponseRequest`."""


class ListConversationItemsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for items."""

    conversation_id: str
    """The conversation."""
    after: str | None = None
    """The id after which the page begins. The first page if unset."""
    limit: Annotated[int, Meta(ge=1, le=100)] | None = None
    """The most to return, 1 to 100. 20 if unset."""
    order: Literal["asc", "desc"] | None = None
    """By their place: `asc`, or `desc`, which is the default."""
    include: list[str] | None = None
    """What else the answer holds, as in `CreateResponseRequest`."""


class ConversationItemList(Struct, kw_only=True, omit_defaults=True):
    """One page of items."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[Item]
    """The page."""
    first_id: str | None = field(default_factory=lambda: None)
    """The id of the first one; `null` if there are none."""
    last_id: str | None = field(default_factory=lambda: None)
    """The id of the last one, for `after`; `null` if there are none."""
    has_more: bool
    """Whether there are more after it."""


class GetConversationItemRequest(Struct, kw_only=True, omit_defaults=True):
    """Names an item."""

    conversation_id: str
    """The conversation."""
    item_id: str
    """The item."""
    include: list[str] | None = None
    """What else the answer holds, as in `CreateResponseRequest`."""


class DeleteConversationItemRequest(Struct, kw_only=True, omit_defaults=True):
    """Names an item to be deleted."""

    conversation_id: str
    """The conversation."""
    item_id: str
    """The item."""


class Prompt(Struct, kw_only=True, omit_defaults=True):
    """A version of a prompt."""

    prompt: str | None = field(default_factory=lambda: None)
    """The text, with variables such as `{{name}}`."""
    version: int
    """Its number, from 1."""
    prompt_id: str
    """Names the prompt: `pmpt_` and 48 hexadecimal digits."""
    variables: list[str]
    """The variables that the text may have."""
    is_default: bool
    """Whether this is the version that is used where none is named."""


class ListPromptsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for prompts."""


class PromptList(Struct, kw_only=True, omit_defaults=True):
    """Prompts, or versions of one."""

    data: list[Prompt]
    """All of them."""


class CreatePromptRequest(Struct, kw_only=True, omit_defaults=True):
    """A prompt to be created."""

    prompt: Annotated[str, Meta(min_length=1)]
    """The text. Every `{{name}}` in it must be one of `variables`."""
    variables: list[str] | None = None
    """The variables. Each must stand in the text."""


class GetPromptRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a version of a prompt."""

    prompt_id: str
    """The prompt."""
    version: Annotated[int, Meta(ge=1, le=2147483647)] | None = None
    """The version; the default one if unset."""


class UpdatePromptRequest(Struct, kw_only=True, omit_defaults=True):
    """A version to be added."""

    prompt_id: str
    """The prompt."""
    prompt: Annotated[str, Meta(min_length=1)]
    """The text, as in `CreatePromptRequest`."""
    version: Annotated[int, Meta(ge=1, le=2147483647)]
    """The latest version that the caller knows of."""
    variables: list[str] | None = None
    """The variables, as in `CreatePromptRequest`."""
    set_as_default: bool | None = None
    """Whether the new version becomes the default. Yes if unset."""


class DeletePromptRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a prompt to be deleted."""

    prompt_id: str
    """The prompt."""


class SetDefaultPromptVersionRequest(Struct, kw_only=True, omit_defaults=True):
    """Names the version that becomes the default."""

    prompt_id: str
    """The prompt."""
    version: Annotated[int, Meta(ge=1, le=2147483647)]
    """The version."""


class ListPromptVersionsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for the versions of a prompt."""

    prompt_id: str
    """The prompt."""


class ToolFilter(Struct, kw_only=True, omit_defaults=True):
    """Some tools of a server."""

    tool_names: list[str] | None = None
    """By their names."""
    read_only: bool | None = None
    """Those that only read, as the server says, or those that do not."""


class ApprovalFilter(Struct, kw_only=True, omit_defaults=True):
    """Which tools need approval. Those that are named in neither need it."""

    always: ToolFilter | None = None
    """These do."""
    never: ToolFilter | None = None
    """These do not."""


RequireApproval: TypeAlias = str | ApprovalFilter
"""Which tools are run only when the caller has agreed."""


ToolNames: TypeAlias = list[str]
"""Names of tools."""


AllowedTools: TypeAlias = ToolNames | ToolFilter
"""Which tools of a server may be used."""


class ResponseTool(Struct, kw_only=True, omit_defaults=True):
    """A tool that a response may use; `type` says which of the other fields are set."""

    type: Literal[
        "function",
        "custom",
        "file_search",
        "web_search",
        "web_search_2025_08_26",
        "web_search_preview",
        "web_search_preview_2025_03_11",
        "code_interpreter",
        "mcp",
    ]
    """`function` or `custom`, which the caller runs; `file_search`, `web_search` and its dated and preview forms,
    `code_interpreter` or `mcp`, which are run here.
    """
    name: str | None = None
    """The name of a `function` or `custom` tool: letters, digits, `_` and `-`, up to 64 characters."""
    description: str | None = None
    """What it does, for the model."""
    parameters: Raw = ABSENT
    """The JSON Schema of a function's arguments. No arguments if unset."""
    strict: bool | None = None
    """Whether arguments must follow `parameters` exactly."""
    format: Raw = ABSENT
    """What the input of a `custom` tool looks like, as JSON."""
    vector_store_ids: list[str] | None = None
    """Where a `file_search` looks."""
    max_num_results: Annotated[int, Meta(ge=1, le=50)] | None = None
    """How many chunks a `file_search` finds at most, 1 to 50. 10 if unset."""
    filters: Raw = ABSENT
    """Which chunks of a `file_search`, or which pages (`allowed_domains`) of a `web_search`, as JSON."""
    ranking_options: Raw = ABSENT
    """How a `file_search` orders what it finds, as `SearchVectorStore` has it."""
    search_context_size: Literal["low", "medium", "high"] | None = None
    """How much of the web a `web_search` tells the model: `low`, `medium` or `high`."""
    user_location: Raw = ABSENT
    """Where the one who searches is, as JSON."""
    server_label: str | None = None
    """What the caller calls an MCP server."""
    server_url: str | None = None
    """Where an MCP server is."""
    connector_id: str | None = None
    """A server that the fleet knows, in place of `server_url`."""
    server_description: str | None = None
    """What an MCP server is for, for the model."""
    headers: dict[str, str] | None = None
    """What an MCP server is sent besides. Neither kept nor shown again."""
    authorization: str | None = None
    """The caller's token for an MCP server. Neither kept nor shown again."""
    require_approval: RequireApproval | None = None
    """Which tools of an MCP server are run only when the caller has agreed. `never` if unset."""
    allowed_tools: AllowedTools | None = None
    """Which tools of an MCP server the model may use. All if unset."""
    container: Raw = ABSENT
    """Where a `code_interpreter` runs, as JSON: a container's id, or `{"type": "auto"}`."""


class AllowedTool(Struct, kw_only=True, omit_defaults=True):
    """A tool that may be used."""

    type: str
    """As in `ResponseTool`."""
    name: str | None = None
    """The function, or the MCP server's tool."""
    server_label: str | None = None
    """The MCP server, as the request labels it."""


class CertainTool(Struct, kw_only=True, omit_defaults=True):
    """A certain tool, or some of them; `type` says which of the other fields are set."""

    type: str
    """`function`, `custom`, `mcp`, `file_search`, `web_search` and its other forms, `code_interpreter`, or
    `allowed_tools`.
    """
    name: str | None = None
    """The function or tool."""
    server_label: str | None = None
    """The MCP server, as the request labels it."""
    mode: Literal["auto", "required"] | None = None
    """`auto` or `required`, for `allowed_tools`."""
    tools: list[AllowedTool] | None = None
    """The tools, for `allowed_tools`."""


ResponseToolChoice: TypeAlias = str | CertainTool
"""Which tool a model uses."""


Items: TypeAlias = list[Item]
"""A list of items."""


ResponseInput: TypeAlias = str | Items
"""What is asked: a text, or a list of items."""


class ConversationId(Struct, kw_only=True, omit_defaults=True):
    """A conversation by its id."""

    id: str
    """Its id."""


ConversationReference: TypeAlias = str | ConversationId
"""A conversation: its id, or an object with it."""


PromptVariable: TypeAlias = str | Part
"""What a variable stands for."""


class PromptReference(Struct, kw_only=True, omit_defaults=True):
    """A stored prompt, and what its variables stand for."""

    id: str
    """The prompt."""
    version: str | None = None
    """The version; the default one if unset."""
    variables: dict[str, PromptVariable] | None = None
    """What each variable stands for: a text, or an `input_text`, `input_image` or `input_file`."""


class ResponseTextFormat(Struct, kw_only=True, omit_defaults=True):
    """The form of a text."""

    type: Literal["text", "json_object", "json_schema"]
    """`text`, `json_object` or `json_schema`."""
    name: str | None = None
    """Names the schema: letters, digits, `_` and `-`, up to 64 characters."""
    description: str | None = None
    """What it is for, for the model."""
    schema: Raw = ABSENT
    """The JSON Schema."""
    strict: bool | None = None
    """Whether the text must follow it exactly."""


class ResponseText(Struct, kw_only=True, omit_defaults=True):
    """What the text of an answer looks like."""

    format: ResponseTextFormat | None = None
    """Its form. Free text if unset."""
    verbosity: Literal["low", "medium", "high"] | None = None
    """How long it is: `low`, `medium` or `high`, where the model can."""


class Reasoning(Struct, kw_only=True, omit_defaults=True):
    """How much a reasoning model thinks, and what is told of it."""

    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = field(
        default_factory=lambda: None
    )
    """`none`, `minimal`, `low`, `medium`, `high` or `xhigh`."""
    summary: Literal["auto", "concise", "detailed"] | None = field(default_factory=lambda: None)
    """How the thoughts are summed up: `auto`, `concise` or `detailed`. Not at all if unset."""
    generate_summary: Literal["auto", "concise", "detailed"] | None = None
    """Older name of `summary`."""


class ResponseStreamOptions(Struct, kw_only=True, omit_defaults=True):
    """Settings of a streamed answer."""

    include_obfuscation: bool | None = None
    """Whether events are padded to hide their length; accepted, and of no effect."""


class ContextManagement(Struct, kw_only=True, omit_defaults=True):
    """When a conversation is made short."""

    type: Literal["compaction"] = field(default_factory=lambda: "compaction")
    """Always `compaction`."""
    compact_threshold: Annotated[int, Meta(ge=1)] | None = None
    """From how many tokens on."""


class GuardrailSpec(Struct, kw_only=True, omit_defaults=True):
    """A shield."""

    type: str
    """Its id."""


Guardrail: TypeAlias = str | GuardrailSpec
"""A shield: its id, or an object with it."""


GuardrailList: TypeAlias = list[Guardrail]
"""A list of shields."""


Guardrails: TypeAlias = bool | GuardrailList
"""What checks input and output."""


class ResponseError(Struct, kw_only=True, omit_defaults=True):
    """Why a response failed."""

    code: str
    """For machines: `server_error`, `rate_limit_exceeded`, `invalid_prompt` and others."""
    message: str
    """For people."""


class IncompleteDetails(Struct, kw_only=True, omit_defaults=True):
    """Why a response is incomplete."""

    reason: str
    """`max_output_tokens`, `content_filter`, `max_tool_calls`, or of our own `max_infer_iters`."""


class InputTokensDetails(Struct, kw_only=True, omit_defaults=True):
    """What is known of the tokens read."""

    cached_tokens: int
    """Those found in the prefix cache."""


class OutputTokensDetails(Struct, kw_only=True, omit_defaults=True):
    """What is known of the tokens produced."""

    reasoning_tokens: int
    """Those that were thought, not said."""


class ResponseUsage(Struct, kw_only=True, omit_defaults=True):
    """What a response cost, in tokens, all of its turns together."""

    input_tokens: int
    """Tokens read."""
    input_tokens_details: InputTokensDetails
    """What is known of them."""
    output_tokens: int
    """Tokens produced."""
    output_tokens_details: OutputTokensDetails
    """What is known of them."""
    total_tokens: int
    """Their sum."""


class Response(Struct, kw_only=True, omit_defaults=True):
    """An answer."""

    id: str
    """Names it: `resp_` and more."""
    object: Literal["response"] = field(default_factory=lambda: "response")
    """Always `response`."""
    created_at: int
    """When it was begun, in Unix seconds."""
    completed_at: int | None = field(default_factory=lambda: None)
    """When it was completed, in Unix seconds."""
    status: str
    """`queued`, `in_progress`, `completed`, `incomplete`, `failed` or `cancelled`."""
    error: ResponseError | None = field(default_factory=lambda: None)
    """Why it failed."""
    incomplete_details: IncompleteDetails | None = field(default_factory=lambda: None)
    """Why it is incomplete."""
    model: str
    """The model, as the request named it."""
    output: list[Item]
    """What was produced, oldest first."""
    usage: ResponseUsage | None = field(default_factory=lambda: None)
    """What it cost."""
    instructions: str | None = field(default_factory=lambda: None)
    """As in the request; so are the fields that follow, with what holds where it left them unset."""
    prompt: PromptReference | None = field(default_factory=lambda: None)
    """The stored prompt."""
    previous_response_id: str | None = field(default_factory=lambda: None)
    """The response that this one goes on from."""
    conversation: ConversationId | None = field(default_factory=lambda: None)
    """The conversation that this is a part of."""
    tools: list[ResponseTool]
    """The tools, without what is secret."""
    tool_choice: ResponseToolChoice
    """Which of them is used."""
    parallel_tool_calls: bool
    """Whether several may be called at once."""
    max_tool_calls: int | None = field(default_factory=lambda: None)
    """The most calls of tools that are run here."""
    max_output_tokens: int | None = field(default_factory=lambda: None)
    """The most tokens."""
    text: ResponseText
    """What the text looks like."""
    reasoning: Reasoning | None = field(default_factory=lambda: None)
    """How much was thought."""
    temperature: float
    """Sampling temperature."""
    top_p: float
    """The probability that the likeliest tokens together reach."""
    top_logprobs: int
    """How many of the likeliest tokens are told at each place."""
    frequency_penalty: float
    """Penalty by how often tokens occur."""
    presence_penalty: float
    """Penalty on tokens that occur."""
    store: bool
    """Whether it is stored."""
    background: bool
    """Whether it is made in the background."""
    truncation: str
    """What happens when the conversation is too long."""
    metadata: dict[str, str] | None = field(default_factory=lambda: None)
    """The pairs that are kept with it."""
    prompt_cache_key: str | None = field(default_factory=lambda: None)
    """The key by which requests share a prefix."""
    safety_identifier: str | None = field(default_factory=lambda: None)
    """A stable, hashed name of the end user."""
    service_tier: str
    """The latency tier."""
    user: str | None = field(default_factory=lambda: None)
    """A name of the end user."""
    max_infer_iters: int | None = None
    """How often the model was asked at most."""
    input: list[Item] | None = None
    """What was asked, where responses are listed."""


class ResponseEvent(Struct, kw_only=True, omit_defaults=True):
    """One event of a streamed response; `type` says which of the other fields are set."""

    type: str
    """Such as `response.output_text.delta`."""
    sequence_number: int
    """Its place among the events of the response, from 0, without holes."""
    response: Response | None = None
    """The response, in events on it as a whole."""
    output_index: int | None = None
    """The place of an item among the output, from 0."""
    item: Item | None = None
    """The item."""
    item_id: str | None = None
    """Names the item."""
    content_index: int | None = None
    """The place of a part among the item's content, from 0."""
    summary_index: int | None = None
    """The place of a part among the item's summary, from 0."""
    part: Part | None = None
    """The part."""
    delta: str | None = None
    """New text: of what is said or thought, of arguments, of code."""
    text: str | None = None
    """All of the text."""
    logprobs: list[Raw] | None = None
    """How likely the tokens of the text were, each as JSON."""
    refusal: str | None = None
    """All of the refusal."""
    arguments: str | None = None
    """All of the arguments of a call."""
    name: str | None = None
    """The function that is called."""
    input: str | None = None
    """All of the input of a custom tool."""
    code: str | None = None
    """All of the code."""
    annotation: Annotation | None = None
    """A source of the text."""
    annotation_index: int | None = None
    """Its place among the sources of the part, from 0."""
    message: str | None = None
    """What went wrong, for people, in `error`."""
    param: str | None = None
    """The field of the request that is wrong, in `error`."""


class CreateResponseRequest(Struct, kw_only=True, omit_defaults=True):
    """What is to be answered, and how."""

    model: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    input: ResponseInput | None = None
    """What is asked: a text, or items."""
    instructions: str | None = None
    """What the model is told first. Not carried over from `previous_response_id`."""
    prompt: PromptReference | None = None
    """A stored prompt whose text comes first."""
    previous_response_id: str | None = None
    """The stored response that this one goes on from. Excludes `conversation`."""
    conversation: ConversationReference | None = None
    """The conversation that this is a part of, and to which input and output are added."""
    tools: list[ResponseTool] | None = None
    """The tools that may be used."""
    tool_choice: ResponseToolChoice | None = None
    """Which of them is used. The model decides if unset."""
    parallel_tool_calls: bool | None = None
    """Whether the model may call several tools at once. Yes if unset."""
    max_tool_calls: Annotated[int, Meta(ge=1)] | None = None
    """The most calls of tools that are run here, in all. As many as `max_infer_iters` allows if unset."""
    max_infer_iters: Annotated[int, Meta(ge=1)] | None = None
    """How often the model is asked at most. 10 if unset. An extension of Llama Stack."""
    max_output_tokens: Annotated[int, Meta(ge=16)] | None = None
    """The most tokens to produce in all, thoughts included, at least 16."""
    text: ResponseText | None = None
    """What the text looks like."""
    reasoning: Reasoning | None = None
    """How much a reasoning model thinks, and what is told of it."""
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    """Sampling temperature in [0, 2]; 0 is greedy. 1 if unset."""
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Only the likeliest tokens that together reach this probability are sampled, in [0, 1]. 1 if unset."""
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] | None = None
    """How many of the likeliest tokens are told at each place, 0 to 20."""
    frequency_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    """Penalty in [-2, 2] on tokens by how often they occur so far. 0 if unset."""
    presence_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    """Penalty in [-2, 2] on tokens that occur so far. 0 if unset."""
    include: (
        list[
            Literal[
                "code_interpreter_call.outputs",
                "computer_call_output.output.image_url",
                "file_search_call.results",
                "message.input_image.image_url",
                "message.output_text.logprobs",
                "reasoning.encrypted_content",
                "web_search_call.action.sources",
                "web_search_call.results",
            ]
        ]
        | None
    ) = None
    """What else the answer holds."""
    store: bool | None = None
    """Whether it is stored, to be read and gone on from. Yes if unset."""
    stream: bool | None = None
    """Whether the answer comes event by event. Only REST callers set it; gRPC callers choose the method."""
    stream_options: ResponseStreamOptions | None = None
    """Settings of a streamed answer."""
    background: bool | None = None
    """Whether it is made behind the caller's back, whatever becomes of this call and of the process that makes it."""
    truncation: Literal["auto", "disabled"] | None = None
    """What happens when the conversation is too long for the model: `disabled`, which is the default, is an error, and
    `auto` leaves the oldest items out.
    """
    context_management: list[ContextManagement] | None = None
    """When the conversation is made short before it is answered."""
    guardrails: Guardrails | None = None
    """Whether input and output are checked: by the deployment's shield if `true`, or by these. An extension of Llama
    Stack.
    """
    metadata: Annotated[dict[str, str], Meta(max_length=16)] | None = None
    """Up to 16 pairs that are kept with it. Keys have up to 64 characters, values up to 512."""
    prompt_cache_key: Annotated[str, Meta(max_length=64)] | None = None
    """Requests with the same key share a prefix and are best served by one replica. Up to 64 characters."""
    safety_identifier: Annotated[str, Meta(max_length=64)] | None = None
    """A stable, hashed name of the end user, for abuse detection. Up to 64 characters."""
    service_tier: Literal["auto", "default", "flex", "priority"] | None = None
    """The provider's latency tier: `auto`, `default`, `flex` or `priority`."""
    user: str | None = None
    """A name of the end user; older form of `safety_identifier`."""


class ListResponsesRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for stored responses."""

    after: str | None = None
    """The id after which the page begins. The first page if unset."""
    limit: Annotated[int, Meta(ge=1, le=100)] | None = None
    """The most to return, 1 to 100. 50 if unset."""
    model: str | None = None
    """Only those of this model."""
    order: Literal["asc", "desc"] | None = None
    """By time: `asc`, or `desc`, which is the default."""


class ResponseList(Struct, kw_only=True, omit_defaults=True):
    """One page of stored responses, each with what it was asked."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[Response]
    """The page."""
    has_more: bool
    """Whether there are more after it."""
    first_id: str
    """The id of the first one; empty if there are none."""
    last_id: str
    """The id of the last one, for `after`; empty if there are none."""


class GetResponseRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a stored response."""

    response_id: str
    """Its id."""
    include: list[str] | None = None
    """What else the answer holds, as in `CreateResponseRequest`."""
    stream: bool | None = None
    """Whether its events are told. Only REST callers set it; gRPC callers choose the method."""
    starting_after: Annotated[int, Meta(ge=0)] | None = None
    """The number of the event after which to begin."""
    include_obfuscation: bool | None = None
    """Whether events are padded to hide their length; accepted, and of no effect."""


class DeleteResponseRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a response to be deleted."""

    response_id: str
    """Its id."""


class ResponseDeleted(Struct, kw_only=True, omit_defaults=True):
    """Says that a response was deleted."""

    id: str
    """Its id."""
    object: Literal["response"] = field(default_factory=lambda: "response")
    """Always `response`."""
    deleted: bool
    """Always true."""


class CancelResponseRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a response to be stopped."""

    response_id: str
    """Its id."""


class ListInputItemsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for what a response was asked."""

    response_id: str
    """The response."""
    after: str | None = None
    """The id after which the page begins. The first page if unset."""
    before: str | None = None
    """The id before which the page ends."""
    include: list[str] | None = None
    """What else the answer holds, as in `CreateResponseRequest`."""
    limit: Annotated[int, Meta(ge=1, le=100)] | None = None
    """The most to return, 1 to 100. 20 if unset."""
    order: Literal["asc", "desc"] | None = None
    """By their place: `asc`, or `desc`, which is the default."""


class ResponseItemList(Struct, kw_only=True, omit_defaults=True):
    """One page of items."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[Item]
    """The page."""
    first_id: str | None = field(default_factory=lambda: None)
    """The id of the first one; `null` if there are none."""
    last_id: str | None = field(default_factory=lambda: None)
    """The id of the last one, for `after`; `null` if there are none."""
    has_more: bool
    """Whether there are more after it."""


class CompactResponseRequest(Struct, kw_only=True, omit_defaults=True):
    """A conversation that is to be made short."""

    model: Annotated[str, Meta(min_length=1)]
    """The model that does."""
    input: ResponseInput | None = None
    """The conversation: a text, or items."""
    previous_response_id: str | None = None
    """The stored response that the conversation ends with."""
    instructions: str | None = None
    """What the model is told besides."""
    prompt_cache_key: Annotated[str, Meta(max_length=64)] | None = None
    """As in `CreateResponseRequest`."""


class CompactedResponse(Struct, kw_only=True, omit_defaults=True):
    """A conversation that was made short."""

    id: str
    """Names it: `resp_` and more."""
    object: Literal["response.compaction"] = field(default_factory=lambda: "response.compaction")
    """Always `response.compaction`."""
    created_at: int
    """When it was made, in Unix seconds."""
    output: list[Item]
    """What to give to the next request as its input."""
    usage: ResponseUsage
    """What it cost."""
