"""Checking Oracle Cloud's signatures.

Format: https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm
"""

import base64
import re
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from fleet_testing.native_upstream import RefusedError
from fleet_testing.oci_profiles import KEY, user_of
from fleet_testing.openai_upstream import Seen

_FIELD = re.compile(r'(\w+)="([^"]*)"')
_GET = {"date", "(request-target)", "host"}
_POST = _GET | {"content-length", "content-type", "x-content-sha256"}


def signer(seen: Seen) -> str | None:
    """Return the profile whose key signed a request, if one did.

    Raises:
        RefusedError: The signature is not that of the request.
    """
    if "authorization" not in seen.headers:
        return None
    scheme, _, fields = seen.headers["authorization"].partition(" ")
    told = dict(_FIELD.findall(fields))
    if (scheme, told.get("version"), told.get("algorithm")) != ("Signature", "1", "rsa-sha256"):
        raise RefusedError("The required information to complete authentication was not provided.")
    names = told["headers"].split(" ")
    if set(names) != (_GET if seen.method == "GET" else _POST):
        raise RefusedError("Missing mandatory headers")
    if seen.body and seen.headers["x-content-sha256"] != _digest(seen.body):
        raise RefusedError("The body is not the one that was signed.")
    query = f"?{seen.query}" if seen.query else ""
    told_by = {**seen.headers, "(request-target)": f"{seen.method.lower()} {seen.path}{query}"}
    text = "\n".join(f"{name}: {told_by[name]}" for name in names)
    try:
        proof = base64.b64decode(told["signature"])
        KEY.public_key().verify(proof, text.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        raise RefusedError("Failed to verify the HTTP(S) Signature") from None
    return user_of(told["keyId"])


def _digest(body: bytes) -> str:
    return base64.b64encode(sha256(body).digest()).decode()
