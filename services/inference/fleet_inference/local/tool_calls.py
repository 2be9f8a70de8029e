"""Finding the tool calls in a model's text, while it comes."""

import json
import re
import uuid
from dataclasses import dataclass, field

import msgspec

from fleet.inference.v1 import messages as m

BEGIN = "<tool_call>"
END = "</tool_call>"

# A call up to where its arguments begin, and what there is of them.
_UNFINISHED = re.compile(
    r'\s*\{\s*"name":\s*("(?:[^"\\]|\\.)*"),\s*"arguments":\s*(\{.*)', re.DOTALL
)


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
    answer's end cuts off is given out with the arguments that it has, as OpenAI does it. Line ends after a call are
    no text.
    """

    calls: int = 0
    _held: str = field(default="", init=False)
    _after_call: bool = field(default=False, init=False)

    def feed(self, text: str, *, ended: bool) -> tuple[str, list[m.ToolCall]]:
        """Take new text; return what of it is plain text, and the calls that are complete.

        Args:
            text: What is new.
            ended: Whether this is the last of it, so that nothing more is held back.
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
        if ended:
            calls += self._cut_off()
        return plain + self._release(ended=ended), calls

    def _cut_off(self) -> list[m.ToolCall]:
        """Return the call that was under way, which then is no text any more."""
        before, _, inside = self._held.partition(BEGIN)
        found = _UNFINISHED.fullmatch(inside)
        if not found:
            return []
        self._held = before.rstrip()
        return [self._call(msgspec.json.decode(found[1]), _value(found[2]))]

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


def _possible_call(text: str) -> int:
    """Return how many characters at the end of `text` may be, or become, a call."""
    start = text.find(BEGIN)
    if start >= 0:
        return len(text) - start
    return next((n for n in range(len(BEGIN) - 1, 0, -1) if text.endswith(BEGIN[:n])), 0)
