"""What is said to agents, and what their tools give, as the engine has it, and back."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from fleet.agents.v1 import messages as m
from fleet_agents.responses.steps import Said
from fleet_agents.sessions.documents import document_text
from fleet_runtime.errors import InvalidArgument


def input_items(
    messages: Sequence[m.AgentMessage], documents: Iterable[m.AgentDocument]
) -> list[m.Item]:
    """Return messages as items; the documents stand in the last one of the user's.

    Raises:
        InvalidArgument: A message or a document lacks what it needs.
    """
    attached = [_text(document_text(one, place)) for place, one in enumerate(documents)]
    last = max((n for n, one in enumerate(messages) if one.role == "user"), default=None)
    if attached and last is None:
        raise InvalidArgument(
            "'documents' need a message with the role 'user' that they are about.",
            code="no_user_message",
            param="documents",
        )
    return [
        _item(message, place, attached if place == last else [])
        for place, message in enumerate(messages)
    ]


def said(content: m.AgentContent, param: str) -> Said:
    """Return what content says: a text where there is nothing else.

    Raises:
        InvalidArgument: An item lacks what it needs.
    """
    if isinstance(content, str):
        return content
    parts = _merged(_parts(content, param))
    if all(part.type == "input_text" for part in parts):
        return "".join(part.text or "" for part in parts)
    return parts


def content_of(told: Said) -> m.AgentContent:
    """Return what a tool gave, as callers see it."""
    if isinstance(told, str):
        return told
    return [
        m.AgentContentItem(type="image", image=m.AgentImage(url=m.AgentUrl(uri=part.image_url)))
        if part.image_url
        else m.AgentContentItem(type="text", text=part.text or "")
        for part in told
    ]


def _item(message: m.AgentMessage, place: int, attached: Sequence[m.Part]) -> m.Item:
    param = f"messages[{place}]"
    if message.role == "tool":
        if message.call_id is None:
            raise InvalidArgument(
                "A message with the role 'tool' needs the 'call_id' that it answers.",
                code="missing_call_id",
                param=f"{param}.call_id",
            )
        output = said(message.content, f"{param}.content")
        return m.Item(type="function_call_output", call_id=message.call_id, output=output)
    parts = [*_parts(message.content, f"{param}.content")]
    if message.context is not None:
        parts += _parts(message.context, f"{param}.context")
    return m.Item(role="user", content=_merged([*parts, *attached]))


def _parts(content: m.AgentContent, param: str) -> Iterator[m.Part]:
    if isinstance(content, str):
        yield _text(content)
        return
    items = content if isinstance(content, list) else [content]
    for place, item in enumerate(items):
        yield _part(item, f"{param}[{place}]")


def _part(item: m.AgentContentItem, param: str) -> m.Part:
    if item.type == "text" and item.text is not None:
        return _text(item.text)
    if item.type == "image" and item.image is not None:
        url, data = item.image.url, item.image.data
        if url is not None:
            return m.Part(type="input_image", image_url=url.uri)
        if data is not None:
            # Without a type of its own; what reads images looks at their first bytes.
            return m.Part(type="input_image", image_url=f"data:image/png;base64,{data}")
    raise InvalidArgument(
        f"An item of the type '{item.type}' needs '{item.type}'"
        + (", with 'url' or 'data'." if item.type == "image" else "."),
        code="missing_required_parameter",
        param=param,
    )


def _merged(parts: Iterable[m.Part]) -> list[m.Part]:
    """Return parts of which no two texts follow each other: models would read them without a break."""
    merged: list[m.Part] = []
    for kind, some in groupby(parts, key=lambda part: part.type):
        if kind == "input_text":
            merged.append(_text("\n".join(part.text or "" for part in some)))
        else:
            merged += some
    return merged


def _text(text: str) -> m.Part:
    return m.Part(type="input_text", text=text)
