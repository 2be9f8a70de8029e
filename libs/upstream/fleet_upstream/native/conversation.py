"""OpenAI's messages as the vendors see a conversation: what the system says, and turns of users and of the assistant.

Format: https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from fleet.inference.v1 import messages as m
from fleet_upstream.native.fields import wrong
from fleet_upstream.native.media import File, Picture, Recording, file, picture, recording


@dataclass(frozen=True, slots=True)
class Text:
    """A text; never an empty one."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A call that the model made.

    Attributes:
        arguments: The JSON text of an object.
    """

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolReturn:
    """What a tool returned: to which call, and the name of the tool."""

    id: str
    name: str
    items: list["Text | Picture | File | Recording"]

    @property
    def text(self) -> str:
        """The texts, a line each."""
        return "\n".join(item.text for item in self.items if isinstance(item, Text))


Item: TypeAlias = Text | Picture | File | Recording | ToolUse | ToolReturn
"""One part of a turn."""


@dataclass(slots=True)
class Turn:
    """What one side says until the other speaks; tools speak for the user.

    Attributes:
        role: Whose turn it is.
        items: What is said, in order.
        thoughts: What the assistant thought before; vendors take it back only with their signature.
    """

    role: Literal["user", "assistant"]
    items: list[Item] = field(default_factory=list)
    thoughts: str = ""

    def calls(self) -> list[ToolUse]:
        """Return the calls that the assistant made."""
        return [item for item in self.items if isinstance(item, ToolUse)]


@dataclass(slots=True)
class Conversation:
    """A conversation.

    Attributes:
        system: What system and developer say, a line for each text.
        turns: The turns, of alternating roles.
    """

    system: str = ""
    turns: list[Turn] = field(default_factory=list)


def conversation(messages: list[m.ChatMessage]) -> Conversation:
    """Read `messages`.

    Raises:
        InvalidArgument: A message has something that no vendor has, or answers a call that nobody made.
    """
    told = Conversation()
    said: list[str] = []
    names: dict[str, str] = {}
    for place, message in enumerate(messages):
        where = f"messages[{place}]"
        if message.role in ("system", "developer"):
            said += [item.text for item in _items(message.content, where, texts_only=True)]  # type: ignore[union-attr]  # they are texts
            continue
        if message.role == "assistant":
            turn = _assistant(message, where)
            names |= {call.id: call.name for call in turn.calls()}
        else:
            turn = _user(message, where, names)
        _join(told.turns, turn)
    told.system = "\n".join(said)
    return told


def _join(turns: list[Turn], turn: Turn) -> None:
    """Put `turn` after `turns`, or into the last one if that is of the same side."""
    if turns and turns[-1].role == turn.role:
        turns[-1].items += turn.items
        turns[-1].thoughts += turn.thoughts
    elif turn.items:
        turns.append(turn)


def _assistant(message: m.ChatMessage, where: str) -> Turn:
    if message.function_call:
        raise wrong(f"{where}.function_call", "is not served; use 'tool_calls'")
    items: list[Item] = list(_items(message.content, where, texts_only=True))
    if message.refusal:
        items.append(Text(message.refusal))
    for place, call in enumerate(message.tool_calls or ()):
        items.append(_call(call, f"{where}.tool_calls[{place}]"))
    return Turn("assistant", items, message.reasoning_content or "")


def _call(call: m.ToolCall, where: str) -> ToolUse:
    if call.function is None or not call.function.name:
        raise wrong(f"{where}.function", "must say which function was called")
    if not call.id:
        raise wrong(f"{where}.id", "must be set")
    return ToolUse(call.id, call.function.name, call.function.arguments or "{}")


def _user(message: m.ChatMessage, where: str, names: dict[str, str]) -> Turn:
    if message.role == "function":
        raise wrong(f"{where}.role", "'function' is not served; use 'tool'")
    items = list(_items(message.content, where))
    if message.role == "tool":
        call_id = message.tool_call_id or ""
        if call_id not in names:
            raise wrong(f"{where}.tool_call_id", "must be the id of a call made before")
        return Turn("user", [ToolReturn(call_id, names[call_id], items)])
    if message.name:
        # Nobody else has a field for it, and it tells speakers apart.
        items.insert(0, Text(f"{message.name}:"))
    return Turn("user", list(items))


def _items(
    content: m.ChatContent | None, where: str, *, texts_only: bool = False
) -> Iterator[Text | Picture | File | Recording]:
    """Yield the parts of `content`; empty texts say nothing and are left out."""
    if isinstance(content, str):
        content = [m.ContentPart(type="text", text=content)]
    for place, part in enumerate(content or ()):
        at = f"{where}.content[{place}]"
        item = _item(part, at)
        if texts_only and not isinstance(item, Text):
            raise wrong(f"{at}.type", "must be 'text' for this role")
        if not isinstance(item, Text) or item.text:
            yield item


def _item(part: m.ContentPart, at: str) -> Text | Picture | File | Recording:
    if part.type == "text":
        return Text(part.text or "")
    if part.type == "refusal":
        return Text(part.refusal or "")
    if part.type == "image_url":
        return picture(part.image_url, f"{at}.image_url.url")
    if part.type == "file":
        return file(part.file, f"{at}.file")
    if part.type == "input_audio":
        return recording(part.input_audio, f"{at}.input_audio")
    raise wrong(f"{at}.type", "must be 'text', 'image_url', 'input_audio' or 'file'")
