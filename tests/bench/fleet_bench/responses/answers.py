"""What must be in an answer, so that a system that loses something does not look fast."""

from collections.abc import Iterator

import msgspec

from fleet_bench.api import body_of
from fleet_bench.load import BadAnswerError
from fleet_bench.responses.script import FOUND, PIECES, WORD

_DATA = b"data: "
_DONE = b"[DONE]"


class Event(msgspec.Struct):
    """As much of an event as counts here."""

    type: str
    sequence_number: int = -1


_decode = msgspec.json.Decoder(Event).decode


def check_whole(response: bytes) -> None:
    """Raise `BadAnswerError` if this is not the whole response, in one piece."""
    body = body_of(response)
    _check_text(body.count(WORD.encode()), PIECES)
    if FOUND.encode() not in body:
        raise BadAnswerError("the response does not tell what the tool said")


def check_told(response: bytes) -> None:
    """Raise `BadAnswerError` if these are not the events of a whole response that used the tool."""
    check_said(response)
    if FOUND.encode() not in response:
        raise BadAnswerError("no event tells what the tool said")


def check_said(response: bytes) -> None:
    """Raise `BadAnswerError` if these are not the events of a whole response."""
    last, pieces = None, 0
    for data in _told(response):
        last = _decode(data)
        if last.type == "response.output_text.delta":
            pieces += data.count(WORD.encode())
    if last is None or last.type != "response.completed":
        raise BadAnswerError(f"the last event is {last}: {response[-500:]!r}")
    _check_text(pieces, PIECES)


def is_in_order(response: bytes) -> bool:
    """Return whether the numbers of the events are those from 0 on, without a hole."""
    numbers = [_decode(data).sequence_number for data in _told(response)]
    return numbers == list(range(len(numbers)))


def _told(response: bytes) -> Iterator[bytes]:
    """Yield the data of each event, as JSON."""
    for line in body_of(response).split(b"\n"):
        if line.startswith(_DATA) and not line.startswith(_DATA + _DONE):
            yield line.removeprefix(_DATA)


def _check_text(found: int, said: int) -> None:
    if found != said:
        raise BadAnswerError(f"{found} words came where the model said {said}")
