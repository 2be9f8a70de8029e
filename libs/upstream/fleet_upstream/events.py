"""Cutting server-sent events out of what arrives, without reading them.

Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import re

_ENDS = (b"\n\n", b"\r\n\r\n")
# JSON escapes line breaks, so a line of this kind is never inside of a message.
_DONES = (b"data: [DONE]", b"data:[DONE]")
_EVENT = re.compile(rb".+?(?:\r\n\r\n|\n\n)", re.DOTALL)


class EventCutter:
    """Cuts what arrives at the end of the last whole event.

    Attributes:
        done: Whether the closing `[DONE]` came.

    An event may have any length: it is held whole until its end is there.
    """

    def __init__(self) -> None:
        self.done = False
        self._rest = bytearray()

    def feed(self, data: bytes) -> bytes:
        """Return the whole events that there are with `data`, without `[DONE]` and what follows it. May be empty."""
        if self._rest or not data.endswith(_ENDS):
            data = self._cut(data)
        done = _place_of_done(data)
        if done < 0:
            return data
        self.done = True
        return data[:done]

    def ended(self) -> bool:
        """Say whether all came, now that no more comes: `[DONE]` counts without its blank line too."""
        return self.done or self._rest.startswith(_DONES)

    @property
    def holds(self) -> bool:
        """Whether there is a part of an event whose end did not come."""
        return bool(self._rest.strip())

    def _cut(self, data: bytes) -> bytes:
        """Return the whole events, and keep the rest."""
        # The end of an event may have arrived in two pieces; what lies before was searched already.
        start = max(0, len(self._rest) - 3)
        self._rest += data
        found = [(self._rest.rfind(end, start), len(end)) for end in _ENDS]
        cut = max(place + length if place >= 0 else 0 for place, length in found)
        whole = bytes(self._rest[:cut])
        del self._rest[:cut]
        return whole


def _place_of_done(data: bytes) -> int:
    """Return where the line of `[DONE]` begins; -1 if there is none."""
    if data.startswith(_DONES):
        return 0
    places = [data.find(b"\n" + done) for done in _DONES] if b"[DONE]" in data else ()
    return min((place + 1 for place in places if place >= 0), default=-1)


def split(events: bytes) -> list[bytes]:
    """Return the whole events in `events` one by one."""
    return _EVENT.findall(events)
