"""Forms with a file in them (RFC 7578)."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

Fields = Sequence[tuple[str, str]]
"""Names and values; a name may come several times."""

# What would end a quoted name: https://html.spec.whatwg.org/#multipart-form-data
_ESCAPED = re.compile(r'[\r\n"]')


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is sent: its body, and the type of that."""

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Framing:
    """What is sent before and after a file to make a form of it, and the type of the whole."""

    content_type: str
    head: bytes
    tail: bytes


def filled(fields: Fields, name: str, filename: str, media_type: str, content: bytes) -> Form:
    """Return a form with these fields and with a file, in the field `name`."""
    around = framing(fields, name, filename, media_type)
    return Form(around.content_type, b"".join((around.head, content, around.tail)))


def framing(fields: Fields, name: str, filename: str, media_type: str) -> Framing:
    """Return what makes a form of a file: with these fields, the file in the field `name`."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(field)}"\r\n\r\n{value}\r\n'
        for field, value in fields
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"; filename="{_quoted(filename)}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    )
    return Framing(
        f"multipart/form-data; boundary={boundary}",
        ("".join(parts) + head).encode(),
        f"\r\n--{boundary}--\r\n".encode(),
    )


def _quoted(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"%{ord(found[0]):02X}", text)
