"""Operations of `fleet.tools.v1`. Written by `make gen`; do not edit."""

from typing import Protocol

from fleet.tools.v1 import codec, messages as m
from fleet.tools.v1 import connectors_pb2
from fleet.tools.v1 import mcp_pb2
from fleet.tools.v1 import tool_groups_pb2
from fleet.tools.v1 import tool_runtime_pb2
from fleet.tools.v1 import tools_pb2
from fleet_runtime.operation import NOTHING
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.operation import (
    Answer,
    Binding,
    BoundService,
    MessageType,
    Operation,
    Route,
    Stream,
)

_Connector = MessageType(
    m.Connector, connectors_pb2.Connector, codec.connector_to_proto, codec.connector_from_proto
)
_ConnectorList = MessageType(
    m.ConnectorList,
    connectors_pb2.ConnectorList,
    codec.connector_list_to_proto,
    codec.connector_list_from_proto,
)
_GetConnectorRequest = MessageType(
    m.GetConnectorRequest,
    connectors_pb2.GetConnectorRequest,
    codec.get_connector_request_to_proto,
    codec.get_connector_request_from_proto,
)
_GetConnectorToolRequest = MessageType(
    m.GetConnectorToolRequest,
    connectors_pb2.GetConnectorToolRequest,
    codec.get_connector_tool_request_to_proto,
    codec.get_connector_tool_request_from_proto,
)
_GetToolGroupRequest = MessageType(
    m.GetToolGroupRequest,
    tool_groups_pb2.GetToolGroupRequest,
    codec.get_tool_group_request_to_proto,
    codec.get_tool_group_request_from_proto,
)
_GetToolRequest = MessageType(
    m.GetToolRequest,
    tool_groups_pb2.GetToolRequest,
    codec.get_tool_request_to_proto,
    codec.get_tool_request_from_proto,
)
_InvokeToolRequest = MessageType(
    m.InvokeToolRequest,
    tool_runtime_pb2.InvokeToolRequest,
    codec.invoke_tool_request_to_proto,
    codec.invoke_tool_request_from_proto,
)
_ListConnectorToolsRequest = MessageType(
    m.ListConnectorToolsRequest,
    connectors_pb2.ListConnectorToolsRequest,
    codec.list_connector_tools_request_to_proto,
    codec.list_connector_tools_request_from_proto,
)
_ListConnectorsRequest = MessageType(
    m.ListConnectorsRequest,
    connectors_pb2.ListConnectorsRequest,
    codec.list_connectors_request_to_proto,
    codec.list_connectors_request_from_proto,
)
_ListRuntimeToolsRequest = MessageType(
    m.ListRuntimeToolsRequest,
    tool_runtime_pb2.ListRuntimeToolsRequest,
    codec.list_runtime_tools_request_to_proto,
    codec.list_runtime_tools_request_from_proto,
)
_ListToolGroupsRequest = MessageType(
    m.ListToolGroupsRequest,
    tool_groups_pb2.ListToolGroupsRequest,
    codec.list_tool_groups_request_to_proto,
    codec.list_tool_groups_request_from_proto,
)
_ListToolsRequest = MessageType(
    m.ListToolsRequest,
    tool_groups_pb2.ListToolsRequest,
    codec.list_tools_request_to_proto,
    codec.list_tools_request_from_proto,
)
_McpMessage = MessageType(
    m.McpMessage, mcp_pb2.McpMessage, codec.mcp_message_to_proto, codec.mcp_message_from_proto
)
_McpReply = MessageType(
    m.McpReply, mcp_pb2.McpReply, codec.mcp_reply_to_proto, codec.mcp_reply_from_proto
)
_RegisterToolGroupRequest = MessageType(
    m.RegisterToolGroupRequest,
    tool_groups_pb2.RegisterToolGroupRequest,
    codec.register_tool_group_request_to_proto,
    codec.register_tool_group_request_from_proto,
)
_ToolDef = MessageType(
    m.ToolDef, tools_pb2.ToolDef, codec.tool_def_to_proto, codec.tool_def_from_proto
)
_ToolDefList = MessageType(
    m.ToolDefList,
    tools_pb2.ToolDefList,
    codec.tool_def_list_to_proto,
    codec.tool_def_list_from_proto,
)
_ToolGroup = MessageType(
    m.ToolGroup, tool_groups_pb2.ToolGroup, codec.tool_group_to_proto, codec.tool_group_from_proto
)
_ToolGroupList = MessageType(
    m.ToolGroupList,
    tool_groups_pb2.ToolGroupList,
    codec.tool_group_list_to_proto,
    codec.tool_group_list_from_proto,
)
_ToolInvocationResult = MessageType(
    m.ToolInvocationResult,
    tool_runtime_pb2.ToolInvocationResult,
    codec.tool_invocation_result_to_proto,
    codec.tool_invocation_result_from_proto,
)
_UnregisterToolGroupRequest = MessageType(
    m.UnregisterToolGroupRequest,
    tool_groups_pb2.UnregisterToolGroupRequest,
    codec.unregister_tool_group_request_to_proto,
    codec.unregister_tool_group_request_from_proto,
)


