"""Names for what is made."""

import secrets

_BYTES = 24
# In hexadecimal digits: how much of a response's name those of its items repeat. What is left tells them apart.
_SHARED = 32
_DIGITS = frozenset("0123456789abcdef")


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


def item_id(kind: str, response_id: str = "") -> str:
    """Return a name for an item of a type.

    That of an item that a response puts out goes on as the response's own name does, so that who refers to the item is
    referring to the response too.
    """
    shared = _shared(response_id)
    rest = secrets.token_hex(_BYTES - len(shared) // 2)
    return f"{ITEM_PREFIXES.get(kind, 'item')}_{shared}{rest}"


def ids_around(item: str) -> tuple[str, str] | None:
    """Return between which names that of the response is which put an item out; nothing if none did.

    Args:
        item: The item's name.
    """
    shared = _shared(item)
    return (f"resp_{shared}", f"resp_{shared}g") if shared else None


def _shared(name: str) -> str:
    """Return what the names of a response and of its items have in common, if `name` has that."""
    digits = name.rpartition("_")[2]
    return digits[:_SHARED] if len(digits) == 2 * _BYTES and set(digits) <= _DIGITS else ""
