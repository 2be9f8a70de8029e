"""Messages of `fleet.tools.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class ToolParameter(Struct, kw_only=True, omit_defaults=True):
    """An argument of a tool."""

    name: str
    """Its name."""
    parameter_type: str
    """What it is, as JSON Schema has it, such as `string`."""
    description: str
    """What it means, for the model."""
    required: bool
    """Whether it must be there."""
    default: Raw = field(default_factory=lambda: Raw(b"null"))
    """What it is if left out, as JSON."""


class ToolDef(Struct, kw_only=True, omit_defaults=True):
    """What can be called."""

    toolgroup_id: str | None = field(default_factory=lambda: None)
    """The tool group it belongs to; unset if it was asked of a server that no group names."""
    name: str
    """Its name, unique in its group."""
    description: str | None = field(default_factory=lambda: None)
    """What it does, for the model."""
    input_schema: Raw = field(default_factory=lambda: Raw(b"null"))
    """A JSON Schema of its arguments."""
    output_schema: Raw = field(default_factory=lambda: Raw(b"null"))
    """A JSON Schema of what it gives."""
    metadata: Raw = field(default_factory=lambda: Raw(b"null"))
    """A JSON object: what else is known of it, such as MCP's `annotations` and `title`."""
    type: Literal["tool"] = field(default_factory=lambda: "tool")
    """Always `tool`, for callers of Llama Stack before 0.3, as all that follows."""
    identifier: str
    """Its name once more."""
    provider_id: str
    """The provider that runs it."""
    provider_resource_id: str
    """The provider's name for it: the same."""
    parameters: list[ToolParameter]
    """Its arguments, as far as a list can say it."""


class ToolDefList(Struct, kw_only=True, omit_defaults=True):
    """Some tools."""

    data: list[ToolDef]
    """The tools, in the order of their groups and, in each, as it lists them."""


class McpEndpoint(Struct, kw_only=True, omit_defaults=True):
    """A server that speaks the Model Context Protocol."""

    uri: Annotated[str, Meta(min_length=1)]
    """Its address: `http` or `https`."""


class ToolImageUrl(Struct, kw_only=True, omit_defaults=True):
    """Where an image is."""

    uri: str
    """The address."""


class ToolImage(Struct, kw_only=True, omit_defaults=True):
    """An image, where it is or what it is."""

    url: ToolImageUrl | None = field(default_factory=lambda: None)
    """Where it is; a `data:` address tells its media type as well."""
    data: str | None = field(default_factory=lambda: None)
    """What it is, in base64."""


class ToolContent(Struct, kw_only=True, omit_defaults=True):
    """A text or an image that a tool gave."""

    type: Literal["text", "image"]
    """`text` or `image`."""
    text: str | None = None
    """The text, in `text`."""
    image: ToolImage | None = None
    """The image, in `image`."""


class ListConnectorsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for all connectors."""


class Connector(Struct, kw_only=True, omit_defaults=True):
    """An MCP server that the config names."""

    connector_type: Literal["mcp"] = field(default_factory=lambda: "mcp")
    """Always `mcp`."""
    connector_id: str
    """Its name here."""
    url: str
    """Where the server is."""
    server_label: str | None = field(default_factory=lambda: None)
    """What Responses call it by."""
    server_name: str | None = field(default_factory=lambda: None)
    """What the server calls itself."""
    server_description: str | None = field(default_factory=lambda: None)
    """What it says it is for."""
    server_version: str | None = field(default_factory=lambda: None)
    """Its own version."""


class ConnectorList(Struct, kw_only=True, omit_defaults=True):
    """All connectors."""

    data: list[Connector]
    """They."""


class GetConnectorRequest(Struct, kw_only=True, omit_defaults=True):
    """Which connector is wanted."""

    connector_id: str
    """Its name."""
    authorization: str | None = None
    """The caller's token for its server, without `Bearer`. Never kept, never logged."""


class ListConnectorToolsRequest(Struct, kw_only=True, omit_defaults=True):
    """Which connector's tools are listed."""

    connector_id: str
    """Its name."""
    authorization: str | None = None
    """The caller's token for its server, without `Bearer`. Never kept, never logged."""


class GetConnectorToolRequest(Struct, kw_only=True, omit_defaults=True):
    """Which tool of which connector is wanted."""

    connector_id: str
    """The connector's name."""
    tool_name: str
    """The tool's name."""
    authorization: str | None = None
    """The caller's token for its server, without `Bearer`. Never kept, never logged."""


class McpMessage(Struct, kw_only=True, omit_defaults=True):
    """A JSON-RPC message of a client."""

    toolgroup_id: str
    """The tool group that is spoken to."""
    jsonrpc: Literal["2.0"] = field(default_factory=lambda: "2.0")
    """Always `2.0`."""
    id: Raw = ABSENT
    """A string or a number that the answer repeats, as JSON. Unset in notifications."""
    method: str | None = None
    """What is asked. Unset in a client's answers, which nobody here waits for."""
    params: Raw = ABSENT
    """A JSON object: what it is asked with."""