class ConnectorService(Protocol):
    """The MCP servers that the service's config names, for Responses to name by their ids.

    Every method that names a connector fails with `NOT_FOUND` if there is none. Those that ask its server fail with
    `UNAVAILABLE` (502 over REST) if it fails or refuses, and with `UNAUTHENTICATED` if it refuses the caller's own
    `authorization`.
    """

    async def list_connectors(
        self, request: m.ListConnectorsRequest, call: Call
    ) -> Answer[m.ConnectorList]:
        """Lists connectors, as the config has them. Their servers are not asked."""
        ...

    async def get_connector(
        self, request: m.GetConnectorRequest, call: Call
    ) -> Answer[m.Connector]:
        """Gets a connector, with what its server says of itself."""
        ...

    async def list_connector_tools(
        self, request: m.ListConnectorToolsRequest, call: Call
    ) -> Answer[m.ToolDefList]:
        """Lists the tools of a connector's server."""
        ...

    async def get_connector_tool(
        self, request: m.GetConnectorToolRequest, call: Call
    ) -> Answer[m.ToolDef]:
        """Gets a tool of a connector's server. Fails with `NOT_FOUND` if it has none of that name."""
        ...


CONNECTOR_SERVICE = "fleet.tools.v1.ConnectorService"
"""The service's full name."""

LIST_CONNECTORS = Operation(
    rpc="ListConnectors",
    request=_ListConnectorsRequest,
    answer=_ConnectorList,
    routes=(
        Route("GET", "/v1beta/connectors"),
        Route("GET", "/v1alpha/connectors"),
        Route("GET", "/v1alpha/admin/connectors"),
    ),
    has_body=False,
)
GET_CONNECTOR = Operation(
    rpc="GetConnector",
    request=_GetConnectorRequest,
    answer=_Connector,
    routes=(
        Route("GET", "/v1beta/connectors/{connector_id}"),
        Route("GET", "/v1alpha/connectors/{connector_id}"),
        Route("GET", "/v1alpha/admin/connectors/{connector_id}"),
    ),
    has_body=False,
)
LIST_CONNECTOR_TOOLS = Operation(
    rpc="ListConnectorTools",
    request=_ListConnectorToolsRequest,
    answer=_ToolDefList,
    routes=(
        Route("GET", "/v1beta/connectors/{connector_id}/tools"),
        Route("GET", "/v1alpha/connectors/{connector_id}/tools"),
        Route("GET", "/v1alpha/admin/connectors/{connector_id}/tools"),
    ),
    has_body=False,
)
GET_CONNECTOR_TOOL = Operation(
    rpc="GetConnectorTool",
    request=_GetConnectorToolRequest,
    answer=_ToolDef,
    routes=(
        Route("GET", "/v1beta/connectors/{connector_id}/tools/{tool_name=**}"),
        Route("GET", "/v1alpha/connectors/{connector_id}/tools/{tool_name=**}"),
        Route("GET", "/v1alpha/admin/connectors/{connector_id}/tools/{tool_name=**}"),
    ),
    has_body=False,
)


