"""What is asked of a fake model and what it says, in no vendor's words.

A fake of a vendor reads each request into an `Asked`, and writes the `Script` that answers it in the vendor's format.
So one suite can say what must arrive and what must come back, whatever is spoken in between.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

StopKind: TypeAlias = Literal["stop", "length", "tool_calls", "content_filter"]
"""Why an answer ends, by OpenAI's names."""


@dataclass(frozen=True)
class Image:
    """A picture in a message: its type and its bytes, or else where it is."""

    kind: str = ""
    data: bytes = b""
    url: str = ""


@dataclass(frozen=True)
class Called:
    """A call that the model made in an earlier turn."""

    name: str
    arguments: Any


@dataclass(frozen=True)
class Returned:
    """What a tool returned, and the name of the tool; the fake finds that by the call's id where the wire has ids."""

    name: str
    text: str


Part: TypeAlias = str | Image | Called | Returned
"""One part of a turn; a text is just that."""


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Asked:
    """What a request asks.

    Attributes:
        model: The model.
        turns: The conversation, without what the system says. Turns of one role that follow one another are one.
        system: What the system says, a line for each text.
        stream: Whether the answer is to come piece by piece.
        tools: The JSON Schema of each tool's arguments, by its name.
        choice: `auto`, `required`, `none`, or the name of a tool.
        parallel: Whether several tools may be called at once.
        schema: The JSON Schema of the answer; `True` if it is to be any JSON object.
        max_tokens: The most tokens to produce.
        temperature: The sampling temperature.
        top_p: The probability that the sampled tokens reach together.
        stop: What ends the answer.
    """

    model: str
    turns: tuple[Turn, ...]
    system: str = ""
    stream: bool = False
    tools: Mapping[str, Any] = field(default_factory=dict)
    choice: str = "auto"
    parallel: bool = True
    schema: Any = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """The words of the last turn; what tools returned counts."""
        parts = self.turns[-1].parts
        texts = [part.text if isinstance(part, Returned) else part for part in parts]
        return " ".join(text for text in texts if isinstance(text, str)).split()


@dataclass(frozen=True)
class ScriptedCall:
    """A call of a tool: the JSON text of its arguments, in the pieces that wires with split arguments send."""

    name: str
    pieces: tuple[str, ...]

    @property
    def arguments(self) -> Any:
        """The arguments."""
        return json.loads("".join(self.pieces))


@dataclass(frozen=True)
class Script:
    """What the fake model says, in this order: what it thinks, its words, its calls.

    Attributes:
        thoughts: What it thinks, a piece at a time.
        words: What it says, a piece at a time.
        calls: The tools that it calls.
        stop: Why it ends.
        read: How many tokens it read, those from a cache included.
        cached: How many of them came from a cache.
        produced: How many tokens it produced, thinking included.
        reasoning: How many of them it only thought.
    """

    thoughts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    calls: tuple[ScriptedCall, ...] = ()
    stop: StopKind = "stop"
    read: int = 5
    cached: int = 0
    produced: int = 3
    reasoning: int = 0


STOPS: Mapping[str, StopKind] = {"cut-short": "length", "filtered": "content_filter"}
"""Models that always end in a certain way."""


def script(asked: Asked) -> Script:
    """Return what the fake model answers.

    It calls every tool that it is given unless tools have just answered, and writes JSON where there is a schema;
    otherwise it repeats the last words. Which model is asked decides more:

        thinks      thinks `hm, well` first
        counts      says that 4 of its 9 tokens came from a cache, and that it produced 6, 2 of them by thinking
        cut-short   ends as if the room for its answer had run out
        filtered    ends as if a filter had stopped it
    """
    words = tuple(w if place == 0 else f" {w}" for place, w in enumerate(asked.words))
    thoughts = ("hm,", " well") if asked.model == "thinks" else ()
    if asked.model == "counts":
        return Script(words=words, read=9, cached=4, produced=6, reasoning=2)
    if _calls(asked):
        return Script(thoughts, calls=_every_tool(asked, "".join(words)), stop="tool_calls")
    if asked.schema:
        words = tuple(_cut(json.dumps({"text": "".join(words)})))
    return Script(thoughts, words, stop=STOPS.get(asked.model, "stop"))


def _calls(asked: Asked) -> bool:
    answered = any(isinstance(part, Returned) for part in asked.turns[-1].parts)
    return bool(asked.tools) and asked.choice != "none" and not answered


def _every_tool(asked: Asked, text: str) -> tuple[ScriptedCall, ...]:
    """Return a call of each tool; of one alone where no more are allowed."""
    names = [asked.choice] if asked.choice in asked.tools else list(asked.tools)
    pieces = tuple(_cut(json.dumps({"text": text})))
    return tuple(ScriptedCall(name, pieces) for name in names[: None if asked.parallel else 1])


def _cut(text: str) -> list[str]:
    """Return `text` in three pieces."""
    third = len(text) // 3
    return [text[:third], text[third : 2 * third], text[2 * third :]]
