"""The turns of Google's interactions as chat messages.

Format: https://ai.google.dev/api/interactions-api#Resource:Content
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.refusals import needed, unserved
from fleet_runtime.encoded import ABSENT

RESULTS = ("function_result", "function_response")
MODELS_OWN = ("function_call", "thought")


def to_messages(said: m.InteractionInput) -> Iterator[m.ChatMessage]:
    """Yield the messages that the input of an interaction is.

    Raises:
        InvalidArgument: It has an item of a type that only Google's own servers know.
    """
    if isinstance(said, str):
        yield m.ChatMessage(role="user", content=said)
        return
    turns = said if isinstance(said, list) else [said]
    for in_turns, group in groupby(turns, lambda turn: turn.role is not None):
        if in_turns:
            for turn in group:
                yield from _turn(turn.role or "user", turn.content)
        else:
            yield from _loose(list(map(_item, group)))


def _turn(role: str, content: m.InteractionTurnContent | None) -> Iterator[m.ChatMessage]:
    if isinstance(content, list):
        yield from _model(content) if role == "model" else _user(content)
    else:
        text = needed(content, "input.content")
        yield m.ChatMessage(role="assistant" if role == "model" else "user", content=text)


def _item(turn: m.InteractionTurn) -> m.InteractionContent:
    """Return the item that a turn without a role is."""
    names = set(turn.__struct_fields__) & set(m.InteractionContent.__struct_fields__)
    return m.InteractionContent(**{name: getattr(turn, name) for name in names})


def _loose(items: Sequence[m.InteractionContent]) -> Iterator[m.ChatMessage]:
    """Yield the messages of items without turns: what only a model can have said tells the turns apart."""
    for models_own, group in groupby(items, lambda item: item.type in MODELS_OWN):
        run = list(group)
        yield from _model(run) if models_own else _user(run)


def _user(items: Sequence[m.InteractionContent]) -> Iterator[m.ChatMessage]:
    """Yield what functions returned, then what the user says."""
    yield from (_answered(item) for item in items if item.type in RESULTS)
    parts = [_part(item) for item in items if item.type not in RESULTS]
    if len(parts) == 1 and parts[0].text is not None:
        yield m.ChatMessage(role="user", content=parts[0].text)
    elif parts:
        yield m.ChatMessage(role="user", content=parts)


def _model(items: Sequence[m.InteractionContent]) -> Iterator[m.ChatMessage]:
    other = {_kind(item) for item in items} - {"text", *MODELS_OWN}
    if other:
        raise unserved(other.pop(), "input.content.type", "text", *MODELS_OWN)
    texts = [_text(item) for item in items if _kind(item) == "text"]
    thoughts = [thought.text for item in items for thought in item.summary or ()]
    yield m.ChatMessage(
        role="assistant",
        content="".join(texts) or None,
        reasoning_content="".join(thoughts) or None,
        tool_calls=[_call(item) for item in items if item.type == "function_call"] or None,
    )


def _kind(item: m.InteractionContent) -> str:
    return item.type or "text"


def _text(item: m.InteractionContent) -> str:
    return needed(item.text, "input.content.text")


def _part(item: m.InteractionContent) -> m.ContentPart:
    if _kind(item) == "text":
        return m.ContentPart(type="text", text=_text(item))
    if item.type != "image":
        raise unserved(item.type, "input.content.type", "text", "image", "function_result")
    url = item.uri
    if url is None:
        kind = needed(item.mime_type, "input.content.mime_type")
        url = f"data:{kind};base64,{needed(item.data, 'input.content.data')}"
    return m.ContentPart(type="image_url", image_url=m.ImageUrl(url=url))


def _call(item: m.InteractionContent) -> m.ToolCall:
    arguments = "{}" if item.arguments is ABSENT else bytes(item.arguments).decode()
    name = needed(item.name, "input.content.name")
    function = m.FunctionCall(name=name, arguments=arguments)
    # Functions are told apart by their names where calls have no id.
    return m.ToolCall(id=item.id or name, type="function", function=function)


def _answered(item: m.InteractionContent) -> m.ChatMessage:
    call_id = item.call_id or item.id or needed(item.name, "input.content.call_id")
    result = item.response if item.result is ABSENT else item.result
    sent = bytes(result)
    # A text is told as it is, all else as JSON.
    text = msgspec.json.decode(sent, type=str) if sent.startswith(b'"') else sent.decode()
    return m.ChatMessage(role="tool", tool_call_id=call_id, content=text)
