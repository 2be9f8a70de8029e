"""Turns of a conversation as Bedrock's messages and their content blocks.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from fleet_upstream.native.arguments import as_object
from fleet_upstream.native.conversation import Item, Text, ToolReturn, ToolUse, Turn
from fleet_upstream.native.fields import wrong
from fleet_upstream.native.media import File, Inline, Picture, Recording

_PICTURES = ("png", "jpeg", "gif", "webp")
# The formats whose media types are not their names.
_DOCUMENTS = {
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/markdown": "md",
    "text/plain": "txt",
}
_NAMED_SO = ("pdf", "csv", "html")
# What the name of a document may not have.
_ODD = re.compile(r"[^\w\s()\[\]-]|_|(?<=\s)\s")


def messages(turns: Sequence[Turn], thoughts: Mapping[str, msgspec.Raw]) -> list[dict[str, Any]]:
    """Return `turns` as messages.

    Args:
        turns: The conversation.
        thoughts: What the model thought before it called tools, as `kept` made it, by the id of the first call. It
            goes back as it came: some vendors sign it, and want it with what the tools returned.

    Raises:
        InvalidArgument: A part is of a kind or a type that Bedrock does not take.
    """
    return [{"role": turn.role, "content": list(_content(turn, thoughts))} for turn in turns]


def kept(thoughts: Sequence[Any], ids: Sequence[str]) -> dict[str, msgspec.Raw]:
    """Return what goes back with the next turn: blocks of `reasoningContent`, by the first of the calls' `ids`."""
    blocks = [{"reasoningContent": thought} for thought in thoughts]
    return {ids[0]: msgspec.Raw(msgspec.json.encode(blocks))} if blocks and ids else {}


def has_tools(turns: Sequence[Turn]) -> bool:
    """Say whether tools were called before; Bedrock wants to know them then."""
    return any(isinstance(item, ToolUse | ToolReturn) for turn in turns for item in turn.items)


def _content(turn: Turn, thoughts: Mapping[str, msgspec.Raw]) -> Iterator[Any]:
    calls = turn.calls()
    if calls and calls[0].id in thoughts:
        yield from msgspec.json.decode(thoughts[calls[0].id], type=list[msgspec.Raw])
    yield from map(_block, turn.items)


def _block(item: Item) -> dict[str, Any]:
    if isinstance(item, Text):
        return {"text": item.text}
    if isinstance(item, ToolUse):
        given = msgspec.Raw(as_object(item.arguments))
        return {"toolUse": {"toolUseId": item.id, "name": item.name, "input": given}}
    if isinstance(item, ToolReturn):
        content = [_block(inner) for inner in item.items] or [{"text": "(nothing)"}]
        return {"toolResult": {"toolUseId": item.id, "content": content}}
    return _medium(item)


def _medium(item: Picture | File | Recording) -> dict[str, Any]:
    if item.inline is None:
        raise wrong(item.param, "must be a `data:` URL: Bedrock fetches no images")
    if isinstance(item, Picture):
        return {"image": _source(item.inline, _picture_format(item.inline, item.param))}
    if isinstance(item, File):
        name = _ODD.sub("", item.name.rpartition(".")[0] or item.name) or "document"
        told = _source(item.inline, _document_format(item.inline, item.param))
        return {"document": told | {"name": name[:200]}}
    return {"audio": _source(item.inline, item.inline.kind.removeprefix("audio/"))}


def _source(inline: Inline, kind: str) -> dict[str, Any]:
    return {"format": kind, "source": {"bytes": inline.data}}


def _picture_format(inline: Inline, param: str) -> str:
    kind = inline.kind.removeprefix("image/").replace("jpg", "jpeg")
    if kind not in _PICTURES:
        raise wrong(param, f"must be one of {', '.join(_PICTURES)}, not {inline.kind}")
    return kind


def _document_format(inline: Inline, param: str) -> str:
    last = inline.kind.rpartition("/")[2]
    kind = last if last in _NAMED_SO else _DOCUMENTS.get(inline.kind)
    if kind is None:
        known = ", ".join((*_NAMED_SO, *_DOCUMENTS.values()))
        raise wrong(param, f"must be one of {known}, not {inline.kind}")
    return kind
