"""Pictures, files and recordings in messages.

Format of data URLs: RFC 2397.
"""

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass

import msgspec

from fleet.inference.v1 import messages as m
from fleet_upstream.native.fields import wrong

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)(?:;[\w.+-]+=[^;,]*)*;base64,(.*)", re.DOTALL)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Inline:
    """Bytes in a message.

    Attributes:
        kind: Their media type, such as `image/png`.
        data: The bytes in base64.
    """

    kind: str
    data: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its bytes, or else its http(s) address.

    Attributes:
        param: Where it stands in the request, for errors.
        detail: How closely the model looks, where the caller says so.
    """

    param: str
    inline: Inline | None
    url: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file, such as a PDF; `param` is where it stands in the request."""

    param: str
    inline: Inline
    name: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording; `param` is where it stands in the request."""

    param: str
    inline: Inline


class _File(msgspec.Struct):
    file_data: str | None = None
    file_id: str | None = None
    filename: str | None = None


class _Audio(msgspec.Struct):
    data: str
    format: str


def picture(image: m.ImageUrl | None, param: str) -> Picture:
    """Read an `image_url` part."""
    if image is None:
        raise wrong(param, "must be set")
    inline = _inline(image.url, param)
    if inline is None and not _ADDRESS.match(image.url):
        raise wrong(param, "must be an http(s) or a base64 `data:` URL")
    return Picture(param, inline, "" if inline else image.url, image.detail)


def file(sent: msgspec.Raw, param: str) -> File:
    """Read a `file` part, whose bytes must be in it."""
    try:
        told = msgspec.json.decode(sent, type=_File)
    except msgspec.DecodeError:
        raise wrong(param, "must be an object with 'file_data'") from None
    if told.file_data is None:
        raise wrong(
            f"{param}.file_data",
            "must be set: files by their id are unknown to this model's server",
        )
    inline = _inline(told.file_data, f"{param}.file_data")
    if inline is None:
        raise wrong(f"{param}.file_data", "must be a base64 `data:` URL")
    return File(f"{param}.file_data", inline, told.filename or "document")


def recording(sent: msgspec.Raw, param: str) -> Recording:
    """Read an `input_audio` part."""
    try:
        told = msgspec.json.decode(sent, type=_Audio)
    except msgspec.DecodeError:
        raise wrong(param, "must be an object with 'data' and 'format'") from None
    return Recording(param, Inline(f"audio/{told.format}", told.data))


def _inline(url: str, param: str) -> Inline | None:
    """Return what a data URL holds, or nothing if it is none. Raises `InvalidArgument` at a broken one."""
    found = _DATA_URL.fullmatch(url)
    if found is None:
        return None
    kind, data = found.groups()
    try:
        b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise wrong(param, "is no base64") from None
    return Inline(kind, data)
