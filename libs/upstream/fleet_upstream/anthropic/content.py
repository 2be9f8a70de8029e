"""Turns of a conversation as Anthropic's messages and their content blocks.

Format: https://platform.claude.com/docs/en/api/messages#body-messages
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from fleet_upstream.native.arguments import as_object
from fleet_upstream.native.conversation import Item, Text, ToolReturn, ToolUse, Turn
from fleet_upstream.native.fields import wrong
from fleet_upstream.native.media import File, Picture

Block: TypeAlias = dict[str, Any]
"""A content block, as JSON has it."""

_PDF = "application/pdf"


def messages(turns: list[Turn], thoughts: Mapping[str, msgspec.Raw]) -> list[dict[str, Any]]:
    """Return `turns` as messages.

    Args:
        turns: The conversation.
        thoughts: The content of earlier answers that the model thought for, by the id of their first call. It goes
            back as it came: the vendor checks what is signed, and its order.
    """
    return [{"role": turn.role, "content": _content(turn, thoughts)} for turn in turns]


def _content(turn: Turn, thoughts: Mapping[str, msgspec.Raw]) -> list[Block] | msgspec.Raw:
    calls = [call.id for call in turn.calls()]
    kept = thoughts.get(calls[0]) if calls else None
    # Whoever left out a call, or joined two turns, gets what is in their messages.
    if kept is None or _calls(kept) != calls:
        return [block(item) for item in turn.items]
    return kept


def thoughts_lost(turns: list[Turn], thoughts: Mapping[str, msgspec.Raw]) -> bool:
    """Say whether tools have just answered a turn of which it is not known what the model thought."""
    called = turns[-2].calls() if len(turns) > 1 else []
    return bool(called) and called[0].id not in thoughts


class _Called(msgspec.Struct):
    type: str = ""
    id: str = ""


def _calls(content: msgspec.Raw) -> list[str]:
    """Return the ids of the calls in `content`."""
    blocks = msgspec.json.decode(content, type=list[_Called])
    return [block.id for block in blocks if block.type == "tool_use"]


def block(item: Item) -> Block:
    """Return `item` as a content block.

    Raises:
        InvalidArgument: The vendor has no block for it.
    """
    if isinstance(item, Text):
        return {"type": "text", "text": item.text}
    if isinstance(item, Picture):
        return {"type": "image", "source": _source(item)}
    if isinstance(item, ToolUse):
        given = msgspec.Raw(as_object(item.arguments))
        return {"type": "tool_use", "id": item.id, "name": item.name, "input": given}
    if isinstance(item, ToolReturn):
        content = list(map(block, item.items))
        return {"type": "tool_result", "tool_use_id": item.id, "content": content}
    if isinstance(item, File):
        return _document(item)
    raise wrong(item.param, "is a recording, and the models of Anthropic do not listen")


def _source(picture: Picture) -> Block:
    if picture.inline is None:
        return {"type": "url", "url": picture.url}
    return {"type": "base64", "media_type": picture.inline.kind, "data": picture.inline.data}


def _document(file: File) -> Block:
    if file.inline.kind != _PDF:
        raise wrong(file.param, f"must be of the type '{_PDF}'; send other files as text")
    source = {"type": "base64", "media_type": _PDF, "data": file.inline.data}
    return {"type": "document", "title": file.name, "source": source}
