"""PackStream, in which Bolt's messages are written.

Format: https://neo4j.com/docs/bolt/current/packstream
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_TINY = 16
_SIZES = ((1, ">B"), (2, ">H"), (4, ">I"))
_INTEGERS = ((0xC8, ">b"), (0xC9, ">h"), (0xCA, ">i"), (0xCB, ">q"))
# The first marker of each kind that has a length: tiny, and then with one, two and four bytes of length.
_TEXT, _LIST, _MAP = (0x80, 0xD0), (0x90, 0xD4), (0xA0, 0xD8)


@dataclass(frozen=True)
class Structure:
    """A tag and fields: a message."""

    tag: int
    fields: tuple[Any, ...] = ()


def packed(value: Any) -> bytes:
    """Return a value as bytes."""
    return b"".join(_packed(value))


def _packed(value: Any) -> Iterator[bytes]:
    match value:
        case list():
            yield _head(len(value), _LIST)
            for each in value:
                yield from _packed(each)
        case dict():
            yield _head(len(value), _MAP)
            for key, each in value.items():
                yield _text(key)
                yield from _packed(each)
        case Structure(tag, fields):
            yield bytes([0xB0 + len(fields), tag])
            for each in fields:
                yield from _packed(each)
        case _:
            yield _scalar(value)


def _scalar(value: Any) -> bytes:
    match value:
        case None:
            return b"\xc0"
        case bool():
            return b"\xc3" if value else b"\xc2"
        case int():
            return _integer(value)
        case float():
            return b"\xc1" + struct.pack(">d", value)
        case str():
            return _text(value)
    raise TypeError(f"{type(value).__name__} cannot be packed")


def _text(value: str) -> bytes:
    text = value.encode()
    return _head(len(text), _TEXT) + text


def _integer(value: int) -> bytes:
    if -_TINY <= value < 128:  # noqa: PLR2004 - what fits a marker
        return struct.pack(">b", value)
    for marker, form in _INTEGERS:
        half = 1 << (8 * struct.calcsize(form) - 1)
        if -half <= value < half:
            return bytes([marker]) + struct.pack(form, value)
    raise OverflowError("PackStream has integers of 64 bits")


def _head(length: int, markers: tuple[int, int]) -> bytes:
    tiny, sized = markers
    if length < _TINY:
        return bytes([tiny + length])
    for place, (size, form) in enumerate(_SIZES):
        if length < 1 << (8 * size):
            return bytes([sized + place]) + struct.pack(form, length)
    raise OverflowError("too long")


def unpacked(data: bytes) -> Any:
    """Return the value that bytes hold."""
    return _Reader(data).value()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def _take(self, form: str) -> Any:
        (value,) = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return value

    def _text(self, length: int) -> str:
        self._at += length
        return self._data[self._at - length : self._at].decode()

    def value(self) -> Any:
        marker = self._take(">B")
        if marker < 0x80 or marker >= 0xF0:  # noqa: PLR2004 - small integers are their own markers
            return marker if marker < 0x80 else marker - 0x100  # noqa: PLR2004
        if marker < 0xC0:  # noqa: PLR2004 - the length is in the marker
            return self._long(marker & 0xF0, marker & 0x0F)
        simple = {0xC0: None, 0xC2: False, 0xC3: True}
        if marker in simple:
            return simple[marker]
        for integer, form in (*_INTEGERS, (0xC1, ">d")):
            if marker == integer:
                return self._take(form)
        for tiny, sized in (_TEXT, _LIST, _MAP):
            if sized <= marker < sized + len(_SIZES):
                return self._long(tiny, self._take(_SIZES[marker - sized][1]))
        raise ValueError(f"unknown marker {marker:#x}")

    def _long(self, tiny: int, length: int) -> Any:
        if tiny == _TEXT[0]:
            return self._text(length)
        if tiny == _LIST[0]:
            return [self.value() for _ in range(length)]
        if tiny == _MAP[0]:
            return {self.value(): self.value() for _ in range(length)}
        return Structure(self._take(">B"), tuple(self.value() for _ in range(length)))
