"""The errors for conversations and items that are not there."""

from fleet_runtime.errors import NotFound


def no_conversation(conversation_id: str, param: str = "conversation_id") -> NotFound:
    """Return the error for a conversation that is not there; `param` is what named it."""
    return NotFound(
        f"Conversation with id '{conversation_id}' not found. Create one with POST /v1/conversations.",
        code="conversation_not_found",
        param=param,
    )


def no_item(conversation_id: str, item_id: str) -> NotFound:
    """Return the error for an item that is not in its conversation."""
    return NotFound(
        f"Item with id '{item_id}' not found in conversation '{conversation_id}'.",
        code="item_not_found",
        param="item_id",
    )
