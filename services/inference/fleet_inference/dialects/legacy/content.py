"""Texts and images of the old API, and its messages, as chat messages."""

from collections.abc import Iterator

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.refusals import needed, unserved


def to_message(message: m.LegacyMessage) -> m.ChatMessage:
    """Return `message` as models take it."""
    items = list(_items(message.content))
    if message.context is not None:
        items += _items(message.context)
    if message.role == "tool":
        call_id = needed(message.call_id, "messages.call_id")
        return m.ChatMessage(role="tool", content=_content(items), tool_call_id=call_id)
    calls = [_call(call) for call in message.tool_calls or ()]
    content = None if calls and not items else _content(items)
    return m.ChatMessage(role=message.role, content=content, tool_calls=calls or None)


def text_of(content: m.LegacyContent, param: str) -> str:
    """Return the text that `content` is, or raise `InvalidArgument`: only chats take images."""
    items = list(_items(content))
    if any(item.type != "text" for item in items):
        raise unserved("image", param, "text")
    return "\n".join(_text(item) for item in items)


def _items(content: m.LegacyContent) -> Iterator[m.LegacyContentItem]:
    if isinstance(content, str):
        if content:
            yield m.LegacyContentItem(type="text", text=content)
    elif isinstance(content, list):
        yield from content
    else:
        yield content


def _content(items: list[m.LegacyContentItem]) -> m.ChatContent:
    """Return a plain text where there are only texts, as most models know nothing else."""
    if all(item.type == "text" for item in items):
        return "\n".join(map(_text, items))
    return list(map(_part, items))


def _text(item: m.LegacyContentItem) -> str:
    return needed(item.text, "content.text")


def _part(item: m.LegacyContentItem) -> m.ContentPart:
    if item.type == "text":
        return m.ContentPart(type="text", text=_text(item))
    image = needed(item.image, "content.image")
    # Without a type of its own; what reads images looks at their first bytes.
    url = (
        image.url.uri if image.url else f"data:image/png;base64,{needed(image.data, 'image.data')}"
    )
    return m.ContentPart(type="image_url", image_url=m.ImageUrl(url=url))


def _call(call: m.LegacyToolCall) -> m.ToolCall:
    """Return a call of an earlier turn. Its arguments are JSON text, or an object in what older SDKs send."""
    sent = bytes(call.arguments)
    text = msgspec.json.decode(sent, type=str) if sent.startswith(b'"') else sent.decode()
    function = m.FunctionCall(name=call.tool_name, arguments=text)
    return m.ToolCall(id=call.call_id, type="function", function=function)
