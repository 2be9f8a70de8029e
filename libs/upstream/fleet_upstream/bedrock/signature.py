"""Signing requests to AWS with an access key.

Formula: Signature Version 4, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from hashlib import sha256
from typing import TypeAlias
from urllib.parse import quote

from fleet_runtime.config import Secret, reveal
from fleet_upstream.address import Address

_ALGORITHM = "AWS4-HMAC-SHA256"
# The one service whose paths are not escaped again, and which wants the digest of the body beside it.
_STORAGE = "s3"

Named: TypeAlias = Secret | str | None
"""A part of a key as settings have it."""


@dataclass(frozen=True, slots=True)
class AccessKey:
    """What requests are signed with.

    Attributes:
        id: Its name.
        secret: The key itself.
        token: What proves that a temporary key is one.
    """

    id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)

    @classmethod
    def revealed(cls, key_id: Named, secret: Named, token: Named = None) -> "AccessKey | None":
        """Return the key that settings name; nothing unless they name both of its halves."""
        if not (key_id and secret):
            return None
        return cls(reveal(key_id), reveal(secret), reveal(token) if token else None)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a signature is good for: a service in a region."""

    region: str
    service: str


def signed(
    verb: str, url: Address, body: bytes, *, key: AccessKey, scope: Scope, now: datetime
) -> Mapping[str, str]:
    """Return the headers that sign a request.

    Args:
        verb: The HTTP verb.
        url: Where the request goes; its path is escaped, and may have a query.
        body: What it carries.
        key: What to sign with.
        scope: The service.
        now: The time, in UTC; AWS refuses signatures that are older than five minutes.
    """
    time = now.strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": url.authority, "x-amz-date": time}
    digest = sha256(body).hexdigest()
    if scope.service == _STORAGE:
        headers = {"host": url.authority, "x-amz-content-sha256": digest, "x-amz-date": time}
    if key.token:
        headers["x-amz-security-token"] = key.token
    place = f"{time[:8]}/{scope.region}/{scope.service}/aws4_request"
    again = scope.service != _STORAGE
    request = _canonical(verb, url, headers, digest, escape=again)
    request = sha256(request.encode()).hexdigest()
    to_sign = f"{_ALGORITHM}\n{time}\n{place}\n{request}"
    proof = hmac.new(_signing_key(key.secret, place), to_sign.encode(), sha256).hexdigest()
    authorization = (
        f"{_ALGORITHM} Credential={key.id}/{place}, SignedHeaders={';'.join(headers)},"
        f" Signature={proof}"
    )
    del headers["host"]  # which the client sends anyway
    return headers | {"authorization": authorization}


def _canonical(
    verb: str, url: Address, headers: Mapping[str, str], digest: str, *, escape: bool
) -> str:
    """Return a request as it is signed. A path that is escaped already is escaped once more, if `escape` says so."""
    path, _, query = url.path.partition("?")
    lines = (
        verb,
        quote(path or "/", safe="/~") if escape else path or "/",
        "&".join(sorted(query.split("&"))),
        *(f"{name}:{value}" for name, value in headers.items()),
        "",
        ";".join(headers),
        digest,
    )
    return "\n".join(lines)


def _signing_key(secret: str, place: str) -> bytes:
    """Return the key for a day, a region and a service."""

    def derived(key: bytes, word: str) -> bytes:
        return hmac.digest(key, word.encode(), "sha256")

    return reduce(derived, place.split("/"), f"AWS4{secret}".encode())
