"""The conversations of a request, which come as one list of messages."""

from collections.abc import Sequence
from typing import Any

from fleet.post_training.v1 import messages as m
from fleet_runtime.errors import InvalidArgument

Dialog = list[dict[str, Any]]

_FOLLOWS = {"assistant", "tool", "system"}


def dialogs(messages: Sequence[m.DialogMessage]) -> list[Dialog]:
    """Return the conversations of a request; where each begins and ends, `SyntheticDataGenerateRequest` says.

    Raises:
        InvalidArgument: One has nothing to be answered.
    """
    found: list[Dialog] = []
    for place, message in enumerate(messages):
        before = messages[place - 1].role if place else None
        begins = message.role == "system" or (message.role == "user" and before not in _FOLLOWS)
        if begins or not found:
            _check_end(found, place - 1)
            found.append([])
        found[-1].append(_told(message))
    _check_end(found, len(messages) - 1)
    return found


def _check_end(found: list[Dialog], place: int) -> None:
    if found and found[-1][-1]["role"] not in {"user", "tool"}:
        raise InvalidArgument(
            f"The conversation that ends with 'dialogs[{place}]' has nothing to be answered: its last message must be"
            " of the 'user'.",
            code="invalid_value",
            param=f"dialogs[{place}].role",
        )


def _told(message: m.DialogMessage) -> dict[str, Any]:
    text = _text(message.content)
    if message.context is not None:
        text = f"{text}\n{_text(message.context)}"
    told = {"role": message.role, "content": text}
    if message.role == "tool":
        told["tool_call_id"] = message.call_id or ""
    return told


def _text(content: str | m.DialogText | list[m.DialogText]) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else [content]
    return "".join(part.text for part in parts)
