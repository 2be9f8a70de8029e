"""What must not be written down: keys, tokens, passwords and cookies."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from fleet_recorder.recording import Fields

MASK = "***"

# In characters. What is shorter guards nothing, and may be a word of the answer.
_SHORTEST = 8
# Headers and query parameters whose values let somebody in.
_SECRET_NAME = re.compile(
    r"key|token|secret|password|credential|signature|authorization|cookie|provider-data|^sig$|^x-amz-",
    re.IGNORECASE,
)
_FIELDS = (
    r"[\w-]*(?:api[_-]?key|password|passwd|secret|credentials?|private[_-]?key|authorization"
    r"|(?:access|refresh|id|auth|bearer|session|api|security)[_-]?token|cookie)"
)
# Fields of a body whose values let somebody in. `max_tokens` and a logprob's `token` are none.
_SECRET_FIELD = re.compile(_FIELDS, re.IGNORECASE)
_SECRET_IN_JSON = re.compile(
    rf'"{_FIELDS}"\s*:\s*"((?:[^"\\]|\\.)*)"'.encode(), re.IGNORECASE | re.DOTALL
)
# Headers of an answer that mean something to whoever replays it. The others change each time, or name an account.
_TELLING = re.compile(
    r"content-(?:type|length|encoding|disposition|language)|retry-after(?:-ms)?|location|link|etag|allow"
    r"|www-authenticate|x-should-retry|openai-version|x-amzn-errortype"
)


def is_secret(name: str) -> bool:
    """Say whether a header, a metadata entry or a query parameter of this name holds a secret."""
    return bool(_SECRET_NAME.search(name))


def tells(name: str) -> bool:
    """Say whether a header of an answer, its name in lower case, is worth keeping."""
    return bool(_TELLING.fullmatch(name))


def secrets_in(headers: Iterable[tuple[str, str | bytes]], query: str = "") -> tuple[bytes, ...]:
    """Return the secrets that came with a request, the longest first: answers may repeat them."""
    found = {value for name, value in parse_qsl(query) if is_secret(name)}
    for name, value in headers:
        if is_secret(name) and isinstance(value, str):
            found |= {value, value.partition(" ")[2], *_texts(value)}
    longest_first = sorted(found, key=lambda secret: (-len(secret), secret))
    return tuple(secret.encode() for secret in longest_first if len(secret) >= _SHORTEST)


def _texts(value: str) -> Iterator[str]:
    """Yield the texts in `value`, if it is JSON as provider data are."""
    try:
        found = msgspec.json.decode(value)
    except msgspec.DecodeError:
        return
    yield from _texts_in(found)


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if not name.startswith(
                "__"
            ):  # such as `__test_id`: for those on the way, and no secret
                yield from _texts_in(one)


def masked_query(query: str) -> str:
    """Return a query without secrets, sorted by name."""
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if not is_secret(pair[0])]
    return urlencode(sorted(kept))


def masked_body(body: Any, secrets: tuple[bytes, ...]) -> Any:
    """Return a body as JSON has it with a mask in the place of each secret."""
    if isinstance(body, dict):
        return {
            name: MASK if _hides(name, value) else masked_body(value, secrets)
            for name, value in body.items()
        }
    if isinstance(body, list):
        return [masked_body(value, secrets) for value in body]
    if isinstance(body, str):
        for secret in secrets:
            body = body.replace(secret.decode(), MASK)
    return body


def _hides(name: str, value: Any) -> bool:
    return isinstance(value, str) and bool(_SECRET_FIELD.fullmatch(name))


def masked_form(body: bytes) -> dict[str, str]:
    """Return the fields of an HTML form, those with secrets masked."""
    fields = parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
    return {n: MASK if is_secret(n) else value for n, value in fields}


def masked_fields(fields: Fields, secrets: tuple[bytes, ...]) -> Fields:
    """Return headers or metadata without those that are secrets, and with masks in the others."""
    return [(name, _masked_field(value, secrets)) for name, value in fields if not is_secret(name)]


def _masked_field(value: str | bytes, secrets: tuple[bytes, ...]) -> str | bytes:
    if isinstance(value, bytes):
        return _masked(value, secrets)
    return _masked(value.encode(), secrets).decode()


def _masked(value: bytes, secrets: tuple[bytes, ...]) -> bytes:
    for secret in secrets:
        value = value.replace(secret, b"*" * len(secret))
    return value


def masked_pieces(pieces: list[bytes], secrets: tuple[bytes, ...]) -> list[bytes]:
    """Return the pieces of an answer with asterisks in the place of each secret, as many as it had bytes.

    So every length stays right, and a secret is found across the border of two pieces too.
    """
    whole = _SECRET_IN_JSON.sub(_starred, _masked(b"".join(pieces), secrets))
    cut, place = [], 0
    for piece in pieces:
        cut.append(whole[place : place + len(piece)])
        place += len(piece)
    return cut


def _starred(found: re.Match[bytes]) -> bytes:
    start, end = (place - found.start() for place in found.span(1))
    return found[0][:start] + b"*" * (end - start) + found[0][end:]
