"""Asking the tools service to run a tool, and what the model is told of the result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from fleet.agents.v1 import messages as m
from fleet.tools.v1 import messages as t
from fleet.tools.v1.operations import ToolRuntimeServiceClient
from fleet_agents.responses.steps import Said
from fleet_runtime.call import Call


@dataclass(frozen=True)
class Given:
    """What a tool gave.

    Attributes:
        told: What the model is told.
        failed: Whether the tool says that it failed.
        metadata: What it says besides, for callers.
    """

    told: Said
    failed: bool
    metadata: Mapping[str, Any]


async def invoke(
    runtime: ToolRuntimeServiceClient,
    request: t.InvokeToolRequest,
    arguments: Mapping[str, Any],
    call: Call,
) -> Given:
    """Run a tool with `arguments`.

    Raises:
        FleetError: It could not be run.
    """
    request.kwargs = msgspec.Raw(msgspec.json.encode(arguments))
    result = await runtime.invoke_tool(request, call)
    parts = [_part(content) for content in result.content or ()]
    if result.error_message and not any(part.text == result.error_message for part in parts):
        parts.append(m.Part(type="input_text", text=result.error_message))
    only_text = all(part.type == "input_text" for part in parts)
    told: Said = "\n".join(part.text or "" for part in parts) if only_text else parts
    metadata = msgspec.json.decode(result.metadata or b"null") or {}
    return Given(told, result.error_message is not None, metadata)


def _part(content: t.ToolContent) -> m.Part:
    image = content.image
    if image is None:
        return m.Part(type="input_text", text=content.text or "")
    url = image.url.uri if image.url else f"data:image/png;base64,{image.data or ''}"
    return m.Part(type="input_image", image_url=url)
