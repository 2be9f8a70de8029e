"""Remembering for a while who has which token."""

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass

from fleet_runtime.access.caller import Caller
from fleet_runtime.errors import FleetError


@dataclass(frozen=True, slots=True)
class _Remembered:
    answer: Caller | FleetError
    until: float


class Memory:
    """The latest answers about callers: a bounded number, each for a bounded time. No token is in it, only hashes.

    Args:
        most: How many.
        seconds: How long.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._answers: OrderedDict[bytes, _Remembered] = OrderedDict()

    def find(self, name: str) -> Caller | None:
        """Return who was found by `name`, if that is remembered.

        Raises:
            FleetError: It is remembered that this was the answer.
        """
        key = _key(name)
        found = self._answers.get(key)
        if found is None or found.until <= time.monotonic():
            return None
        self._answers.move_to_end(key)
        if isinstance(found.answer, Caller):
            return found.answer
        raise found.answer.with_traceback(None)

    def keep(self, name: str, answer: Caller | FleetError, seconds: float | None = None) -> None:
        """Remember an answer, for `seconds` at most."""
        left = self._seconds if seconds is None else min(seconds, self._seconds)
        key = _key(name)
        self._answers[key] = _Remembered(answer, time.monotonic() + left)
        self._answers.move_to_end(key)
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)

    def forget(self) -> None:
        """Forget everything."""
        self._answers.clear()


def _key(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
