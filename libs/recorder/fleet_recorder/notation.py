"""Bytes written so that a person can read them, and that give the very same bytes back."""

import base64
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fleet_recorder import protobuf

_DATA, _EVENT, _END = "data: ", "event: ", "\n\n"
_DONE = "[DONE]"


@dataclass(frozen=True, slots=True)
class Notation:
    """A way to write bytes into a JSON file.

    Attributes:
        name: What it is called there.
        read: Returns bytes as a JSON value. Raises `ValueError` where they are of another kind.
        write: Returns the bytes again.
    """

    name: str
    read: Callable[[bytes], Any]
    write: Callable[[Any], bytes]

    def keeps(self, data: bytes) -> bool:
        """Say whether nothing of `data` is lost."""
        try:
            return self.write(self.read(data)) == data
        except (ValueError, TypeError, RecursionError):
            return False


def noted(data: bytes, notations: Sequence[Notation]) -> dict[str, Any]:
    """Return bytes in the first of some notations that loses nothing, by its name."""
    fitting = next((n for n in notations if n.keeps(data)), BASE64)
    return {fitting.name: fitting.read(data)}


def restored(note: dict[str, Any]) -> bytes:
    """Return the bytes that were noted. Raises `KeyError` if it is not known how."""
    ((name, value),) = note.items()
    return _BY_NAME[name].write(value)


def loads(text: str | bytes) -> Any:
    """Return what JSON says. Raises `ValueError` at what is none, and at numbers that no JSON can give back."""
    return json.loads(text, parse_constant=_finite, parse_float=_finite)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number of JSON")
    return number


def dumps(value: Any, separators: tuple[str, str] = (",", ":"), indent: int | None = None) -> str:
    """Return JSON as short as can be, unless told otherwise."""
    return json.dumps(value, ensure_ascii=False, separators=separators, indent=indent)


def _write_json(value: Any, separators: tuple[str, str], indent: int | None = None) -> bytes:
    return dumps(value, separators, indent).encode()


def _read_events(data: bytes) -> list[dict[str, Any]]:
    """Return server-sent events of one line of JSON each.

    Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
    """
    *events, rest = data.decode().split(_END)
    if rest or not events:
        raise ValueError("the last event has no end")
    return [_read_event(event) for event in events]


def _read_event(event: str) -> dict[str, Any]:
    name, _, line = event.rpartition("\n")
    data = line.removeprefix(_DATA)
    named = {"event": name.removeprefix(_EVENT)} if name else {}
    return named | {"data": data if data == _DONE else loads(data)}


def _write_events(events: list[dict[str, Any]]) -> bytes:
    return "".join(map(_write_event, events)).encode()


def _write_event(event: dict[str, Any]) -> str:
    name = f"{_EVENT}{event['event']}\n" if "event" in event else ""
    data = event["data"] if event["data"] == _DONE else dumps(event["data"])
    return f"{name}{_DATA}{data}{_END}"


def _read_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


BASE64 = Notation("base64", _read_base64, base64.b64decode)
HTTP = (
    Notation("json", loads, partial(_write_json, separators=(",", ":"))),
    Notation("json, spaced", loads, partial(_write_json, separators=(", ", ": "))),
    Notation("json, indented", loads, partial(_write_json, separators=(",", ": "), indent=2)),
    Notation("events", _read_events, _write_events),
    Notation("text", bytes.decode, str.encode),
)
"""How a part of an HTTP body may be noted."""
GRPC = (Notation("protobuf", protobuf.read, protobuf.write),)
"""How a message of a gRPC call may be noted."""

_BY_NAME = {notation.name: notation for notation in (*HTTP, *GRPC, BASE64)}
