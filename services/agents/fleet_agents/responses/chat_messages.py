"""Items and steps as the messages of a chat, which is what models read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.responses.chat_content import chat_content, text_of
from fleet_agents.responses.compaction import summary_of
from fleet_agents.responses.item_uses import declined, made
from fleet_agents.responses.sealed import unseal
from fleet_agents.responses.steps import UNKNOWN_OUTCOME, Said, Step, ToolUse
from fleet_runtime.errors import InvalidArgument

_OUTPUTS = ("function_call_output", "custom_tool_call_output")
# What callers answer; nobody else knows what came of it.
_THEIRS = ("function_call", "custom_tool_call")

_decode_arguments = msgspec.json.Decoder(dict[str, Any]).decode


def chat_messages(steps: Iterable[Step]) -> list[i.ChatMessage]:
    """Return what the model reads of steps, those of input items among them.

    Raises:
        InvalidArgument: A call of a function was not answered, or what is answered was never called.
    """
    messages = _Messages()
    for step in steps:
        messages.add(step)
    return list(messages.whole())


@dataclass
class _Saying:
    """What an assistant says, thinks and calls in one go, which is one message, and the answers to its calls."""

    message: i.ChatMessage
    answers: list[i.ChatMessage] = field(default_factory=list)


class _Messages:
    """Messages as they come together."""

    def __init__(self) -> None:
        self._done: list[_Saying] = []
        self._open: _Saying | None = None
        self._unanswered: dict[str, _Saying] = {}
        self._requests: dict[str | None, m.Item] = {}
        self._turn = 0

    def add(self, step: Step) -> None:
        if step.turn != self._turn:
            self._open = None
            self._turn = step.turn
        item = step.item
        if item is not None and item.type == "mcp_approval_request":
            self._requests[item.id] = item
        elif step.use is not None:
            theirs = item is not None and item.type in _THEIRS
            self._call(step.use, step.told if theirs else step.told or UNKNOWN_OUTCOME)
        elif item is not None:
            self._item(item)

    def whole(self) -> Iterator[i.ChatMessage]:
        for call in self._unanswered:
            raise InvalidArgument(
                f"No tool output found for function call {call}.",
                code="missing_tool_output",
                param="input",
            )
        for saying in self._done:
            # One that but thinks came to nothing, and servers refuse messages without content.
            if saying.message.content is not None or saying.message.tool_calls:
                yield saying.message
                yield from saying.answers

    def _item(self, item: m.Item) -> None:
        kind = item.type or "message"
        call = made(item)
        if call is not None:
            self._call(*call)
        elif kind == "message":
            self._message(item)
        elif kind in _OUTPUTS:
            self._output(item.call_id or "", item.output or "")
        elif kind == "reasoning":
            self._reasoning(item)
        elif kind == "compaction":
            summary = _summary(summary_of(item, "input"))
            self._say(i.ChatMessage(role="user", content=summary))
        elif kind == "mcp_approval_response" and not item.approve:
            request = self._requests.get(item.approval_request_id)
            if request is not None:
                self._call(*declined(request, item))

    def _message(self, item: m.Item) -> None:
        if item.role != "assistant":
            content = chat_content(item.content or "")
            self._say(i.ChatMessage(role=item.role or "user", content=content))
            return
        message = self._open.message if self._open is not None else None
        if message is None or message.tool_calls or message.content is not None:
            message = self._speak().message
        message.content = text_of(item.content or "")

    def _reasoning(self, item: m.Item) -> None:
        text = text_of(item.content or "")
        if not text and item.encrypted_content:
            text = unseal(item.encrypted_content, "input")
        if text:
            self._speak().message.reasoning_content = text

    def _call(self, use: ToolUse, told: Said | None) -> None:
        if use.call_id in self._unanswered:
            return  # told by the caller once more
        saying = self._open
        if saying is None or (saying.answers and told is None and not self._unanswered):
            saying = (
                self._speak()
            )  # items of callers have no turns: what was answered was called before
        function = i.FunctionCall(name=use.name, arguments=_object(use.arguments))
        call = i.ToolCall(id=use.call_id, type="function", function=function)
        saying.message.tool_calls = [*(saying.message.tool_calls or ()), call]
        self._unanswered[use.call_id] = saying
        if told is not None:
            self._output(use.call_id, told)

    def _output(self, call_id: str, told: Said) -> None:
        saying = self._unanswered.pop(call_id, None)
        if saying is None:
            raise InvalidArgument(
                f"No tool call found for function call output with call_id {call_id}.",
                code="unknown_call_id",
                param="input",
            )
        content = chat_content(told)
        answer = i.ChatMessage(role="tool", tool_call_id=call_id, content=content)
        saying.answers.append(answer)

    def _say(self, message: i.ChatMessage) -> None:
        """Add a message that is not the assistant's."""
        self._open = None
        self._done.append(_Saying(message))

    def _speak(self) -> _Saying:
        """Begin a message of the assistant's."""
        self._open = _Saying(i.ChatMessage(role="assistant"))
        self._done.append(self._open)
        return self._open


def _object(arguments: str) -> str:
    """Return arguments as they are if they are an object, as servers refuse others; an empty one in place of them."""
    try:
        _decode_arguments(arguments)
    except msgspec.DecodeError:
        return "{}"
    return arguments


def _summary(text: str) -> str:
    return f"What was said before, summed up:\n\n{text}"
