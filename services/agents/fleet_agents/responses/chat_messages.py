"""Items and steps as the messages of a chat, which is what models read."""

from collections.abc import Iterable, Iterator
from typing import Literal

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.responses.sealed import unseal
from fleet_agents.responses.steps import Said, Step, ToolUse
from fleet_runtime.errors import InvalidArgument

# What one says to a model whose own thoughts and calls came before what it said.
_CALLS = ("function_call", "custom_tool_call")
_OUTPUTS = ("function_call_output", "custom_tool_call_output")


def chat_messages(steps: Iterable[Step]) -> list[i.ChatMessage]:
    """Return what the model reads of steps, those of input items among them.

    Raises:
        InvalidArgument: A call of a function was not answered, or what is answered was never called.
    """
    messages = _Messages()
    for step in steps:
        messages.add(step)
    return messages.whole()


class _Messages:
    """Messages as they come together: what an assistant says, thinks and calls in one go is one message."""

    def __init__(self) -> None:
        self._done: list[i.ChatMessage] = []
        self._open: i.ChatMessage | None = None
        self._answers: list[i.ChatMessage] = []
        self._unanswered: dict[str, None] = {}
        self._turn = 0

    def add(self, step: Step) -> None:
        if step.turn != self._turn:
            self._close()
            self._turn = step.turn
        if step.use is not None:
            self._call(step.use, step.told)
        elif step.item is not None:
            self._item(step.item)

    def whole(self) -> list[i.ChatMessage]:
        self._close()
        if self._unanswered:
            call = next(iter(self._unanswered))
            raise InvalidArgument(
                f"No tool output found for function call {call}.",
                code="missing_tool_output",
                param="input",
            )
        return self._done

    def _item(self, item: m.Item) -> None:
        kind = item.type or "message"
        if kind == "message":
            self._message(item)
        elif kind in _CALLS:
            self._call(ToolUse(item.call_id or "", item.name or "", _written(item)), None)
        elif kind in _OUTPUTS:
            self._output(item.call_id or "", item.output or "")
        elif kind == "reasoning":
            self._reasoning(item)
        elif kind == "compaction":
            self._close()
            text = unseal(item.encrypted_content or "", "input")
            self._done.append(i.ChatMessage(role="user", content=_summary(text)))
        else:
            self._ran_here(item)

    def _message(self, item: m.Item) -> None:
        if item.role != "assistant":
            self._close()
            content = _content(item.content or "")
            self._done.append(i.ChatMessage(role=item.role or "user", content=content))
            return
        if self._open is None or self._open.tool_calls or self._open.content is not None:
            self._close()
            self._open = i.ChatMessage(role="assistant")
        self._open.content = text_of(item.content or "")

    def _reasoning(self, item: m.Item) -> None:
        text = text_of(item.content or "")
        if not text and item.encrypted_content:
            text = unseal(item.encrypted_content, "input")
        if text:
            self._close()
            self._open = i.ChatMessage(role="assistant", reasoning_content=text)

    def _call(self, use: ToolUse, told: Said | None) -> None:
        if self._answers and not self._unanswered and told is None:
            self._close()  # a caller's items have no turns: what was answered was called before
        if self._open is None:
            self._open = i.ChatMessage(role="assistant")
        function = i.FunctionCall(name=use.name, arguments=use.arguments)
        calls = self._open.tool_calls or []
        calls.append(i.ToolCall(id=use.call_id, type="function", function=function))
        self._open.tool_calls = calls
        self._unanswered[use.call_id] = None
        if told is not None:
            self._output(use.call_id, told)

    def _output(self, call_id: str, told: Said) -> None:
        if call_id not in self._unanswered:
            raise InvalidArgument(
                f"No tool call found for function call output with call_id {call_id}.",
                code="unknown_call_id",
                param="input",
            )
        del self._unanswered[call_id]
        self._answers.append(
            i.ChatMessage(role="tool", tool_call_id=call_id, content=_content(told))
        )

    def _ran_here(self, item: m.Item) -> None:
        """Tell of a tool that ran here in a response whose steps are not at hand, by what its item shows."""
        if item.type == "mcp_call":
            use = ToolUse(item.id or "", item.name or "", item.arguments or "{}")
            self._call(use, item.error or item.output or "")
        elif item.type == "file_search_call":
            found = "\n\n".join(result.text for result in item.results or ())
            self._call(ToolUse(item.id or "", "file_search", "{}"), found or "Nothing was found.")

    def _close(self) -> None:
        if self._open is not None:
            self._done.append(self._open)
            self._open = None
        self._done += self._answers
        self._answers = []


def _written(item: m.Item) -> str:
    return (item.arguments if item.type == "function_call" else item.input) or ""


def _summary(text: str) -> str:
    return f"What was said before, summed up:\n\n{text}"


def text_of(content: Said) -> str:
    """Return what is said, without what is no text."""
    if isinstance(content, str):
        return content
    return "".join(part.text or part.refusal or "" for part in content)


def _content(said: Said) -> i.ChatContent:
    """Return what is said as a chat has it: a text where there is nothing else."""
    if isinstance(said, str):
        return said
    if all(part.type not in ("input_image", "input_file") for part in said):
        return "".join(part.text or part.refusal or "" for part in said)
    return list(_parts(said))


def _parts(said: Iterable[m.Part]) -> Iterator[i.ContentPart]:
    for part in said:
        if part.type == "input_image":
            url = i.ImageUrl(url=part.image_url or "", detail=_detail(part.detail))
            yield i.ContentPart(type="image_url", image_url=url)
        else:
            yield i.ContentPart(type="text", text=part.text or part.refusal or "")


def _detail(detail: str | None) -> Literal["low", "high", "auto"] | None:
    """Return how closely the model looks, as a chat has it."""
    return _DETAILS.get(detail or "")


_DETAILS: dict[str, Literal["low", "high", "auto"]] = {
    "low": "low",
    "high": "high",
    "original": "high",
    "auto": "auto",
}
