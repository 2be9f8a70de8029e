"""Reading requests: the conversations that are to be judged, whichever of the three shapes they come in.

What a part says that nobody here can read is refused: what is not looked at is not safe.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from fleet.safety.v1 import messages as m
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument
from fleet_safety.provider import Conversation, Image, Role, Turn

# As many texts as OpenAI embeds at once.
MOST_INPUTS = 2048

_ROLES: Mapping[str, Role] = {
    "developer": "system",
    "system": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}
_ADDRESSES = ("http://", "https://", "data:image/")
# What images of a kind begin with, in base64.
_KINDS = (("/9j/", "jpeg"), ("R0lGOD", "gif"), ("UklGR", "webp"))

_Calls: TypeAlias = list[dict[str, Any] | None] | None


def conversation(messages: Sequence[m.SafetyMessage]) -> Conversation:
    """Return the turns that `messages` are.

    Raises:
        InvalidArgument: There are none, or one of them holds what cannot be judged.
    """
    if not messages:
        raise _wrong("needs at least one", "messages")
    return tuple(_turn(message, f"messages[{place}]") for place, message in enumerate(messages))


def inputs(asked: m.ModerationInput) -> list[Conversation]:
    """Return the inputs of a moderation, each a conversation of one turn.

    Raises:
        InvalidArgument: There are none, too many, or texts and parts mixed.
    """
    if isinstance(asked, str):
        return [_said(asked)]
    if not 1 <= len(asked) <= MOST_INPUTS:
        raise _wrong(f"takes 1 to {MOST_INPUTS} items, not {len(asked)}", "input")
    texts = [item for item in asked if isinstance(item, str)]
    if len(texts) == len(asked):
        return [_said(text) for text in texts]
    if texts:
        raise _wrong("takes either texts or parts, not both", "input")
    parts = [item for item in asked if not isinstance(item, str)]
    return [(Turn("user", _parts(parts, "input")),)]


def _said(text: str) -> Conversation:
    return (Turn("user", (text,)),)


def _turn(message: m.SafetyMessage, param: str) -> Turn:
    parts = _content(message.content, f"{param}.content")
    parts += _content(message.context, f"{param}.context")
    if message.refusal:
        parts.append(message.refusal)
    parts += _calls(message.tool_calls, f"{param}.tool_calls")
    if message.function_call is not ABSENT:
        one = msgspec.Raw(b"[%b]" % bytes(message.function_call))
        parts += _calls(one, f"{param}.function_call")
    return Turn(_role(message.role, f"{param}.role"), parts)


def _role(name: str, param: str) -> Role:
    role = _ROLES.get(name)
    if role is None:
        raise _wrong(f"must be one of: {', '.join(_ROLES)}", param)
    return role


def _content(content: m.SafetyContent | None, param: str) -> list[str | Image]:
    if content is None:
        return []
    if isinstance(content, str):
        return [content]
    return _parts(content if isinstance(content, list) else [content], param)


def _parts(parts: Sequence[m.SafetyPart], param: str) -> list[str | Image]:
    return [_part(part, f"{param}[{place}]") for place, part in enumerate(parts)]


def _part(part: m.SafetyPart, param: str) -> str | Image:
    text = part.refusal if part.type == "refusal" else part.text
    if part.type in ("text", "refusal") and text is not None:
        return text
    if part.type == "image_url" and part.image_url:
        return _image(part.image_url.url, param)
    if part.type == "image" and part.image:
        return _image(_address(part.image), param)
    raise _wrong(f"of the type '{part.type}' cannot be judged", param)


def _address(image: m.SafetyImage) -> str:
    """Return where an image of Llama Stack's is; one that is sent as it is does not say of what kind it is."""
    if image.data is None:
        return image.url.uri if image.url else ""
    kind = next((kind for start, kind in _KINDS if image.data.startswith(start)), "png")
    return f"data:image/{kind};base64,{image.data}"


def _image(url: str, param: str) -> Image:
    if not url.lower().startswith(_ADDRESSES):
        raise _wrong("must be an http(s) or a base64 `data:` URL of an image", param)
    return Image(url)


def _calls(calls: msgspec.Raw, param: str) -> list[str]:
    if calls is ABSENT:
        return []
    try:
        called = msgspec.json.decode(calls, type=_Calls) or []
        return [_call(call) for call in called if call is not None]
    except (msgspec.DecodeError, RecursionError):
        raise _wrong("must be a list of tool calls", param) from None


def _call(call: dict[str, Any]) -> str:
    """Return a tool and what it is called with, in plain text; all of it, where it is called in no way that we know."""
    named = call.get("function") or call.get("custom") or call
    if not isinstance(named, dict):
        return _text(call)
    name = named.get("name", named.get("tool_name"))
    arguments = named.get("arguments", named.get("input"))
    if name is None or arguments is None:
        return _text(call)
    return f"{_text(name)}: {_text(_decoded(arguments))}"


def _decoded(arguments: Any) -> Any:
    """Return arguments that came as JSON text as what they say."""
    try:
        return msgspec.json.decode(arguments) if isinstance(arguments, str) else arguments
    except msgspec.DecodeError:
        return arguments


def _text(value: Any) -> str:
    """Return a value as text without JSON's escapes, which hide words from those who read for them."""
    if isinstance(value, dict):
        return "\n".join(f"{name}={_text(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _wrong(message: str, param: str) -> InvalidArgument:
    return InvalidArgument(f"'{param}' {message}.", code="invalid_value", param=param)
