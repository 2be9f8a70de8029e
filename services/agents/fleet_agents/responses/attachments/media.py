"""What kind of thing a file is, and `data:` URLs."""

import binascii
import mimetypes
from base64 import b64decode, b64encode
from pathlib import PurePosixPath
from urllib.parse import unquote_to_bytes

from fleet_runtime.errors import InvalidArgument

_UNKNOWN = "application/octet-stream"
# Python's own table: those of operating systems differ.
_KINDS = mimetypes.MimeTypes()
_KINDS.add_type("image/webp", ".webp")
# What models that look at images take; others, such as SVG, are texts.
_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


def image_type(said: str | None, filename: str, beginning: bytes = b"") -> str | None:
    """Return the media type of an image; nothing if it is none.

    What it begins with says most, then what is said of it, then its name.
    """
    for signature, kind in _SIGNATURES:
        if beginning.startswith(signature):
            return kind
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp"
    named = _KINDS.guess_type(filename)[0]
    plain = (said or "").partition(";")[0].strip().lower()
    likely = plain if plain not in ("", _UNKNOWN) else named
    return likely if likely in _IMAGES else None


def named(filename: str | None, kind: str) -> str:
    """Return the name of a file, which those who read files know its kind by."""
    if filename and PurePosixPath(filename).suffix:
        return filename
    return f"{filename or 'file'}{_KINDS.guess_extension(kind) or ''}"


def data_url(kind: str, data: bytes) -> str:
    """Return a `data:` URL."""
    return f"data:{kind};base64,{b64encode(data).decode()}"


def data_of(given: str, param: str) -> tuple[str, bytes]:
    """Return the media type and the bytes of a file that is given as a `data:` URL or in base64.

    Raises:
        InvalidArgument: It is neither. `param` names it.
    """
    head, comma, body = given.partition(",")
    try:
        if not head.startswith("data:"):
            return _UNKNOWN, b64decode(given, validate=True)
        kind, *options = head.removeprefix("data:").split(";")
        data = unquote_to_bytes(body)
        if "base64" in options:
            data = b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        comma = ""
    if not comma:
        raise InvalidArgument(
            "'file_data' must be a file in base64, or a 'data:' URL.",
            code="invalid_file_data",
            param=param,
        )
    return kind or "text/plain", data
