"""Turns of a conversation as Google's contents and their parts.

Format: https://ai.google.dev/api/caching#Content, https://ai.google.dev/gemini-api/docs/thought-signatures
"""

import mimetypes
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from fleet_upstream.native.arguments import as_object
from fleet_upstream.native.conversation import Item, Text, ToolReturn, ToolUse, Turn
from fleet_upstream.native.media import Inline, Picture

Part: TypeAlias = dict[str, Any]
"""One part of a content, as JSON has it."""

NO_SIGNATURE = "skip_thought_signature_validator"
"""What the vendor takes in place of a signature where there is none: the call was another model's, or is forgotten."""

_ROLES = {"user": "user", "assistant": "model"}


class KeptCall(msgspec.Struct):
    """What the vendor said of a call besides what OpenAI's chat completions have a field for.

    Attributes:
        id: The vendor's own id of the call, if it gave one; it wants that back, and no other.
        signature: Signs what the model thought before the call.
    """

    id: str | None = None
    signature: str | None = None


def contents(
    turns: list[Turn], kept: Mapping[str, msgspec.Raw], *, signed: bool
) -> list[dict[str, Any]]:
    """Return `turns` as contents.

    Args:
        turns: The conversation.
        kept: A `KeptCall` as JSON, by the id under which we told of the call.
        signed: Whether the model wants the first call of each turn signed.
    """
    known = {name: msgspec.json.decode(text, type=KeptCall) for name, text in kept.items()}
    return [
        {"role": _ROLES[turn.role], "parts": list(_parts(turn, known, signed=signed))}
        for turn in turns
    ]


def _parts(turn: Turn, known: Mapping[str, KeptCall], *, signed: bool) -> Iterator[Part]:
    first = True
    for item in turn.items:
        if isinstance(item, ToolUse):
            kept = known.get(item.id, KeptCall())
            yield _call(item, kept, NO_SIGNATURE if signed and first else None)
            first = False
        elif isinstance(item, ToolReturn):
            yield from _returned(item, known.get(item.id, KeptCall()))
        else:
            yield _said(item)


def _said(item: Item) -> Part:
    if isinstance(item, Text):
        return {"text": item.text}
    if isinstance(item, Picture) and item.inline is None:
        kind = mimetypes.guess_type(item.url.partition("?")[0])[0]
        return {"fileData": {"fileUri": item.url} | ({"mimeType": kind} if kind else {})}
    inline: Inline = item.inline  # type: ignore[union-attr,assignment]  # nothing else is left
    return {"inlineData": {"mimeType": inline.kind, "data": inline.data}}


def _call(use: ToolUse, kept: KeptCall, default: str | None) -> Part:
    call: Part = {"name": use.name, "args": msgspec.Raw(as_object(use.arguments))}
    if kept.id:
        call["id"] = kept.id
    signature = kept.signature or default
    return {"functionCall": call} | ({"thoughtSignature": signature} if signature else {})


def _returned(answer: ToolReturn, kept: KeptCall) -> Iterator[Part]:
    """Yield what a tool returned, an object; and what of it is no text beside it."""
    response: Part = {"name": answer.name, "response": _response(answer.text)}
    if kept.id:
        response["id"] = kept.id
    yield {"functionResponse": response}
    yield from (_said(item) for item in answer.items if not isinstance(item, Text))


def _response(text: str) -> Any:
    """Return `text` if it is a JSON object; else the object that the vendor takes in its place."""
    found = as_object(text)
    return msgspec.Raw(found) if found == text.encode() else {"output": text}
