"""What items and their parts must have, by their type.

Source: the parameters that https://platform.openai.com/docs/api-reference/conversations/create-items requires, without
those that have a value of their own where they are left out.
"""

from collections.abc import Mapping
from types import MappingProxyType

from fleet.agents.v1 import messages as m
from fleet_runtime.errors import InvalidArgument

_CALL = ("call_id", "name")
_MCP_CALL = ("server_label", "name", "arguments")
# All of these.
ITEM_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "message": ("role", "content"),
        "function_call": (*_CALL, "arguments"),
        "function_call_output": ("call_id", "output"),
        "custom_tool_call": (*_CALL, "input"),
        "custom_tool_call_output": ("call_id", "output"),
        "reasoning": (),
        "file_search_call": ("queries",),
        "web_search_call": (),
        "code_interpreter_call": ("container_id",),
        "mcp_list_tools": ("server_label",),
        "mcp_call": _MCP_CALL,
        "mcp_approval_request": _MCP_CALL,
        "mcp_approval_response": ("approval_request_id", "approve"),
        "compaction": ("encrypted_content",),
        "item_reference": ("id",),
    }
)
"""The fields that an item must have, by its type."""
PART_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "input_text": ("text",),
        "input_image": ("image_url", "file_id"),
        "input_file": ("file_id", "file_data", "file_url"),
        "output_text": ("text",),
        "refusal": ("refusal",),
        "reasoning_text": ("text",),
        "summary_text": ("text",),
        "text": ("text",),
    }
)
"""The fields of which a part must have one, by its type."""


def check_item(item: m.Item, param: str) -> None:
    """Raise `InvalidArgument` if an item lacks what its type needs.

    Args:
        item: The item.
        param: Where it stands in the request, such as `items[0]`.
    """
    for name in ITEM_NEEDS[kind_of(item)]:
        if getattr(item, name) is None:
            raise _missing(f"{param}.{name}")
    for name in ("content", "output"):
        parts = getattr(item, name)
        for number, part in enumerate(parts if isinstance(parts, list) else ()):
            check_part(part, f"{param}.{name}[{number}]")


def check_part(part: m.Part, param: str) -> None:
    """Raise `InvalidArgument` if a part lacks what its type needs; `param` is where it stands in the request."""
    needed = PART_NEEDS[part.type]
    if all(getattr(part, name) is None for name in needed):
        if len(needed) == 1:
            raise _missing(f"{param}.{needed[0]}")
        raise InvalidArgument(
            f"'{param}' is an '{part.type}', and needs one of {', '.join(needed)}.",
            code="missing_required_parameter",
            param=param,
        )


def kind_of(item: m.Item) -> str:
    """Return the type of an item: a message if it does not say, or a reference if it is but an id."""
    if item.type is not None:
        return item.type
    is_bare = item.id is not None and item.role is None and item.content is None
    return "item_reference" if is_bare else "message"


def _missing(param: str) -> InvalidArgument:
    return InvalidArgument(
        f"Missing required parameter: '{param}'.", code="missing_required_parameter", param=param
    )
