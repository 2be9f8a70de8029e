"""What of a request may differ from one run to the next without being another request."""

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from fleet_recorder.recording import Asked

# Places after the point that are kept of a number: the last ones are an engine's noise.
_PLACES = 5
_VARIES = re.compile(
    r"""
    (?P<time>\b\d{4}-\d\d-\d\d[T\ ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)
  | (?P<date>\b\d{4}-\d\d-\d\d\b)
  | (?P<id>\b(?:[a-z]+[_-])?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b           # a UUID
      | \b(?:[a-z]+[_-])?[0-9a-f]{32,64}\b                                          # one without dashes, a digest
      | \b(?:asst|batch|call|chatcmpl|cmpl|conv|fc|file|gen|item|msg|pmpt|req|resp|rs|run|srvtoolu|step|thread
          |toolu|vs|vsf|ws)[_-](?=[A-Za-z]*\d)[A-Za-z0-9]{8,}\b)                    # call_…, file-…, vs_…
  | (?P<folder>(?:/private)?(?:/tmp|/var/folders)/[^\s"']+)
  | (?<=127\.0\.0\.1:)(?P<port>\d+)
  | (?<=localhost:)(?P<localport>\d+)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Key:
    """Under what a request is recorded.

    Attributes:
        digest: The same for all requests that differ in nothing but what varies.
        exact: The same for equal requests only.
        asked: The request, normalised.
    """

    digest: str
    exact: str
    asked: Asked


def key_of(asked: Asked, ignored: Collection[str] = ()) -> Key:
    """Return the key of a request.

    It is a hash of verb, path, body and test, where ids, times and dates, folders of temporary files and ports of this
    machine are but numbers in the order in which they appear (so that one id twice is not two ids), and numbers are
    rounded.

    Args:
        asked: The request.
        ignored: Names of fields that do not count, at any depth.
    """
    names = _Names(frozenset(ignored))
    path = names.text(asked.path)
    plain = Asked(asked.verb, path, names.value(asked.body), asked.test)
    return Key(_digest(plain), _digest(asked), plain)


def _digest(asked: Asked) -> str:
    text = json.dumps([asked.verb, asked.path, asked.body, asked.test], sort_keys=True)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


class _Names:
    """Gives names to what varies, in the order in which it appears."""

    def __init__(self, ignored: frozenset[str]) -> None:
        self._ignored = ignored
        self._given: dict[str, str] = {}

    def value(self, value: Any) -> Any:
        """Return a JSON value with names for what varies in it."""
        if isinstance(value, dict):
            kept = (name for name in sorted(value) if name not in self._ignored)
            return {name: self.value(value[name]) for name in kept}
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, float):
            return _rounded(value)
        return self.text(value) if isinstance(value, str) else value

    def text(self, text: str) -> str:
        """Return a text with names for what varies in it."""
        return _VARIES.sub(self._name, text)

    def _name(self, found: re.Match[str]) -> str:
        return self._given.setdefault(found[0], f"<{found.lastgroup} {len(self._given) + 1}>")


def _rounded(value: float) -> float:
    """Return a number without noise, and a whole one as such: JSON knows no difference between 1 and 1.0."""
    rounded = round(value, _PLACES)
    return int(rounded) if rounded.is_integer() else rounded
