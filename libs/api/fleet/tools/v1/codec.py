"""Messages of `fleet.tools.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from msgspec import Raw

from fleet.tools.v1 import messages as m
from fleet.tools.v1 import tools_pb2
from fleet.tools.v1 import connectors_pb2
from fleet.tools.v1 import mcp_pb2
from fleet.tools.v1 import tool_groups_pb2
from fleet.tools.v1 import tool_runtime_pb2
from fleet_runtime.reading import json_text
from fleet_runtime.encoded import ABSENT


def tool_parameter_from_proto(p: tools_pb2.ToolParameter) -> m.ToolParameter:
    return m.ToolParameter(
        name=p.name,
        parameter_type=p.parameter_type,
        description=p.description,
        required=p.required,
        default=json_text(p.default) if p.HasField("default") else Raw(b"null"),
    )


def tool_parameter_to_proto(s: m.ToolParameter) -> tools_pb2.ToolParameter:
    return tools_pb2.ToolParameter(
        name=s.name,
        parameter_type=s.parameter_type,
        description=s.description,
        required=s.required,
        default=None if s.default is ABSENT else bytes(s.default).decode(),
    )


def tool_def_from_proto(p: tools_pb2.ToolDef) -> m.ToolDef:
    return m.ToolDef(
        toolgroup_id=p.toolgroup_id if p.HasField("toolgroup_id") else None,
        name=p.name,
        description=p.description if p.HasField("description") else None,
        input_schema=json_text(p.input_schema) if p.HasField("input_schema") else Raw(b"null"),
        output_schema=json_text(p.output_schema) if p.HasField("output_schema") else Raw(b"null"),
        metadata=json_text(p.metadata) if p.HasField("metadata") else Raw(b"null"),
        identifier=p.identifier,
        provider_id=p.provider_id,
        provider_resource_id=p.provider_resource_id,
        parameters=[tool_parameter_from_proto(v) for v in p.parameters],
    )


def tool_def_to_proto(s: m.ToolDef) -> tools_pb2.ToolDef:
    return tools_pb2.ToolDef(
        toolgroup_id=s.toolgroup_id,
        name=s.name,
        description=s.description,
        input_schema=None if s.input_schema is ABSENT else bytes(s.input_schema).decode(),
        output_schema=None if s.output_schema is ABSENT else bytes(s.output_schema).decode(),
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
        type=s.type,
        identifier=s.identifier,
        provider_id=s.provider_id,
        provider_resource_id=s.provider_resource_id,
        parameters=[tool_parameter_to_proto(v) for v in s.parameters],
    )


def tool_def_list_from_proto(p: tools_pb2.ToolDefList) -> m.ToolDefList:
    return m.ToolDefList(
        data=[tool_def_from_proto(v) for v in p.data],
    )


def tool_def_list_to_proto(s: m.ToolDefList) -> tools_pb2.ToolDefList:
    return tools_pb2.ToolDefList(
        data=[tool_def_to_proto(v) for v in s.data],
    )


def mcp_endpoint_from_proto(p: tools_pb2.McpEndpoint) -> m.McpEndpoint:
    return m.McpEndpoint(
        uri=p.uri,
    )


def mcp_endpoint_to_proto(s: m.McpEndpoint) -> tools_pb2.McpEndpoint:
    return tools_pb2.McpEndpoint(
        uri=s.uri,
    )


def tool_image_url_from_proto(p: tools_pb2.ToolImageUrl) -> m.ToolImageUrl:
    return m.ToolImageUrl(
        uri=p.uri,
    )


def tool_image_url_to_proto(s: m.ToolImageUrl) -> tools_pb2.ToolImageUrl:
    return tools_pb2.ToolImageUrl(
        uri=s.uri,
    )


def tool_image_from_proto(p: tools_pb2.ToolImage) -> m.ToolImage:
    return m.ToolImage(
        url=tool_image_url_from_proto(p.url) if p.HasField("url") else None,
        data=p.data if p.HasField("data") else None,
    )


def tool_image_to_proto(s: m.ToolImage) -> tools_pb2.ToolImage:
    return tools_pb2.ToolImage(
        url=None if s.url is None else tool_image_url_to_proto(s.url),
        data=s.data,
    )


def tool_content_from_proto(p: tools_pb2.ToolContent) -> m.ToolContent:
    return m.ToolContent(
        type=p.type,  # type: ignore[arg-type]
        text=p.text if p.HasField("text") else None,
        image=tool_image_from_proto(p.image) if p.HasField("image") else None,
    )


def tool_content_to_proto(s: m.ToolContent) -> tools_pb2.ToolContent:
    return tools_pb2.ToolContent(
        type=s.type,
        text=s.text,
        image=None if s.image is None else tool_image_to_proto(s.image),
    )


def list_connectors_request_from_proto(
    p: connectors_pb2.ListConnectorsRequest,
) -> m.ListConnectorsRequest:
    del p
    return m.ListConnectorsRequest()


def list_connectors_request_to_proto(
    s: m.ListConnectorsRequest,
) -> connectors_pb2.ListConnectorsRequest:
    del s
    return connectors_pb2.ListConnectorsRequest()


def connector_from_proto(p: connectors_pb2.Connector) -> m.Connector:
    return m.Connector(
        connector_id=p.connector_id,
        url=p.url,
        server_label=p.server_label if p.HasField("server_label") else None,
        server_name=p.server_name if p.HasField("server_name") else None,
        server_description=p.server_description if p.HasField("server_description") else None,
        server_version=p.server_version if p.HasField("server_version") else None,
    )


def connector_to_proto(s: m.Connector) -> connectors_pb2.Connector:
    return connectors_pb2.Connector(
        connector_type=s.connector_type,
        connector_id=s.connector_id,
        url=s.url,
        server_label=s.server_label,
        server_name=s.server_name,
        server_description=s.server_description,
        server_version=s.server_version,
    )


def connector_list_from_proto(p: connectors_pb2.ConnectorList) -> m.ConnectorList:
    return m.ConnectorList(
        data=[connector_from_proto(v) for v in p.data],
    )


def connector_list_to_proto(s: m.ConnectorList) -> connectors_pb2.ConnectorList:
    return connectors_pb2.ConnectorList(
        data=[connector_to_proto(v) for v in s.data],
    )


def get_connector_request_from_proto(
    p: connectors_pb2.GetConnectorRequest,
) -> m.GetConnectorRequest:
    return m.GetConnectorRequest(
        connector_id=p.connector_id,
        authorization=p.authorization if p.HasField("authorization") else None,
    )


def get_connector_request_to_proto(s: m.GetConnectorRequest) -> connectors_pb2.GetConnectorRequest:
    return connectors_pb2.GetConnectorRequest(
        connector_id=s.connector_id,
        authorization=s.authorization,
    )


def list_connector_tools_request_from_proto(
    p: connectors_pb2.ListConnectorToolsRequest,
) -> m.ListConnectorToolsRequest:
    return m.ListConnectorToolsRequest(
        connector_id=p.connector_id,
        authorization=p.authorization if p.HasField("authorization") else None,
    )


def list_connector_tools_request_to_proto(
    s: m.ListConnectorToolsRequest,
) -> connectors_pb2.ListConnectorToolsRequest:
    return connectors_pb2.ListConnectorToolsRequest(
        connector_id=s.connector_id,
        authorization=s.authorization,
    )


def get_connector_tool_request_from_proto(
    p: connectors_pb2.GetConnectorToolRequest,
) -> m.GetConnectorToolRequest:
    return m.GetConnectorToolRequest(
        connector_id=p.connector_id,
        tool_name=p.tool_name,
        authorization=p.authorization if p.HasField("authorization") else None,
    )


def get_connector_tool_request_to_proto(
    s: m.GetConnectorToolRequest,
) -> connectors_pb2.GetConnectorToolRequest:
    return connectors_pb2.GetConnectorToolRequest(
        connector_id=s.connector_id,
        tool_name=s.tool_name,
        authorization=s.authorization,
    )


def mcp_message_from_proto(p: mcp_pb2.McpMessage) -> m.McpMessage:
    return m.McpMessage(
        toolgroup_id=p.toolgroup_id,
        id=json_text(p.id) if p.HasField("id") else ABSENT,
        method=p.method if p.HasField("method") else None,
        params=json_text(p.params) if p.HasField("params") else ABSENT,
    )


def mcp_message_to_proto(s: m.McpMessage) -> mcp_pb2.McpMessage:
    return mcp_pb2.McpMessage(
        toolgroup_id=s.toolgroup_id,
        jsonrpc=s.jsonrpc,
        id=None if s.id is ABSENT else bytes(s.id).decode(),
        method=s.method,
        params=None if s.params is ABSENT else bytes(s.params).decode(),
    )


def mcp_error_from_proto(p: mcp_pb2.McpError) -> m.McpError:
    return m.McpError(
        code=p.code,
        message=p.message,
        data=json_text(p.data) if p.HasField("data") else ABSENT,
    )


def mcp_error_to_proto(s: m.McpError) -> mcp_pb2.McpError:
    return mcp_pb2.McpError(
        code=s.code,
        message=s.message,
        data=None if s.data is ABSENT else bytes(s.data).decode(),
    )


def mcp_answer_from_proto(p: mcp_pb2.McpAnswer) -> m.McpAnswer:
    return m.McpAnswer(
        id=json_text(p.id) if p.HasField("id") else ABSENT,
        result=json_text(p.result) if p.HasField("result") else ABSENT,
        error=mcp_error_from_proto(p.error) if p.HasField("error") else None,
    )


def mcp_answer_to_proto(s: m.McpAnswer) -> mcp_pb2.McpAnswer:
    return mcp_pb2.McpAnswer(
        jsonrpc=s.jsonrpc,
        id=None if s.id is ABSENT else bytes(s.id).decode(),
        result=None if s.result is ABSENT else bytes(s.result).decode(),
        error=None if s.error is None else mcp_error_to_proto(s.error),
    )


def mcp_reply_from_proto(p: mcp_pb2.McpReply) -> m.McpReply:
    kind = p.WhichOneof("value")
    if kind == "answer":
        return mcp_answer_from_proto(p.answer)
    return None


def mcp_reply_to_proto(s: m.McpReply) -> mcp_pb2.McpReply:
    if isinstance(s, m.McpAnswer):
        return mcp_pb2.McpReply(answer=mcp_answer_to_proto(s))
    return mcp_pb2.McpReply()


def list_tool_groups_request_from_proto(
    p: tool_groups_pb2.ListToolGroupsRequest,
) -> m.ListToolGroupsRequest:
    del p
    return m.ListToolGroupsRequest()


def list_tool_groups_request_to_proto(
    s: m.ListToolGroupsRequest,
) -> tool_groups_pb2.ListToolGroupsRequest:
    del s
    return tool_groups_pb2.ListToolGroupsRequest()


def tool_group_from_proto(p: tool_groups_pb2.ToolGroup) -> m.ToolGroup:
    return m.ToolGroup(
        identifier=p.identifier,
        provider_resource_id=p.provider_resource_id if p.HasField("provider_resource_id") else None,
        provider_id=p.provider_id,
        mcp_endpoint=mcp_endpoint_from_proto(p.mcp_endpoint)
        if p.HasField("mcp_endpoint")
        else None,
        args=json_text(p.args) if p.HasField("args") else Raw(b"null"),
    )


def tool_group_to_proto(s: m.ToolGroup) -> tool_groups_pb2.ToolGroup:
    return tool_groups_pb2.ToolGroup(
        identifier=s.identifier,
        provider_resource_id=s.provider_resource_id,
        provider_id=s.provider_id,
        type=s.type,
        mcp_endpoint=None if s.mcp_endpoint is None else mcp_endpoint_to_proto(s.mcp_endpoint),
        args=None if s.args is ABSENT else bytes(s.args).decode(),
    )


def tool_group_list_from_proto(p: tool_groups_pb2.ToolGroupList) -> m.ToolGroupList:
    return m.ToolGroupList(
        data=[tool_group_from_proto(v) for v in p.data],
    )


def tool_group_list_to_proto(s: m.ToolGroupList) -> tool_groups_pb2.ToolGroupList:
    return tool_groups_pb2.ToolGroupList(
        data=[tool_group_to_proto(v) for v in s.data],
    )


def register_tool_group_request_from_proto(
    p: tool_groups_pb2.RegisterToolGroupRequest,
) -> m.RegisterToolGroupRequest:
    return m.RegisterToolGroupRequest(
        toolgroup_id=p.toolgroup_id,
        provider_id=p.provider_id,
        mcp_endpoint=mcp_endpoint_from_proto(p.mcp_endpoint)
        if p.HasField("mcp_endpoint")
        else None,
        args=json_text(p.args) if p.HasField("args") else ABSENT,
    )


def register_tool_group_request_to_proto(
    s: m.RegisterToolGroupRequest,
) -> tool_groups_pb2.RegisterToolGroupRequest:
    return tool_groups_pb2.RegisterToolGroupRequest(
        toolgroup_id=s.toolgroup_id,
        provider_id=s.provider_id,
        mcp_endpoint=None if s.mcp_endpoint is None else mcp_endpoint_to_proto(s.mcp_endpoint),
        args=None if s.args is ABSENT else bytes(s.args).decode(),
    )


def get_tool_group_request_from_proto(
    p: tool_groups_pb2.GetToolGroupRequest,
) -> m.GetToolGroupRequest:
    return m.GetToolGroupRequest(
        toolgroup_id=p.toolgroup_id,
    )


def get_tool_group_request_to_proto(
    s: m.GetToolGroupRequest,
) -> tool_groups_pb2.GetToolGroupRequest:
    return tool_groups_pb2.GetToolGroupRequest(
        toolgroup_id=s.toolgroup_id,
    )


def unregister_tool_group_request_from_proto(
    p: tool_groups_pb2.UnregisterToolGroupRequest,
) -> m.UnregisterToolGroupRequest:
    return m.UnregisterToolGroupRequest(
        toolgroup_id=p.toolgroup_id,
    )


def unregister_tool_group_request_to_proto(
    s: m.UnregisterToolGroupRequest,
) -> tool_groups_pb2.UnregisterToolGroupRequest:
    return tool_groups_pb2.UnregisterToolGroupRequest(
        toolgroup_id=s.toolgroup_id,
    )


def list_tools_request_from_proto(p: tool_groups_pb2.ListToolsRequest) -> m.ListToolsRequest:
    return m.ListToolsRequest(
        toolgroup_id=p.toolgroup_id if p.HasField("toolgroup_id") else None,
    )


def list_tools_request_to_proto(s: m.ListToolsRequest) -> tool_groups_pb2.ListToolsRequest:
    return tool_groups_pb2.ListToolsRequest(
        toolgroup_id=s.toolgroup_id,
    )


def get_tool_request_from_proto(p: tool_groups_pb2.GetToolRequest) -> m.GetToolRequest:
    return m.GetToolRequest(
        tool_name=p.tool_name,
        toolgroup_id=p.toolgroup_id if p.HasField("toolgroup_id") else None,
    )


def get_tool_request_to_proto(s: m.GetToolRequest) -> tool_groups_pb2.GetToolRequest:
    return tool_groups_pb2.GetToolRequest(
        tool_name=s.tool_name,
        toolgroup_id=s.toolgroup_id,
    )


def invoke_tool_request_from_proto(p: tool_runtime_pb2.InvokeToolRequest) -> m.InvokeToolRequest:
    return m.InvokeToolRequest(
        tool_name=p.tool_name,
        kwargs=json_text(p.kwargs) if p.HasField("kwargs") else ABSENT,
        authorization=p.authorization if p.HasField("authorization") else None,
        toolgroup_id=p.toolgroup_id if p.HasField("toolgroup_id") else None,
        connector_id=p.connector_id if p.HasField("connector_id") else None,
        mcp_endpoint=mcp_endpoint_from_proto(p.mcp_endpoint)
        if p.HasField("mcp_endpoint")
        else None,
        headers={k: v for k, v in p.headers.items()} or None,
    )


def invoke_tool_request_to_proto(s: m.InvokeToolRequest) -> tool_runtime_pb2.InvokeToolRequest:
    return tool_runtime_pb2.InvokeToolRequest(
        tool_name=s.tool_name,
        kwargs=None if s.kwargs is ABSENT else bytes(s.kwargs).decode(),
        authorization=s.authorization,
        toolgroup_id=s.toolgroup_id,
        connector_id=s.connector_id,
        mcp_endpoint=None if s.mcp_endpoint is None else mcp_endpoint_to_proto(s.mcp_endpoint),
        headers=s.headers,
    )


def tool_invocation_result_from_proto(
    p: tool_runtime_pb2.ToolInvocationResult,
) -> m.ToolInvocationResult:
    return m.ToolInvocationResult(
        content=[tool_content_from_proto(v) for v in p.content] or None,
        error_message=p.error_message if p.HasField("error_message") else None,
        error_code=p.error_code if p.HasField("error_code") else None,
        metadata=json_text(p.metadata) if p.HasField("metadata") else Raw(b"null"),
    )


def tool_invocation_result_to_proto(
    s: m.ToolInvocationResult,
) -> tool_runtime_pb2.ToolInvocationResult:
    return tool_runtime_pb2.ToolInvocationResult(
        content=[tool_content_to_proto(v) for v in s.content or ()],
        error_message=s.error_message,
        error_code=s.error_code,
        metadata=None if s.metadata is ABSENT else bytes(s.metadata).decode(),
    )


def list_runtime_tools_request_from_proto(
    p: tool_runtime_pb2.ListRuntimeToolsRequest,
) -> m.ListRuntimeToolsRequest:
    return m.ListRuntimeToolsRequest(
        tool_group_id=p.tool_group_id if p.HasField("tool_group_id") else None,
        mcp_endpoint=mcp_endpoint_from_proto(p.mcp_endpoint)
        if p.HasField("mcp_endpoint")
        else None,
        authorization=p.authorization if p.HasField("authorization") else None,
        connector_id=p.connector_id if p.HasField("connector_id") else None,
        headers={k: v for k, v in p.headers.items()} or None,
    )


def list_runtime_tools_request_to_proto(
    s: m.ListRuntimeToolsRequest,
) -> tool_runtime_pb2.ListRuntimeToolsRequest:
    return tool_runtime_pb2.ListRuntimeToolsRequest(
        tool_group_id=s.tool_group_id,
        mcp_endpoint=None if s.mcp_endpoint is None else mcp_endpoint_to_proto(s.mcp_endpoint),
        authorization=s.authorization,
        connector_id=s.connector_id,
        headers=s.headers,
    )
