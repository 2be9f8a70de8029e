"""Items as they are kept, whichever of the forms that callers may write they came in.

OpenAI answers all of them in one form: https://platform.openai.com/docs/api-reference/conversations/list-items-object
"""

from msgspec.structs import replace

from fleet.agents.v1 import messages as m
from fleet_agents.items.checks import check_item, kind_of

_WITH_STATUS = frozenset(
    {
        "message",
        "function_call",
        "function_call_output",
        "custom_tool_call",
        "custom_tool_call_output",
        "file_search_call",
        "web_search_call",
        "code_interpreter_call",
    }
)


def kept_form(item: m.Item, param: str) -> m.Item:
    """Return an item with all that the caller may leave out but its id. References stay as they are.

    Args:
        item: The item, which is not changed.
        param: Where it stands in the request, such as `items[0]`.

    Raises:
        InvalidArgument: It lacks what its type needs.
    """
    check_item(item, param)
    kind = kind_of(item)
    whole = replace(item, type=kind)
    if kind == "message":
        whole.content = _message_parts(item)
    elif kind == "reasoning":
        whole.summary = item.summary or []
        if isinstance(item.content, str):
            whole.content = [m.Part(type="reasoning_text", text=item.content)]
    elif kind == "mcp_list_tools":
        whole.tools = item.tools or []
    if kind in _WITH_STATUS:
        whole.status = item.status or "completed"
    return whole


def _message_parts(message: m.Item) -> list[m.Part]:
    content = message.content or []
    if not isinstance(content, str):
        return [_kept_part(part) for part in content]
    if message.role == "assistant":
        return [_kept_part(m.Part(type="output_text", text=content))]
    return [m.Part(type="input_text", text=content)]


def _kept_part(part: m.Part) -> m.Part:
    if part.type == "output_text":
        return replace(part, annotations=part.annotations or [])
    if part.type == "input_image":
        return replace(part, detail=part.detail or "auto")
    return part
