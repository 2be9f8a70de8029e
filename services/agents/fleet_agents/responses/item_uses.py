"""Calls of tools as items show them, for items of callers and of conversations, whose steps are not at hand."""

import msgspec

from fleet.agents.v1 import messages as m
from fleet_agents.responses.steps import CUT_OFF, Said, ToolUse

_DECLINED = "The user did not allow this call."
_NOTHING_FOUND = "Nothing was found."


def made(item: m.Item) -> tuple[ToolUse, Said | None] | None:
    """Return the call that an item tells of, and what came of it if that is not told by another item.

    There is none in items that tell of something else.
    """
    if item.type == "function_call":
        use = ToolUse(item.call_id or "", item.name or "", item.arguments or "{}")
        return use, _cut_off(item)
    if item.type == "custom_tool_call":
        return ToolUse(item.call_id or "", item.name or "", _json(input=item.input)), _cut_off(item)
    if item.type == "mcp_call":
        use = ToolUse(item.id or "", item.name or "", item.arguments or "{}")
        return use, item.error or item.output or ""
    if item.type == "file_search_call":
        found = "\n\n".join(result.text for result in item.results or ())
        query = " ".join(item.queries or ())
        return ToolUse(item.id or "", "file_search", _json(query=query)), found or _NOTHING_FOUND
    if item.type == "code_interpreter_call":
        printed = "\n".join(output.logs for output in item.outputs or () if output.logs)
        return ToolUse(item.id or "", "code_interpreter", _json(code=item.code)), printed
    return None


def declined(request: m.Item, answer: m.Item) -> tuple[ToolUse, Said]:
    """Return the call that a request for approval was for, and what the model is told as it was not agreed to."""
    use = ToolUse(request.id or "", request.name or "", request.arguments or "{}")
    return use, f"{_DECLINED} Reason: {answer.reason}" if answer.reason else _DECLINED


def _cut_off(item: m.Item) -> str | None:
    return CUT_OFF if item.status == "incomplete" else None


def _json(**arguments: str | None) -> str:
    return msgspec.json.encode(arguments).decode()
