"""What a row asks.

The columns are Llama Stack's: `completion_input` is a text to be continued; `chat_completion_input` a conversation, in
both cases as JSON text or as it is; `messages` is a conversation, and `input_query` or `question` one message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from fleet.inference.v1 import messages as i
from fleet_runtime.errors import InvalidArgument

_COMPLETION = "completion_input"
_CONVERSATIONS = ("chat_completion_input", "messages")
_QUESTIONS = ("input_query", "question")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: one of the two.

    Attributes:
        prompt: A text to be continued.
        messages: A conversation to be answered.
    """

    prompt: str | None = None
    messages: tuple[i.ChatMessage, ...] = ()


def question_of(content: bytes) -> Question:
    """Return what a row asks, which is a JSON object.

    Raises:
        InvalidArgument: It asks nothing.
    """
    row: dict[str, Any] = msgspec.json.decode(content)
    if row.get(_COMPLETION) is not None:
        return Question(prompt=_prompt(_value(row, _COMPLETION)))
    for column in _CONVERSATIONS:
        if row.get(column) is not None:
            return Question(messages=_messages(_value(row, column), column))
    for column in _QUESTIONS:
        if isinstance(row.get(column), str):
            return Question(messages=(i.ChatMessage(role="user", content=row[column]),))
    columns = ", ".join((_COMPLETION, *_CONVERSATIONS, *_QUESTIONS))
    raise InvalidArgument(
        f"The row asks nothing: it has none of the columns {columns}.", code="missing_column"
    )


def _value(row: Mapping[str, Any], column: str) -> Any:
    """Return what is in a column, which may be JSON text."""
    value = row[column]
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value


def _prompt(value: Any) -> str:
    if isinstance(value, dict) and value.get("type") == "text":
        value = value.get("text")
    if not isinstance(value, str):
        raise InvalidArgument(f"'{_COMPLETION}' must be a text.", code="invalid_value")
    return value


def _messages(value: Any, column: str) -> tuple[i.ChatMessage, ...]:
    try:
        found = msgspec.convert(value, tuple[i.ChatMessage, ...])
    except msgspec.ValidationError as error:
        raise InvalidArgument(
            f"'{column}' is no list of messages: {error}.", code="invalid_value"
        ) from None
    if not found:
        raise InvalidArgument(f"'{column}' has no message.", code="invalid_value")
    return found
