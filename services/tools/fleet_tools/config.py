"""The settings of the tools service."""

from typing import Any, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from fleet_runtime.config import Config, ProviderConfig
from fleet_runtime.store import DatabaseConfig

SCHEMA = "tools"
"""The schema of the service's tables."""

MEBIBYTE = 1024 * 1024


class StoreConfig(Config):
    """Where the service keeps the tool groups that callers register."""

    database: DatabaseConfig
    """Where."""


class McpEndpointConfig(Config):
    """A server that speaks the Model Context Protocol."""

    uri: str = Field(pattern=r"^https?://")
    """Its address."""


class ToolGroupConfig(Config):
    """A tool group: a provider, or a server that the provider talks to, under a name."""

    toolgroup_id: str = Field(min_length=1)
    """Its name, such as `builtin::websearch`."""
    provider_id: str
    """The provider that runs its tools."""
    mcp_endpoint: McpEndpointConfig | None = None
    """The server that has its tools, for `remote::model-context-protocol`. May be at a private address."""
    args: dict[str, Any] = {}
    """Settings for all of its tools; the provider says which."""


class ConnectorConfig(Config):
    """An MCP server that Responses may name by an id."""

    connector_id: str = Field(min_length=1)
    """Its name here."""
    connector_type: Literal["mcp"] = "mcp"
    """What it speaks."""
    url: str = Field(pattern=r"^https?://")
    """Where it is. May be at a private address."""
    server_label: str | None = None
    """What Responses call it by."""


class LimitsConfig(Config):
    """How much, and for how long."""

    call_seconds: PositiveFloat = 300.0
    """The longest that a tool may run."""
    list_seconds: PositiveFloat = 30.0
    """The longest that listing the tools of a group may take."""
    max_tools: PositiveInt = 1000
    """The most tools of a group; the others are not there."""
    max_result_bytes: PositiveInt = MEBIBYTE
    """The longest text that a tool may give. What is longer is cut, with a note for the model."""
    max_image_bytes: PositiveInt = 10 * MEBIBYTE
    """The most that the images of one answer may have, in base64. Others are left out, with a note for the model."""


class ServiceConfig(Config):
    """The tools service."""

    providers: list[ProviderConfig] = Field(default=[], min_length=1)
    """Who runs tools."""
    tool_groups: list[ToolGroupConfig] = []
    """The groups that are always there; callers cannot take them away. Of those with one name, the first counts whose
    provider is there."""
    connectors: list[ConnectorConfig] = []
    """The MCP servers that are known by an id."""
    store: StoreConfig | None = None
    """What is kept of the groups that callers register; they cannot if unset."""
    limits: LimitsConfig = LimitsConfig()
    """How much, and for how long."""
