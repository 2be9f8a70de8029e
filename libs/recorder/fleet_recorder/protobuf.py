"""Protocol buffers read without their `.proto`: field numbers and values, and the very same bytes back.

Format: https://protobuf.dev/programming-guides/encoding
"""

from typing import Any

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIXED = {_FIXED64: 8, _FIXED32: 4}
# Deeper messages are left as bytes: nobody reads them, and every level is one of our stack.
_DEEPEST = 32
_FIRST_PRINTABLE = 0x20
# In bits.
_LONGEST_VARINT = 63


class NotAMessageError(ValueError):
    """The bytes are no message, or none that can be read without its `.proto`."""


def read(data: bytes) -> dict[str, Any]:
    """Return a message as its fields by their numbers; those that come several times are lists.

    Numbers are numbers, texts texts, messages objects; `{"fixed": "hex"}` is a fixed-width number, and
    `{"bytes": "hex"}` what is neither text nor message. Which one it is can only be guessed, so a text may show as a
    message; `write` returns the same bytes in any case, or it can be told that it would not.

    Raises:
        NotAMessageError: It cannot be read so.
    """
    return _Reader(data, 0).message()


def write(message: dict[str, Any]) -> bytes:
    """Return the bytes of what `read` returned."""
    return b"".join(
        _field(int(number), value)
        for number, values in message.items()
        for value in (values if isinstance(values, list) else [values])
    )


class _Reader:
    def __init__(self, data: bytes, depth: int) -> None:
        self._data = data
        self._place = 0
        self._depth = depth

    def message(self) -> dict[str, Any]:
        """Read to the end."""
        fields: dict[str, list[Any]] = {}
        while self._place < len(self._data):
            number, kind = divmod(self._varint(), 8)
            if not number:
                raise NotAMessageError
            fields.setdefault(str(number), []).append(self._value(kind))
        return {name: found[0] if len(found) == 1 else found for name, found in fields.items()}

    def _value(self, kind: int) -> Any:
        if kind == _VARINT:
            return self._varint()
        if kind in _FIXED:
            return {"fixed": self._take(_FIXED[kind]).hex()}
        if kind == _BYTES:
            return _guessed(self._take(self._varint()), self._depth + 1)
        raise NotAMessageError

    def _varint(self) -> int:
        value = shift = 0
        while True:
            (byte,) = self._take(1)
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:  # noqa: PLR2004 - the bit that says that more comes
                return value
            if shift > _LONGEST_VARINT:
                raise NotAMessageError

    def _take(self, size: int) -> bytes:
        taken = self._data[self._place : self._place + size]
        if len(taken) < size:
            raise NotAMessageError
        self._place += size
        return taken


def _guessed(data: bytes, depth: int) -> Any:
    """Return what some bytes most likely are: a message begins with a control character more often than a text."""
    text = _text(data)
    if text is not None and (not data or data[0] >= _FIRST_PRINTABLE):
        return text
    try:
        if depth < _DEEPEST:
            return _Reader(data, depth).message()
    except NotAMessageError:
        pass
    return {"bytes": data.hex()} if text is None else text


def _text(data: bytes) -> str | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return text if all(c.isprintable() or c in "\n\r\t" for c in text) else None


def _field(number: int, value: Any) -> bytes:
    if isinstance(value, int):
        return _varint(number * 8 + _VARINT) + _varint(value)
    if isinstance(value, dict) and "fixed" in value:
        data = bytes.fromhex(value["fixed"])
        kind = _FIXED64 if len(data) == _FIXED[_FIXED64] else _FIXED32
        return _varint(number * 8 + kind) + data
    data = _bytes(value)
    return _varint(number * 8 + _BYTES) + _varint(len(data)) + data


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode()
    return bytes.fromhex(value["bytes"]) if "bytes" in value else write(value)


def _varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])
