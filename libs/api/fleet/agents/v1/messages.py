"""Messages of `fleet.agents.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class AgentSamplingStrategy(Struct, kw_only=True, omit_defaults=True):
    """A sampling strategy; `type` says which of the other fields are set."""

    type: Literal["greedy", "top_p", "top_k"]
    """`greedy`, `top_p` or `top_k`."""
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    """Sampling temperature in [0, 2], for `top_p`."""
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Only the likeliest tokens that together reach this probability are sampled, for `top_p`. 0.95 if unset."""
    top_k: Annotated[int, Meta(ge=1)] | None = None
    """Only this many of the likeliest tokens are sampled, for `top_k`."""


class AgentSamplingParams(Struct, kw_only=True, omit_defaults=True):
    """How tokens are chosen."""

    strategy: AgentSamplingStrategy | None = None
    """Greedily if unset."""
    max_tokens: Annotated[int, Meta(ge=0)] | None = None
    """The most tokens of one answer of the model. What the context allows if unset or 0."""
    repetition_penalty: Annotated[float, Meta(ge=0)] | None = None
    """Divides the logits of tokens that occur so far, above 0. 1, which is none, if unset."""
    stop: list[str] | None = None
    """Strings that end an answer and are not part of it."""


class AgentToolgroupWithArgs(Struct, kw_only=True, omit_defaults=True):
    """A tool group, or one tool of it, with settings."""

    name: Annotated[str, Meta(min_length=1)]
    """The group, or `group/tool`."""
    args: Raw
    """A JSON object of arguments that each call of its tools has, and the model does not give. For `builtin::rag` and
    `builtin::file_search`, `vector_db_ids` or `vector_store_ids` say where to search.
    """


AgentToolgroup: TypeAlias = str | AgentToolgroupWithArgs
"""A tool group, or one tool of it, as `group/tool`."""


class AgentToolParameter(Struct, kw_only=True, omit_defaults=True):
    """An argument of a tool."""

    name: str
    """Its name."""
    parameter_type: str
    """Its type, as JSON Schema or as Python has it."""
    description: str | None = None
    """What it means, for the model."""
    required: bool | None = None
    """Whether it must be given. Yes if unset."""
    default: Raw = ABSENT
    """Its value where it is not given."""


class AgentClientTool(Struct, kw_only=True, omit_defaults=True):
    """A tool that the caller runs."""

    name: Annotated[str, Meta(min_length=1)]
    """Its name."""
    description: str | None = None
    """What it does, for the model."""
    input_schema: Raw = ABSENT
    """A JSON Schema of its arguments."""
    parameters: list[AgentToolParameter] | None = None
    """Its arguments, as clients before version 0.3 describe them. Of no effect beside `input_schema`."""
    output_schema: Raw = ABSENT
    """A JSON Schema of what it gives. Models are not told."""
    metadata: Raw = ABSENT
    """What else is known of it, as a JSON object. Models are not told."""
    toolgroup_id: str | None = None
    """A group that it belongs to. Of no effect."""


class AgentToolConfig(Struct, kw_only=True, omit_defaults=True):
    """How tools are called."""

    tool_choice: str | None = None
    """`auto`, `required`, `none`, or a tool by its name. `auto` if unset."""
    tool_prompt_format: str | None = None
    """How calls are written in the prompt; the model's own template decides."""
    system_message_behavior: str | None = None
    """How the system message and that of the template go together; the model's own template decides."""


class AgentResponseFormat(Struct, kw_only=True, omit_defaults=True):
    """What the text of an answer must look like."""

    type: Literal["json_schema", "grammar"]
    """`json_schema`; `grammar` is not served."""
    json_schema: Raw = ABSENT
    """The JSON Schema, for `json_schema`."""
    bnf: Raw = ABSENT
    """The grammar in Backus-Naur form as JSON, for `grammar`."""


class AgentConfig(Struct, kw_only=True, omit_defaults=True):
    """What an agent is."""

    model: Annotated[str, Meta(min_length=1)]
    """The model, as `ModelService.ListModels` lists it."""
    instructions: str
    """What the model is told first."""
    name: str | None = None
    """What people call the agent."""
    sampling_params: AgentSamplingParams | None = None
    """How tokens are chosen. Greedily if unset."""
    input_shields: list[str] | None = None
    """The shields that judge what is said to the agent, as `ShieldService.ListShields` lists them."""
    output_shields: list[str] | None = None
    """The shields that judge what the agent says. Nothing that it says is told before they have."""
    toolgroups: list[AgentToolgroup] | None = None
    """Tool groups, or tools of groups, that are run here."""
    client_tools: list[AgentClientTool] | None = None
    """Tools that the caller runs."""
    tool_choice: Literal["auto", "required", "none"] | None = None
    """Deprecated form of `tool_config.tool_choice`."""
    tool_prompt_format: str | None = None
    """Deprecated form of `tool_config.tool_prompt_format`."""
    tool_config: AgentToolConfig | None = None
    """How tools are called."""
    max_infer_iters: Annotated[int, Meta(ge=1)] | None = None
    """How often the model is asked at most in one turn. 10 if unset."""
    response_format: AgentResponseFormat | None = None
    """What the text of an answer must look like. Free text if unset."""
    enable_session_persistence: bool | None = None
    """Of no effect: sessions are always kept."""


