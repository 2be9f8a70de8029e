"""Signing requests to Oracle Cloud with an RSA key.

Formula: https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm, after draft-cavage-http-signatures-08
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from fleet_upstream.address import Address

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What requests are signed with.

    Attributes:
        id: Its name: `<tenancy>/<user>/<fingerprint>`, or `ST$` and a session's token.
        private: The key itself.
    """

    id: str = field(repr=False)
    private: RSAPrivateKey = field(repr=False)


def signed(
    verb: str, url: Address, body: bytes, *, key: SigningKey, now: datetime
) -> Mapping[str, str]:
    """Return the headers that sign a request, which sends its body as JSON.

    Args:
        verb: The HTTP verb.
        url: Where the request goes.
        body: What it carries.
        key: What to sign with.
        now: The time, in UTC; Oracle refuses signatures that are older than five minutes.
    """
    told = {"date": format_datetime(now, usegmt=True)}
    lines = told | {"(request-target)": f"{verb.lower()} {url.path}", "host": url.authority}
    if body:
        told["x-content-sha256"] = b64encode(sha256(body).digest()).decode()
        lines["content-length"] = str(len(body))
        lines["content-type"] = _JSON
        lines["x-content-sha256"] = told["x-content-sha256"]
    text = "\n".join(f"{name}: {value}" for name, value in lines.items())
    proof = b64encode(key.private.sign(text.encode(), PKCS1v15(), SHA256())).decode()
    told["authorization"] = (
        f'Signature version="1",keyId="{key.id}",algorithm="rsa-sha256",'
        f'headers="{" ".join(lines)}",signature="{proof}"'
    )
    return told
