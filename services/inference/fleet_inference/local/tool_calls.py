"""Finding the tool calls in a model's text, while it comes."""

import json
import re
import uuid
from dataclasses import dataclass, field

import msgspec

from fleet.inference.v1 import messages as m

BEGIN = "<tool_call>"
END = "</tool_call>"

# A call up to the end of its name, and what there is of its arguments.
_UNFINISHED = re.compile(
    r'\s*\{\s*"name"\s*:\s*("(?:[^"\\]|\\.)*")(?:\s*,\s*"arguments"\s*:\s*(\{.*))?', re.DOTALL
)
_LENGTH = "length"


class _Call(msgspec.Struct):
    name: str
    arguments: msgspec.Raw

    def __post_init__(self) -> None:
        if not isinstance(msgspec.json.decode(self.arguments), dict):
            raise TypeError("arguments are an object")


@dataclass
class ToolCallParser:
    """Parts text from calls, for one answer.

    A call is given out whole, when its end tag has come. What looks like a call and is none stays text. A call that the
    answer's end cuts off is given out with the arguments that it has, as OpenAI does it, and left out if it has no name
    yet; so vLLM does it in its streams
    (https://github.com/vllm-project/vllm/blob/main/vllm/tool_parsers/hermes_tool_parser.py). Line ends after a call are
    no text.
    """

    calls: int = 0
    _held: str = field(default="", init=False)
    _after_call: bool = field(default=False, init=False)

    def feed(self, text: str, finish_reason: str | None = None) -> tuple[str, list[m.ToolCall]]:
        """Take new text; return what of it is plain text, and the calls that are complete.

        Args:
            text: What is new.
            finish_reason: Why this is the last of it, if it is, so that nothing more is held back.
        """
        self._held += text
        plain = ""
        calls: list[m.ToolCall] = []
        while True:
            before, begin, rest = self._held.partition(BEGIN)
            inside, end, after = rest.partition(END)
            if not begin or not end:
                break
            call = self._read(inside)
            plain += before.rstrip() if call else before + begin + inside + end
            calls += [call] if call else []
            self._held = after
            self._after_call = call is not None
        if finish_reason:
            calls += self._cut_off()
        if finish_reason == _LENGTH:
            self._held = self._held[: len(self._held) - _possible_tag(self._held)]
        return plain + self._release(ended=finish_reason is not None), calls

    def _cut_off(self) -> list[m.ToolCall]:
        """Return the call that was under way, if its name is known. It is no text any more even if not."""
        before, begin, inside = self._held.partition(BEGIN)
        if not begin or inside.lstrip()[:1] not in ("", "{"):
            return []
        self._held = before.rstrip()
        found = _UNFINISHED.match(inside)
        name = found and _text(found[1])
        return [self._call(name, _value(found[2] or ""))] if found and name else []

    def _release(self, *, ended: bool) -> str:
        """Return the held text that can no longer become a call, and go on holding the rest."""
        if self._after_call:
            self._held = self._held.lstrip("\n")
            self._after_call = not self._held
        keep = 0 if ended else _possible_call(self._held)
        out = self._held[: len(self._held) - keep]
        self._held = self._held[len(out) :]
        return out

    def _read(self, text: str) -> m.ToolCall | None:
        try:
            call = msgspec.json.decode(text.strip(), type=_Call)
        except msgspec.DecodeError:
            return None
        return self._call(call.name, bytes(call.arguments).decode())

    def _call(self, name: str, arguments: str) -> m.ToolCall:
        place = self.calls
        self.calls += 1
        return m.ToolCall(
            index=place,
            id=f"call_{uuid.uuid4().hex[:24]}",
            type="function",
            function=m.FunctionCall(name=name, arguments=arguments),
        )


def _value(text: str) -> str:
    """Return the JSON value that `text` begins with, or all of it if that is not complete."""
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return text
    return text[:end]


def _text(json_text: str) -> str | None:
    """Return the text that `json_text` writes, or nothing if it is written wrongly."""
    try:
        return msgspec.json.decode(json_text, type=str)
    except msgspec.DecodeError:
        return None


def _possible_call(text: str) -> int:
    """Return how many characters at the end of `text` may be, or become, a call."""
    start = text.find(BEGIN)
    return _possible_tag(text) if start < 0 else len(text) - start


def _possible_tag(text: str) -> int:
    """Return how many characters at the end of `text` may become the tag that begins a call."""
    return next((n for n in range(len(BEGIN) - 1, 0, -1) if text.endswith(BEGIN[:n])), 0)