class AgentUrl(Struct, kw_only=True, omit_defaults=True):
    """An address."""

    uri: str
    """An http(s) or a `data:` URL."""


class AgentImage(Struct, kw_only=True, omit_defaults=True):
    """An image, by its address or as it is."""

    url: AgentUrl | None = None
    """Its address."""
    data: str | None = None
    """The image in base64."""


class AgentContentItem(Struct, kw_only=True, omit_defaults=True):
    """A text or an image."""

    type: Literal["text", "image"]
    """`text` or `image`."""
    text: str | None = None
    """The text of a `text` item."""
    image: AgentImage | None = None
    """The image of an `image` item."""


AgentContentItems: TypeAlias = list[AgentContentItem]
"""A list of content items."""


AgentContent: TypeAlias = str | AgentContentItem | AgentContentItems
"""What a message says: a text, one item, or several."""


class AgentMessage(Struct, kw_only=True, omit_defaults=True):
    """What is said to an agent."""

    role: Literal["user", "tool"]
    """`user`; or `tool`, which answers a call of the turn before, where that was not resumed."""
    content: AgentContent
    """What is said, or what the tool gave."""
    context: AgentContent | None = None
    """What a `user` message is to be understood with; the model reads it after the content."""
    call_id: str | None = None
    """The call that a `tool` message answers."""


class AgentDocumentItem(Struct, kw_only=True, omit_defaults=True):
    """A text, or the address of one."""

    type: str | None = None
    """`text`, unless it is an address. `image` is not served: images go into messages."""
    text: str | None = None
    """The text of a `text` item."""
    uri: str | None = None
    """A `data:` URL that holds the text. Others are not fetched."""


AgentDocumentItems: TypeAlias = list[AgentDocumentItem]
"""A list of document items."""


AgentDocumentContent: TypeAlias = str | AgentDocumentItem | AgentDocumentItems
"""What a document says: a text, one item, or several."""


class AgentDocument(Struct, kw_only=True, omit_defaults=True):
    """A text that a message is about."""

    content: AgentDocumentContent
    """What it says."""
    mime_type: str
    """What it is: `text/…`, `application/json` or `application/yaml`."""


class AgentToolCall(Struct, kw_only=True, omit_defaults=True):
    """One call of a tool."""

    call_id: str
    """Names the call; what answers it repeats it."""
    tool_name: str
    """The tool."""
    arguments: str
    """The arguments, as JSON text as the model wrote it."""


class AgentCompletionMessage(Struct, kw_only=True, omit_defaults=True):
    """What a model said."""

    role: Literal["assistant"] = field(default_factory=lambda: "assistant")
    """Always `assistant`."""
    content: str
    """The text; empty where only tools are called."""
    stop_reason: str
    """Why it ended: `end_of_turn`, `end_of_message` where tools are called, or `out_of_tokens`."""
    tool_calls: list[AgentToolCall]
    """The tools that it calls. In a turn that awaits its caller, those that the caller runs."""


class AgentToolResponse(Struct, kw_only=True, omit_defaults=True):
    """What a tool gave."""

    call_id: str
    """The call that it answers."""
    tool_name: str
    """The tool."""
    content: AgentContent
    """What the model is told."""
    metadata: Raw = ABSENT
    """What else it gave, as a JSON object. The model is not told."""


class AgentViolation(Struct, kw_only=True, omit_defaults=True):
    """What is wrong with what was said."""

    violation_level: Literal["info", "warn", "error"]
    """How bad it is: `info`, `warn` or `error`."""
    user_message: str | None = field(default_factory=lambda: None)
    """What is said instead."""
    metadata: Raw
    """More about it, as a JSON object."""