class McpError(Struct, kw_only=True, omit_defaults=True):
    """What went wrong, as JSON-RPC has it."""

    code: int
    """-32601: no such method; -32602: wrong params; -32603: anything else."""
    message: str
    """What would help."""
    data: Raw = ABSENT
    """More about it, as JSON."""


class McpAnswer(Struct, kw_only=True, omit_defaults=True):
    """A JSON-RPC answer."""

    jsonrpc: Literal["2.0"] = field(default_factory=lambda: "2.0")
    """Always `2.0`."""
    id: Raw = ABSENT
    """The request's `id`."""
    result: Raw = ABSENT
    """A JSON object: what was asked for, unless there is an error."""
    error: McpError | None = None
    """What went wrong."""


McpReply: TypeAlias = McpAnswer | None
"""A JSON-RPC answer, or none: to a notification there is nothing to say."""


class ListToolGroupsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for all tool groups."""


class ToolGroup(Struct, kw_only=True, omit_defaults=True):
    """A tool group."""

    identifier: str
    """Its name, such as `builtin::websearch`."""
    provider_resource_id: str | None = field(default_factory=lambda: None)
    """The provider's name for it: the same."""
    provider_id: str
    """The provider that runs its tools."""
    type: Literal["tool_group"] = field(default_factory=lambda: "tool_group")
    """Always `tool_group`."""
    mcp_endpoint: McpEndpoint | None = field(default_factory=lambda: None)
    """The server that has its tools, for `remote::model-context-protocol`."""
    args: Raw = field(default_factory=lambda: Raw(b"null"))
    """A JSON object: settings for all of its tools."""


class ToolGroupList(Struct, kw_only=True, omit_defaults=True):
    """All tool groups."""

    data: list[ToolGroup]
    """They."""


class RegisterToolGroupRequest(Struct, kw_only=True, omit_defaults=True):
    """A tool group to be registered."""

    toolgroup_id: Annotated[str, Meta(min_length=1, max_length=200)]
    """Its name."""
    provider_id: Annotated[str, Meta(min_length=1)]
    """The provider that runs its tools."""
    mcp_endpoint: McpEndpoint | None = None
    """The server that has its tools, for `remote::model-context-protocol`."""
    args: Raw = ABSENT
    """A JSON object: settings for all of its tools."""


class GetToolGroupRequest(Struct, kw_only=True, omit_defaults=True):
    """Which tool group is wanted."""

    toolgroup_id: str
    """Its name."""


class UnregisterToolGroupRequest(Struct, kw_only=True, omit_defaults=True):
    """Which tool group is to be taken away."""

    toolgroup_id: str
    """Its name."""


class ListToolsRequest(Struct, kw_only=True, omit_defaults=True):
    """Which tools are listed."""

    toolgroup_id: str | None = None
    """The group whose tools are wanted. All if unset."""


class GetToolRequest(Struct, kw_only=True, omit_defaults=True):
    """Which tool is wanted."""

    tool_name: str
    """Its name, alone or as `group/tool`. A name that several groups have is the first one's."""
    toolgroup_id: str | None = None
    """Its group, if the name does not tell."""


class InvokeToolRequest(Struct, kw_only=True, omit_defaults=True):
    """A call of a tool."""

    tool_name: Annotated[str, Meta(min_length=1)]
    """Its name, alone or as `group/tool`. A name that several groups have is the first one's."""
    kwargs: Raw = ABSENT
    """A JSON object: its arguments by name. None if unset."""
    authorization: str | None = None
    """The caller's token for the tool's server, without `Bearer`. Never kept, never logged."""
    toolgroup_id: str | None = None
    """The tool's group, if the name does not tell."""
    connector_id: str | None = None
    """The connector that has the tool."""
    mcp_endpoint: McpEndpoint | None = None
    """The MCP server that has the tool."""
    headers: dict[str, str] | None = None
    """Headers that the tool's server gets besides. Not `Authorization`, which has a field of its own. Never kept or logged."""


class ToolInvocationResult(Struct, kw_only=True, omit_defaults=True):
    """What a tool gave."""

    content: list[ToolContent] | None = field(default_factory=lambda: None)
    """For the model: texts and images, in their order. Unset if it gave nothing."""
    error_message: str | None = field(default_factory=lambda: None)
    """What went wrong, in words for the model, if the tool failed."""
    error_code: int | None = field(default_factory=lambda: None)
    """The tool's number for what went wrong, or 1 if it has none. Unset if nothing did."""
    metadata: Raw = field(default_factory=lambda: Raw(b"null"))
    """A JSON object for the caller, not the model: `structured_content`, sources that were found, and whether the content
    was `truncated`.
    """


class ListRuntimeToolsRequest(Struct, kw_only=True, omit_defaults=True):
    """Whose tools are listed."""

    tool_group_id: str | None = None
    """A tool group."""
    mcp_endpoint: McpEndpoint | None = None
    """An MCP server. Over REST `mcp_endpoint[uri]`."""
    authorization: str | None = None
    """The caller's token for the server, without `Bearer`. Never kept, never logged."""
    connector_id: str | None = None
    """A connector."""
    headers: dict[str, str] | None = None
    """Headers that the server gets besides. Not `Authorization`, which has a field of its own. Never kept or logged."""