def bind_connector_service(implementation: ConnectorService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        CONNECTOR_SERVICE,
        (
            Binding(LIST_CONNECTORS, implementation.list_connectors),
            Binding(GET_CONNECTOR, implementation.get_connector),
            Binding(LIST_CONNECTOR_TOOLS, implementation.list_connector_tools),
            Binding(GET_CONNECTOR_TOOL, implementation.get_connector_tool),
        ),
    )


class ConnectorServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def list_connectors(
        self, request: m.ListConnectorsRequest, call: Call
    ) -> m.ConnectorList:
        """Lists connectors, as the config has them. Their servers are not asked."""
        answer: m.ConnectorList = await self._channel.unary(
            CONNECTOR_SERVICE, LIST_CONNECTORS, request, call
        )
        return answer

    async def get_connector(self, request: m.GetConnectorRequest, call: Call) -> m.Connector:
        """Gets a connector, with what its server says of itself."""
        answer: m.Connector = await self._channel.unary(
            CONNECTOR_SERVICE, GET_CONNECTOR, request, call
        )
        return answer

    async def list_connector_tools(
        self, request: m.ListConnectorToolsRequest, call: Call
    ) -> m.ToolDefList:
        """Lists the tools of a connector's server."""
        answer: m.ToolDefList = await self._channel.unary(
            CONNECTOR_SERVICE, LIST_CONNECTOR_TOOLS, request, call
        )
        return answer

    async def get_connector_tool(self, request: m.GetConnectorToolRequest, call: Call) -> m.ToolDef:
        """Gets a tool of a connector's server. Fails with `NOT_FOUND` if it has none of that name."""
        answer: m.ToolDef = await self._channel.unary(
            CONNECTOR_SERVICE, GET_CONNECTOR_TOOL, request, call
        )
        return answer


class McpService(Protocol):
    """The fleet as an MCP server: each of its tool groups is one, at an address of its own.

    It speaks the protocol's streamable HTTP transport without sessions: a JSON-RPC message in, a JSON answer out. See
    https://modelcontextprotocol.io/specification
    """

    async def exchange_mcp_message(self, request: m.McpMessage, call: Call) -> Answer[m.McpReply]:
        """Answers one JSON-RPC message: `initialize`, `ping`, `tools/list`, `tools/call`, or a notification, which gets no answer.

        What goes wrong is a JSON-RPC error. The call itself fails with `NOT_FOUND` if there is no such group, and with
        `INVALID_ARGUMENT` if the header `mcp-protocol-version` names a version that is not spoken here.
        """
        ...


MCP_SERVICE = "fleet.tools.v1.McpService"
"""The service's full name."""

EXCHANGE_MCP_MESSAGE = Operation(
    rpc="ExchangeMcpMessage",
    request=_McpMessage,
    answer=_McpReply,
    routes=(Route("POST", "/v1/mcp/{toolgroup_id=**}"),),
    has_body=True,
)


def bind_mcp_service(implementation: McpService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        MCP_SERVICE,
        (Binding(EXCHANGE_MCP_MESSAGE, implementation.exchange_mcp_message),),
    )


class McpServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def exchange_mcp_message(self, request: m.McpMessage, call: Call) -> m.McpReply:
        """Answers one JSON-RPC message: `initialize`, `ping`, `tools/list`, `tools/call`, or a notification, which gets no answer."""
        answer: m.McpReply = await self._channel.unary(
            MCP_SERVICE, EXCHANGE_MCP_MESSAGE, request, call
        )
        return answer


