"""Cutting an event stream into its frames.

Format: `application/vnd.amazon.eventstream`, https://smithy.io/2.0/aws/amazon-eventstream.html
"""

import struct
from dataclasses import dataclass
from zlib import crc32

from fleet_upstream.refusals import garbage

# Its length and that of its headers, in bytes, and the checksum of the two.
_PRELUDE = struct.Struct("!III")
_CRC = struct.Struct("!I")
_LENGTH = struct.Struct("!H")
_OVERHEAD = _PRELUDE.size + _CRC.size
# In bytes; what the format allows.
_MOST_HEADERS = 128 * 1024
_MOST_PAYLOAD = 24 * 1024 * 1024
_BYTES, _STRING = 6, 7
# How long values of the other types are, in bytes: booleans, integers of four lengths, times, UUIDs.
_FIXED = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of an event stream.

    Attributes:
        headers: Those of its headers that are texts, by name; Bedrock has no others.
        payload: What it carries.
    """

    headers: dict[str, str]
    payload: bytes


class FrameCutter:
    """Cuts what arrives into frames, and checks both checksums of each.

    Attributes:
        between: Whether no frame has begun to arrive that has not ended.
    """

    def __init__(self) -> None:
        self._rest = bytearray()

    @property
    def between(self) -> bool:
        """Whether all that came belonged to whole frames."""
        return not self._rest

    def feed(self, data: bytes) -> list[Frame]:
        """Return the frames that are whole with `data`.

        Raises:
            UpstreamFailed: This is no event stream, or it was damaged on its way.
        """
        self._rest += data
        frames = []
        while len(self._rest) >= _PRELUDE.size:
            length = _checked_length(self._rest)
            if len(self._rest) < length:
                break
            frames.append(_frame(bytes(self._rest[:length])))
            del self._rest[:length]
        return frames


def _checked_length(data: bytearray) -> int:
    """Return the length of the frame at the beginning of `data`, which its own checksum covers."""
    length, headers, checksum = _PRELUDE.unpack_from(data)
    payload = length - headers - _OVERHEAD
    fits = headers <= _MOST_HEADERS and 0 <= payload <= _MOST_PAYLOAD
    if crc32(data[: _PRELUDE.size - _CRC.size]) != checksum or not fits:
        raise garbage()
    return int(length)


def _frame(data: bytes) -> Frame:
    """Read a whole frame."""
    (checksum,) = _CRC.unpack_from(data, len(data) - _CRC.size)
    if crc32(data[: -_CRC.size]) != checksum:
        raise garbage()
    _, length, _ = _PRELUDE.unpack_from(data)
    end = _PRELUDE.size + length
    try:
        headers = _headers(data[_PRELUDE.size : end])
    except (struct.error, IndexError, KeyError, UnicodeDecodeError):
        raise garbage() from None
    return Frame(headers, data[end : -_CRC.size])


def _headers(data: bytes) -> dict[str, str]:
    """Read headers: the length of the name, the name, the type of the value, its length where types leave it open."""
    headers, place = {}, 0
    while place < len(data):
        start = place + 1
        end = start + data[place]
        name, kind = data[start:end].decode(), data[end]
        place = end + 1
        if kind in (_BYTES, _STRING):
            (length,) = _LENGTH.unpack_from(data, place)
            place += _LENGTH.size
        else:
            length = _FIXED[kind]
        if kind == _STRING:
            headers[name] = data[place : place + length].decode()
        place += length
    if place > len(data):
        raise IndexError
    return headers
