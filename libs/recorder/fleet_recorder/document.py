"""A recording as the text of a file: JSON, laid out for people and for diffs."""

import base64
from collections.abc import Iterator, Sequence
from typing import Any

from fleet_recorder.notation import GRPC, HTTP, dumps, loads, noted, restored
from fleet_recorder.recording import Answer, Asked, Fields, Piece, Recording

# In characters.
_WIDTH = 120
_INDENT = "  "
_DEEPEST = 6 * len(_INDENT)
# Metadata of these names holds bytes: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
_BINARY = "-bin"


class NotARecordingError(Exception):
    """A file is no recording; the text says which, and what is wrong with it."""


def write(recording: Recording) -> str:
    """Return the text of a file for a recording."""
    asked = recording.asked
    request = {"verb": asked.verb, "path": asked.path, "model": asked.model, "body": asked.body}
    document = {
        "test": asked.test,
        "request": {name: value for name, value in request.items() if value is not None},
        "answers": [_answer(answer, asked.verb) for answer in recording.answers],
    }
    return f"{laid_out(document)}\n"


def read(text: str) -> Recording:
    """Return the recording in the text of a file.

    Raises:
        NotARecordingError: There is none.
    """
    try:
        document = loads(text)
        request = document["request"]
        asked = Asked(request["verb"], request["path"], request.get("body"), document["test"])
        return Recording(asked, [_read_answer(answer) for answer in document["answers"]])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotARecordingError(f"{type(error).__name__}: {error}") from error


def _answer(answer: Answer, verb: str) -> dict[str, Any]:
    notations = GRPC if verb == "RPC" else HTTP
    parts = {
        "exact": answer.exact,
        "status": answer.status,
        "headers": _fields(answer.headers),
        "pieces": [{"ms": piece.ms} | noted(piece.data, notations) for piece in answer.pieces],
        "trailers": _fields(answer.trailers),
    }
    if not answer.complete:
        parts["complete"] = False
    return {name: value for name, value in parts.items() if value not in ({}, [])}


def _read_answer(parts: dict[str, Any]) -> Answer:
    return Answer(
        parts["status"],
        _read_fields(parts.get("headers", {})),
        [_read_piece(piece) for piece in parts.get("pieces", ())],
        _read_fields(parts.get("trailers", {})),
        parts.get("complete", True),
        parts["exact"],
    )


def _read_piece(note: dict[str, Any]) -> Piece:
    return Piece(note["ms"], restored({name: note[name] for name in note if name != "ms"}))


def _fields(fields: Fields) -> dict[str, str | list[str]]:
    """Return headers by name; those that come several times are lists."""
    found: dict[str, list[str]] = {}
    for name, value in fields:
        text = value if isinstance(value, str) else base64.b64encode(value).decode()
        found.setdefault(name, []).append(text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in found.items()}


def _read_fields(found: dict[str, str | list[str]]) -> Fields:
    return [
        (name, base64.b64decode(text) if name.endswith(_BINARY) else text)
        for name, texts in found.items()
        for text in ([texts] if isinstance(texts, str) else texts)
    ]


def laid_out(value: Any, margin: str = "") -> str:
    """Return JSON with everything on one line that fits there, and on lines of its own what does not.

    What is deep, such as an event of a stream or the numbers of a vector, stays on one line.
    """
    line = dumps(value, (", ", ": "))
    fits = len(margin) + len(line) <= _WIDTH or len(margin) >= _DEEPEST
    if fits or not isinstance(value, (dict, list)):
        return line
    inner = margin + _INDENT
    lines = f",\n{inner}".join(_members(value, inner))
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{inner}{lines}\n{margin}{closing}"


def _members(value: dict[str, Any] | Sequence[Any], margin: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield f"{dumps(name)}: {laid_out(one, margin)}"
    else:
        for one in value:
            yield laid_out(one, margin)