class AgentStep(Struct, kw_only=True, omit_defaults=True):
    """One thing that an agent did; `step_type` says which of the other fields are set."""

    turn_id: str
    """The turn."""
    step_id: str
    """Names the step."""
    started_at: str | None = field(default_factory=lambda: None)
    """When it began, as RFC 3339 has it."""
    completed_at: str | None = field(default_factory=lambda: None)
    """When it ended."""
    step_type: Literal["inference", "tool_execution", "shield_call"]
    """`inference`, `tool_execution` or `shield_call`."""
    model_response: AgentCompletionMessage | None = None
    """What the model said, in an `inference`; without its text where shields keep that back."""
    tool_calls: list[AgentToolCall] | None = None
    """The calls of a `tool_execution`."""
    tool_responses: list[AgentToolResponse] | None = None
    """What they gave."""
    violation: AgentViolation | None = None
    """What a `shield_call` found; nothing is wrong if unset."""


class AgentTurn(Struct, kw_only=True, omit_defaults=True):
    """One turn of a session: what was said to the agent, what it did, and what it said."""

    turn_id: str
    """Names it."""
    session_id: str
    """The session."""
    input_messages: list[AgentMessage]
    """What was said."""
    steps: list[AgentStep]
    """What the agent did, in order."""
    output_message: AgentCompletionMessage
    """What the agent said; where it awaits its caller, the calls that the caller runs."""
    output_attachments: list[AgentDocument]
    """Always empty."""
    started_at: str
    """When it began, as RFC 3339 has it."""
    completed_at: str | None = field(default_factory=lambda: None)
    """When it ended, or began to await its caller."""


AgentToolCallDelta: TypeAlias = str | AgentToolCall
"""The new part of a call."""


class AgentDelta(Struct, kw_only=True, omit_defaults=True):
    """What is new in a step; `type` says which of the other fields are set."""

    type: str
    """`text` or `tool_call`."""
    text: str | None = None
    """New text."""
    tool_call: AgentToolCallDelta | None = None
    """The new part of a call."""
    parse_status: str | None = None
    """How far a `tool_call` is: `started`, `in_progress` or `succeeded`."""


class AgentTurnPayload(Struct, kw_only=True, omit_defaults=True):
    """What happened; `event_type` says which of the other fields are set.

    A turn begins with `turn_start`, unless it is resumed, and ends with `turn_complete`, or with `turn_awaiting_input` where
    the caller runs tools. Between them each step begins with `step_start` and ends with `step_complete`; if input shields
    are set theirs comes first, if output shields are set theirs comes last. A turn that is resumed begins with the
    `step_complete` of the tools that the caller has run.
    """

    event_type: str
    """`turn_start`, `step_start`, `step_progress`, `step_complete`, `turn_complete` or `turn_awaiting_input`."""
    step_type: str | None = None
    """The kind of the step, in the events of a step."""
    step_id: str | None = None
    """The step, in its events."""
    metadata: Raw = ABSENT
    """What is known of a step that begins, as a JSON object. For shields, `touchpoint` is `user-input` or
    `assistant-output`.
    """
    delta: AgentDelta | None = None
    """What is new, in a `step_progress`."""
    step_details: AgentStep | None = None
    """The step as it was, in a `step_complete`."""
    turn_id: str | None = None
    """The turn, in a `turn_start`."""
    turn: AgentTurn | None = None
    """The turn as it was, in a `turn_complete` or `turn_awaiting_input`."""


class AgentTurnEvent(Struct, kw_only=True, omit_defaults=True):
    """One event of a turn."""

    payload: AgentTurnPayload
    """What happened."""


class AgentTurnChunk(Struct, kw_only=True, omit_defaults=True):
    """One event of a streamed turn."""

    event: AgentTurnEvent
    """The event."""


class CreateAgentRequest(Struct, kw_only=True, omit_defaults=True):
    """A new agent."""

    agent_config: AgentConfig
    """What it is."""


class AgentCreated(Struct, kw_only=True, omit_defaults=True):
    """An agent that was created."""

    agent_id: str
    """Names it."""


class Agent(Struct, kw_only=True, omit_defaults=True):
    """An agent."""

    agent_id: str
    """Names it."""
    agent_config: AgentConfig
    """What it is."""
    created_at: str
    """When it was created, as RFC 3339 has it."""


class ListAgentsRequest(Struct, kw_only=True, omit_defaults=True):
    """Which agents are listed."""

    start_index: Annotated[int, Meta(ge=0)] | None = None
    """How many to skip. None if unset."""
    limit: Annotated[int, Meta(ge=-1)] | None = None
    """The most to list. 100 if unset, -1 or more than that."""


class AgentList(Struct, kw_only=True, omit_defaults=True):
    """Some agents."""

    data: list[Agent]
    """They."""
    has_more: bool
    """Whether there are more after these."""
    url: str | None = field(default_factory=lambda: None)
    """The path of the list."""


