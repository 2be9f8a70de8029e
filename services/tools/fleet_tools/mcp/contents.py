"""What MCP servers say, as the service has it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from mcp_types import (
    AudioContent,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)
from mcp_types import Tool as McpTool

from fleet_tools.provider import Content, Image, Result, Text, Tool

_FURTHER = ("title", "annotations", "icons")


def tool_of(tool: McpTool) -> Tool:
    """Return a tool as the service has it. What is told besides its schemas is metadata."""
    told = tool.model_dump(by_alias=True, mode="json", exclude_none=True)
    return Tool(
        name=tool.name,
        description=tool.description,
        input_schema=told.get("inputSchema") or {"type": "object"},
        output_schema=told.get("outputSchema"),
        metadata={key: told[key] for key in _FURTHER if key in told},
    )


def result_of(told: CallToolResult) -> Result:
    """Return what a tool gave. Where there is nothing but structured content, that is the text as well."""
    content = [item for block in told.content for item in _items(block)]
    structured = told.structured_content
    if not content and structured is not None:
        content = [Text(msgspec.json.encode(structured).decode())]
    metadata: Mapping[str, Any] = {}
    if structured is not None:
        metadata = {"structured_content": structured}
    error = _words(content) if told.is_error else None
    return Result(content, error, 1 if told.is_error else None, metadata)


def _items(block: ContentBlock) -> Iterator[Content]:
    """Yield what models can be given of a block; of other things, that they were there."""
    if isinstance(block, TextContent):
        yield Text(block.text)
    elif isinstance(block, ImageContent):
        yield Image(block.data, block.mime_type)
    elif isinstance(block, AudioContent):
        yield Text(f"[A sound, {block.mime_type}, was left out.]")
    elif isinstance(block, ResourceLink):
        about = f": {block.description}" if block.description else ""
        yield Text(f"[{block.title or block.name}]({block.uri}){about}")
    elif isinstance(block, EmbeddedResource):
        yield _resource(block)


def _resource(block: EmbeddedResource) -> Content:
    resource = block.resource
    if isinstance(resource, TextResourceContents):
        return Text(resource.text)
    kind = resource.mime_type or "application/octet-stream"
    if kind.startswith("image/"):
        return Image(resource.blob, kind)
    return Text(f"[The file {resource.uri}, {kind}, was left out.]")


def _words(content: Sequence[Content]) -> str:
    """Return the text of what a failed tool gave."""
    told = "\n".join(item.text for item in content if isinstance(item, Text))
    return told or "The tool failed, and did not say why."
