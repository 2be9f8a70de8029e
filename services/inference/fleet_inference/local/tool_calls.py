"""Finding the tool calls in a model's text, while it comes."""

import uuid
from dataclasses import dataclass, field

import msgspec

from fleet.inference.v1 import messages as m

BEGIN = "<tool_call>"
END = "</tool_call>"


class _Call(msgspec.Struct):
    name: str
    arguments: msgspec.Raw


@dataclass
class ToolCallParser:
    """Parts text from calls, for one answer.

    A call is given out whole, when its end tag has come. What looks like a call and is none stays text.
    """

    calls: int = 0
    _held: str = field(default="", init=False)

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
            self._held = after.lstrip("\n") if call else after
        out = self._release(ended=ended)
        return plain + out, calls

    def _release(self, *, ended: bool) -> str:
        """Return the held text that can no longer become a call, and go on holding the rest."""
        keep = 0 if ended else _possible_call(self._held)
        out = self._held[: len(self._held) - keep]
        self._held = self._held[len(out) :]
        return out

    def _read(self, text: str) -> m.ToolCall | None:
        try:
            call = msgspec.json.decode(text.strip(), type=_Call)
        except msgspec.DecodeError:
            return None
        place = self.calls
        self.calls += 1
        return m.ToolCall(
            index=place,
            id=f"call_{uuid.uuid4().hex[:24]}",
            type="function",
            function=m.FunctionCall(name=call.name, arguments=bytes(call.arguments).decode()),
        )


def _possible_call(text: str) -> int:
    """Return how many characters at the end of `text` may be, or become, a call."""
    start = text.find(BEGIN)
    if start >= 0:
        return len(text) - start
    return next((n for n in range(len(BEGIN) - 1, 0, -1) if text.endswith(BEGIN[:n])), 0)
