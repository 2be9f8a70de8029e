"""Tools, and what they gave, as MCP has them."""

from collections.abc import Sequence
from typing import Any

from fleet_tools.provider import Content, Image, Result, Tool

# What MCP says of a tool besides, which providers keep as metadata.
_FURTHER = ("title", "annotations", "icons")
_ANYTHING = {"type": "object"}


def tool_of(tool: Tool) -> dict[str, Any]:
    """Return a tool as `tools/list` has it."""
    told: dict[str, Any] = {
        "name": tool.name,
        "inputSchema": {**_ANYTHING, **tool.input_schema},
    }
    if tool.description is not None:
        told["description"] = tool.description
    if tool.output_schema is not None:
        told["outputSchema"] = tool.output_schema
    return told | {key: tool.metadata[key] for key in _FURTHER if tool.metadata.get(key)}


def result_of(result: Result, tool: Tool) -> dict[str, Any]:
    """Return what a tool gave as `tools/call` has it."""
    structured = result.metadata.get("structured_content")
    failed = result.error is not None
    content = [_item(item) for item in result.content] or _texts(result.error)
    # Clients check what should be there; without it the model still gets the text.
    missing = tool.output_schema is not None and structured is None
    told: dict[str, Any] = {"content": content, "isError": failed or missing}
    return told if structured is None else {**told, "structuredContent": structured}


def failure(message: str) -> dict[str, Any]:
    """Return the result of a tool that could not be run as it was called, for the model to do better."""
    return {"content": _texts(message), "isError": True}


def _texts(text: str | None) -> Sequence[dict[str, str]]:
    return [] if text is None else [{"type": "text", "text": text}]


def _item(item: Content) -> dict[str, str]:
    if isinstance(item, Image):
        return {"type": "image", "data": item.data, "mimeType": item.media_type}
    return {"type": "text", "text": item.text}
