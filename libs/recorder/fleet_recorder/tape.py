"""Taking an answer down while it passes."""

import time
from collections.abc import Iterable

from fleet_recorder.recording import Answer, Piece
from fleet_recorder.redaction import masked_fields, masked_pieces

# In bytes. A longer answer is passed on, and not kept.
_MOST_BYTES = 64 * 2**20


class Tape:
    """Takes one answer down.

    Args:
        secrets: What must not be kept wherever the answer repeats it.
    """

    def __init__(self, secrets: tuple[bytes, ...] = ()) -> None:
        self._answer: Answer | None = None
        self._secrets = secrets
        self._left = _MOST_BYTES
        self._last = time.monotonic()

    def begin(self, status: int, headers: Iterable[tuple[str, str | bytes]]) -> None:
        """Note how the answer begins."""
        self._answer = Answer(status, list(headers))

    def add(self, data: bytes) -> None:
        """Note a piece."""
        now = time.monotonic()
        self._left -= len(data)
        if self._answer and self._left >= 0:
            self._answer.pieces.append(Piece(round((now - self._last) * 1000), data))
        else:
            self._answer = None
        self._last = now

    def end(self, trailers: Iterable[tuple[str, str | bytes]] = ()) -> None:
        """Note that all of it came."""
        if self._answer:
            self._answer.trailers, self._answer.complete = list(trailers), True

    def taken(self) -> Answer | None:
        """Return the answer without secrets, as far as it came; nothing if none of it did, or it was too long."""
        answer = self._answer
        if answer is None or not (answer.complete or answer.pieces):
            return None
        data = masked_pieces([piece.data for piece in answer.pieces], self._secrets)
        pieces = zip(answer.pieces, data, strict=True)
        return Answer(
            answer.status,
            masked_fields(answer.headers, self._secrets),
            [Piece(piece.ms, clean) for piece, clean in pieces],
            masked_fields(answer.trailers, self._secrets),
            answer.complete,
        )
