"""Names for what is made."""

import secrets

_BYTES = 24


def new_id(prefix: str) -> str:
    """Return a name that nothing else has, such as `resp_` and 48 hexadecimal digits."""
    return f"{prefix}_{secrets.token_hex(_BYTES)}"


ITEM_PREFIXES = {
    "message": "msg",
    "function_call": "fc",
    "function_call_output": "fco",
    "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco",
    "reasoning": "rs",
    "file_search_call": "fs",
    "web_search_call": "ws",
    "code_interpreter_call": "ci",
    "mcp_list_tools": "mcpl",
    "mcp_call": "mcp",
    "mcp_approval_request": "mcpr",
    "mcp_approval_response": "mcpa",
    "compaction": "cmp",
}
"""What the names of items begin with, by their type."""


def item_id(kind: str) -> str:
    """Return a name for an item of a type."""
    return new_id(ITEM_PREFIXES.get(kind, "item"))