class ToolGroupService(Protocol):
    """The tool groups of the fleet, and their tools, as Llama Stack 0.6.1 had them last.

    A group is a provider, or a server that the provider talks to, under a name. Those of the service's config are always
    there; callers may register more.
    """

    async def list_tool_groups(
        self, request: m.ListToolGroupsRequest, call: Call
    ) -> Answer[m.ToolGroupList]:
        """Lists tool groups: those of the config first, then those that were registered, oldest first."""
        ...

    async def register_tool_group(self, request: m.RegisterToolGroupRequest, call: Call) -> None:
        """Registers a tool group. One that is there already with the same settings is left as it is.

        Fails with `INVALID_ARGUMENT` if the provider is unknown or wants what is not told, with `ALREADY_EXISTS` if the name
        stands for another group, and with `UNIMPLEMENTED` (501 over REST) where the service has no store.
        """
        ...

    async def get_tool_group(
        self, request: m.GetToolGroupRequest, call: Call
    ) -> Answer[m.ToolGroup]:
        """Gets a tool group. Fails with `NOT_FOUND` if there is none."""
        ...

    async def unregister_tool_group(
        self, request: m.UnregisterToolGroupRequest, call: Call
    ) -> None:
        """Takes a registered group's name away.

        Fails with `NOT_FOUND` if there is none, and with `INVALID_ARGUMENT` if the config has it.
        """
        ...

    async def list_tools(self, request: m.ListToolsRequest, call: Call) -> Answer[m.ToolDefList]:
        """Lists the tools of one group, or of all. Of all, groups whose server cannot be asked are left out.

        Fails, for one group, with `NOT_FOUND` if there is none, and with `UNAVAILABLE` (502 over REST) if its server fails
        or refuses.
        """
        ...

    async def get_tool(self, request: m.GetToolRequest, call: Call) -> Answer[m.ToolDef]:
        """Gets one tool. Fails with `NOT_FOUND` if no group has it."""
        ...


TOOL_GROUP_SERVICE = "fleet.tools.v1.ToolGroupService"
"""The service's full name."""

LIST_TOOL_GROUPS = Operation(
    rpc="ListToolGroups",
    request=_ListToolGroupsRequest,
    answer=_ToolGroupList,
    routes=(Route("GET", "/v1/toolgroups"),),
    has_body=False,
)
REGISTER_TOOL_GROUP = Operation(
    rpc="RegisterToolGroup",
    request=_RegisterToolGroupRequest,
    answer=NOTHING,
    routes=(Route("POST", "/v1/toolgroups"),),
    has_body=True,
)
GET_TOOL_GROUP = Operation(
    rpc="GetToolGroup",
    request=_GetToolGroupRequest,
    answer=_ToolGroup,
    routes=(Route("GET", "/v1/toolgroups/{toolgroup_id=**}"),),
    has_body=False,
)
UNREGISTER_TOOL_GROUP = Operation(
    rpc="UnregisterToolGroup",
    request=_UnregisterToolGroupRequest,
    answer=NOTHING,
    routes=(Route("DELETE", "/v1/toolgroups/{toolgroup_id=**}"),),
    has_body=False,
)
LIST_TOOLS = Operation(
    rpc="ListTools",
    request=_ListToolsRequest,
    answer=_ToolDefList,
    routes=(
        Route("GET", "/v1/tools"),
        Route("GET", "/v1/admin/tools"),
    ),
    has_body=False,
)
GET_TOOL = Operation(
    rpc="GetTool",
    request=_GetToolRequest,
    answer=_ToolDef,
    routes=(Route("GET", "/v1/tools/{tool_name=**}"),),
    has_body=False,
)


def bind_tool_group_service(implementation: ToolGroupService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        TOOL_GROUP_SERVICE,
        (
            Binding(LIST_TOOL_GROUPS, implementation.list_tool_groups),
            Binding(REGISTER_TOOL_GROUP, implementation.register_tool_group),
            Binding(GET_TOOL_GROUP, implementation.get_tool_group),
            Binding(UNREGISTER_TOOL_GROUP, implementation.unregister_tool_group),
            Binding(LIST_TOOLS, implementation.list_tools),
            Binding(GET_TOOL, implementation.get_tool),
        ),
    )


class ToolGroupServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def list_tool_groups(
        self, request: m.ListToolGroupsRequest, call: Call
    ) -> m.ToolGroupList:
        """Lists tool groups: those of the config first, then those that were registered, oldest first."""
        answer: m.ToolGroupList = await self._channel.unary(
            TOOL_GROUP_SERVICE, LIST_TOOL_GROUPS, request, call
        )
        return answer

    async def register_tool_group(self, request: m.RegisterToolGroupRequest, call: Call) -> None:
        """Registers a tool group. One that is there already with the same settings is left as it is."""
        await self._channel.unary(TOOL_GROUP_SERVICE, REGISTER_TOOL_GROUP, request, call)

    async def get_tool_group(self, request: m.GetToolGroupRequest, call: Call) -> m.ToolGroup:
        """Gets a tool group. Fails with `NOT_FOUND` if there is none."""
        answer: m.ToolGroup = await self._channel.unary(
            TOOL_GROUP_SERVICE, GET_TOOL_GROUP, request, call
        )
        return answer

    async def unregister_tool_group(
        self, request: m.UnregisterToolGroupRequest, call: Call
    ) -> None:
        """Takes a registered group's name away."""
        await self._channel.unary(TOOL_GROUP_SERVICE, UNREGISTER_TOOL_GROUP, request, call)

    async def list_tools(self, request: m.ListToolsRequest, call: Call) -> m.ToolDefList:
        """Lists the tools of one group, or of all. Of all, groups whose server cannot be asked are left out."""
        answer: m.ToolDefList = await self._channel.unary(
            TOOL_GROUP_SERVICE, LIST_TOOLS, request, call
        )
        return answer

    async def get_tool(self, request: m.GetToolRequest, call: Call) -> m.ToolDef:
        """Gets one tool. Fails with `NOT_FOUND` if no group has it."""
        answer: m.ToolDef = await self._channel.unary(TOOL_GROUP_SERVICE, GET_TOOL, request, call)
        return answer


class ToolRuntimeService(Protocol):
    """Runs tools, as Llama Stack 0.6.1 did last.

    Where the tools come from is told by at most one of: a tool group, a connector, or the address of an MCP server.
    """

    async def invoke_tool(
        self, request: m.InvokeToolRequest, call: Call
    ) -> Answer[m.ToolInvocationResult]:
        """Runs a tool. A caller who goes away stops it.

        A tool that failed is an answer, with `error_message`. The call fails with `NOT_FOUND` if there is no such tool, group
        or connector, with `INVALID_ARGUMENT` if arguments do not fit the tool's `input_schema`, with `UNAVAILABLE` (502 over
        REST) if the tool's server fails or refuses, with `UNAUTHENTICATED` if it refuses the caller's own `authorization`,
        and with `DEADLINE_EXCEEDED` if the tool takes too long.
        """
        ...

    async def list_runtime_tools(
        self, request: m.ListRuntimeToolsRequest, call: Call
    ) -> Answer[m.ToolDefList]:
        """Lists the tools of a group, a connector or a server; without any of these, those of all groups.

        Fails as `InvokeTool` does.
        """
        ...


TOOL_RUNTIME_SERVICE = "fleet.tools.v1.ToolRuntimeService"
"""The service's full name."""

INVOKE_TOOL = Operation(
    rpc="InvokeTool",
    request=_InvokeToolRequest,
    answer=_ToolInvocationResult,
    routes=(Route("POST", "/v1/tool-runtime/invoke"),),
    has_body=True,
)
LIST_RUNTIME_TOOLS = Operation(
    rpc="ListRuntimeTools",
    request=_ListRuntimeToolsRequest,
    answer=_ToolDefList,
    routes=(Route("GET", "/v1/tool-runtime/list-tools"),),
    has_body=False,
)


def bind_tool_runtime_service(implementation: ToolRuntimeService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        TOOL_RUNTIME_SERVICE,
        (
            Binding(INVOKE_TOOL, implementation.invoke_tool),
            Binding(LIST_RUNTIME_TOOLS, implementation.list_runtime_tools),
        ),
    )


class ToolRuntimeServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def invoke_tool(self, request: m.InvokeToolRequest, call: Call) -> m.ToolInvocationResult:
        """Runs a tool. A caller who goes away stops it."""
        answer: m.ToolInvocationResult = await self._channel.unary(
            TOOL_RUNTIME_SERVICE, INVOKE_TOOL, request, call
        )
        return answer

    async def list_runtime_tools(
        self, request: m.ListRuntimeToolsRequest, call: Call
    ) -> m.ToolDefList:
        """Lists the tools of a group, a connector or a server; without any of these, those of all groups."""
        answer: m.ToolDefList = await self._channel.unary(
            TOOL_RUNTIME_SERVICE, LIST_RUNTIME_TOOLS, request, call
        )
        return answer
