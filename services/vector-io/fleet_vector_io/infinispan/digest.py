"""Proving who we are to Infinispan: HTTP Digest (RFC 7616) or Basic (RFC 7617)."""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Protocol

_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_HASHES = {
    "MD5": "md5",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
    "SHA-512-256": "sha512_256",
}


class Proof(Protocol):
    """Makes the headers that let a request in."""

    def headers(self, verb: str, path: str) -> dict[str, str]:
        """Return the headers for a request to `path`, which begins with a slash."""
        ...

    def challenged(self, headers: Mapping[str, str]) -> bool:
        """Take note of a refusal with 401. Say whether it is worth to ask again."""
        ...


class Nobody:
    """No proof at all."""

    def headers(self, verb: str, path: str) -> dict[str, str]:
        """Return no headers."""
        del verb, path
        return {}

    def challenged(self, headers: Mapping[str, str]) -> bool:
        """Give up."""
        del headers
        return False


class Basic(Nobody):
    """User and password as they are."""

    def __init__(self, user: str, password: str) -> None:
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._value = f"Basic {pair}"

    def headers(self, verb: str, path: str) -> dict[str, str]:
        """Return the header."""
        del verb, path
        return {"authorization": self._value}


class Digest:
    """A digest of user, password and what the server wants it mixed with. What it wants is kept for later requests."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._wanted: dict[str, str] = {}
        self._count = 0

    def challenged(self, headers: Mapping[str, str]) -> bool:
        """Read what the server wants; say no if that is nothing that we can."""
        scheme, _, rest = headers.get("www-authenticate", "").partition(" ")
        wanted = {name: quoted or bare for name, quoted, bare in _FIELD.findall(rest)}
        if scheme.lower() != "digest" or wanted.get("algorithm", "MD5") not in _HASHES:
            return False
        self._wanted, self._count = wanted, 0
        return True

    def headers(self, verb: str, path: str) -> dict[str, str]:
        """Return the header, once the server has said what it wants."""
        if not self._wanted:
            return {}
        self._count += 1
        wanted, client = self._wanted, secrets.token_hex(8)
        fields = {
            "username": self._user,
            "realm": wanted["realm"],
            "nonce": wanted["nonce"],
            "uri": path,
            "response": self._response(verb, path, client),
            "cnonce": client,
            **{name: wanted[name] for name in ("opaque",) if name in wanted},
        }
        quoted = ", ".join(f'{name}="{value}"' for name, value in fields.items())
        algorithm = wanted.get("algorithm", "MD5")
        return {
            "authorization": f"Digest {quoted}, algorithm={algorithm}, qop=auth, nc={self._count:08x}"
        }

    def _response(self, verb: str, path: str, client: str) -> str:
        """Return the digest (section 3.4.1)."""
        wanted = self._wanted
        who = self._hashed(self._user, wanted["realm"], self._password)
        what = self._hashed(verb, path)
        return self._hashed(who, wanted["nonce"], f"{self._count:08x}", client, "auth", what)

    def _hashed(self, *parts: str) -> str:
        name = _HASHES[self._wanted.get("algorithm", "MD5")]
        return hashlib.new(name, ":".join(parts).encode(), usedforsecurity=False).hexdigest()