class GetAgentRequest(Struct, kw_only=True, omit_defaults=True):
    """Which agent is wanted."""

    agent_id: str
    """The agent."""


class DeleteAgentRequest(Struct, kw_only=True, omit_defaults=True):
    """Which agent is to be deleted."""

    agent_id: str
    """The agent."""


class CreateAgentSessionRequest(Struct, kw_only=True, omit_defaults=True):
    """A new session."""

    agent_id: str
    """The agent."""
    session_name: str
    """What people call the session."""


class AgentSessionCreated(Struct, kw_only=True, omit_defaults=True):
    """A session that was created."""

    session_id: str
    """Names it."""


class AgentSession(Struct, kw_only=True, omit_defaults=True):
    """A conversation with an agent."""

    session_id: str
    """Names it."""
    session_name: str
    """What people call it."""
    turns: list[AgentTurn]
    """Its turns, oldest first."""
    started_at: str
    """When it was created, as RFC 3339 has it."""


class ListAgentSessionsRequest(Struct, kw_only=True, omit_defaults=True):
    """Which sessions are listed."""

    agent_id: str
    """The agent."""
    start_index: Annotated[int, Meta(ge=0)] | None = None
    """How many to skip. None if unset."""
    limit: Annotated[int, Meta(ge=-1)] | None = None
    """The most to list. 100 if unset, -1 or more than that."""


class AgentSessionList(Struct, kw_only=True, omit_defaults=True):
    """Some sessions of an agent."""

    data: list[AgentSession]
    """They."""
    has_more: bool
    """Whether there are more after these."""
    url: str | None = field(default_factory=lambda: None)
    """The path of the list."""


class GetAgentSessionRequest(Struct, kw_only=True, omit_defaults=True):
    """Which session is wanted."""

    agent_id: str
    """The agent."""
    session_id: str
    """The session."""
    turn_ids: list[str] | None = None
    """The turns that are wanted with it. All if unset."""


class DeleteAgentSessionRequest(Struct, kw_only=True, omit_defaults=True):
    """Which session is to be deleted."""

    agent_id: str
    """The agent."""
    session_id: str
    """The session."""


class CreateAgentTurnRequest(Struct, kw_only=True, omit_defaults=True):
    """A new turn."""

    agent_id: str
    """The agent."""
    session_id: str
    """The session."""
    messages: Annotated[list[AgentMessage], Meta(min_length=1)]
    """What is said. At least one."""
    stream: bool | None = None
    """Whether the answer comes event by event. Only REST callers set it; gRPC callers choose the method."""
    documents: list[AgentDocument] | None = None
    """Texts that the last message of the user's is about; the model reads them after it."""
    toolgroups: list[AgentToolgroup] | None = None
    """Tool groups, or tools of groups, that this turn uses in place of the agent's."""
    tool_config: AgentToolConfig | None = None
    """How tools are called in this turn, in place of how the agent calls them."""


class ResumeAgentTurnRequest(Struct, kw_only=True, omit_defaults=True):
    """What the caller's tools gave."""

    agent_id: str
    """The agent."""
    session_id: str
    """The session."""
    turn_id: str
    """The turn that awaits it."""
    tool_responses: list[AgentToolResponse]
    """One for each call that the turn awaits."""
    stream: bool | None = None
    """Whether the answer comes event by event. Only REST callers set it; gRPC callers choose the method."""


class GetAgentTurnRequest(Struct, kw_only=True, omit_defaults=True):
    """Which turn is wanted."""

    agent_id: str
    """The agent."""
    session_id: str
    """The session."""
    turn_id: str
    """The turn."""


class GetAgentStepRequest(Struct, kw_only=True, omit_defaults=True):
    """Which step is wanted."""

    agent_id: str
    """The agent."""
    session_id: str
    """The session."""
    turn_id: str
    """The turn."""
    step_id: str
    """The step."""


class AgentStepFound(Struct, kw_only=True, omit_defaults=True):
    """A step that was found."""

    step: AgentStep
    """It."""


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
    cache_write_tokens: int
    """Those put into it; 0 where the model server does not say."""


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
    response_id: str | None = None
    """Names the response, in events that an item or a part begins or is whole, for Llama Stack's clients."""


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
    """Whether input and output are checked: by the deployment's shields if `true`, or by these. What the model says or
    thinks is told as far as it was checked, and ends with a refusal where it is unsafe. `instructions` and arguments of
    functions are not checked. A shield that cannot judge fails the response. An extension of Llama Stack.
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
