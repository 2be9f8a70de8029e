"""Anthropic's content blocks as the parts of a chat message.

Format: https://docs.claude.com/en/api/messages#body-messages
"""

from collections.abc import Iterator

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.refusals import needed, unserved


def parts(block: m.ContentBlock) -> Iterator[m.ContentPart]:
    """Yield the parts that a block of a user's message is.

    Raises:
        InvalidArgument: It is of a type that only Anthropic's own servers know.
    """
    if block.type == "text":
        yield m.ContentPart(type="text", text=text_of(block))
    elif block.type == "image":
        yield _image(needed(block.source, "content.source"))
    elif block.type == "document":
        yield from _document(block, needed(block.source, "content.source"))
    else:
        raise unserved(block.type, "content.type", "text", "image", "document", "tool_result")


def text_of(block: m.ContentBlock | m.ToolResultBlock) -> str:
    """Return the text of a block that must be one."""
    if block.type != "text":
        raise unserved(block.type, "content.type", "text")
    return needed(block.text, "content.text")


def answered(block: m.ContentBlock) -> m.ChatMessage:
    """Return the message that tells what a tool returned."""
    call_id = needed(block.tool_use_id, "content.tool_use_id")
    return m.ChatMessage(role="tool", tool_call_id=call_id, content=_returned(block.content))


def _returned(content: m.ToolResultContent | None) -> m.ChatContent:
    """Return plain text wherever it will do: few models take anything else from tools."""
    if not isinstance(content, list):
        return content or ""
    if all(part.type == "text" for part in content):
        return "\n".join(map(text_of, content))
    return [_result_part(part) for part in content]


def _result_part(block: m.ToolResultBlock) -> m.ContentPart:
    if block.type == "image":
        return _image(needed(block.source, "content.source"))
    return m.ContentPart(type="text", text=text_of(block))


def _image(source: m.BlockSource | m.ImageSource) -> m.ContentPart:
    if source.type == "url":
        url = needed(source.url, "source.url")
    elif source.type == "base64":
        url = _data_url(source)
    else:
        raise unserved(source.type, "source.type", "base64", "url")
    return m.ContentPart(type="image_url", image_url=m.ImageUrl(url=url))


def _data_url(source: m.BlockSource | m.ImageSource) -> str:
    kind = needed(source.media_type, "source.media_type")
    return f"data:{kind};base64,{needed(source.data, 'source.data')}"


def _document(block: m.ContentBlock, source: m.BlockSource) -> Iterator[m.ContentPart]:
    """Yield what introduces a document, then the document: as text where it is one, else as a file."""
    about = "\n".join(filter(None, (block.title, block.context)))
    if about:
        yield m.ContentPart(type="text", text=about)
    if source.type == "text":
        yield m.ContentPart(type="text", text=needed(source.data, "source.data"))
    elif source.type == "content":
        yield from _inner(source.content)
    elif source.type == "base64":
        file = {"filename": block.title or "document", "file_data": _data_url(source)}
        yield m.ContentPart(type="file", file=msgspec.Raw(msgspec.json.encode(file)))
    else:
        raise unserved(source.type, "source.type", "base64", "text", "content")


def _inner(content: m.ToolResultContent | None) -> Iterator[m.ContentPart]:
    if isinstance(content, list):
        yield from map(_result_part, content)
    else:
        yield m.ContentPart(type="text", text=needed(content, "source.content"))
