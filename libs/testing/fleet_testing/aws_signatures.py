"""Checking AWS's signatures as AWS does: by making them again.

What makes them here is botocore's signer, which the code under test does not use.
"""

import re

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from fleet_testing.native_upstream import RefusedError
from fleet_testing.openai_upstream import Seen

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
"""The secret of every access key."""
TOKEN = "FwoGZXIvYXdzEXAMPLE"
"""What temporary access keys, whose names begin with `ASIA`, come with."""
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<id>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/(?P<service>[^/]+)"
    r"/aws4_request, SignedHeaders=(?P<headers>[\w;-]+), Signature=(?P<proof>[0-9a-f]{64})"
)


def signer(seen: Seen) -> str | None:
    """Return the name of the access key that signed a request, if one did.

    Raises:
        RefusedError: The signature is not that of the request.
    """
    if "authorization" not in seen.headers:
        return None
    told = _AUTHORIZATION.fullmatch(seen.headers["authorization"])
    if told is None:
        raise RefusedError("IncompleteSignatureException")
    if told["id"].startswith("ASIA") and seen.headers.get("x-amz-security-token") != TOKEN:
        raise RefusedError("The security token included in the request is invalid.")
    if told["proof"] != _proof(seen, told):
        raise RefusedError(
            "The request signature we calculated does not match the signature you provided."
        )
    return told["id"]


def _proof(seen: Seen, told: re.Match[str]) -> str:
    query = f"?{seen.query}" if seen.query else ""
    request = AWSRequest(
        seen.method,
        f"http://{seen.headers['host']}{seen.path}{query}",
        headers={name: seen.headers[name] for name in told["headers"].split(";")},
        data=seen.body,
    )
    request.context["timestamp"] = seen.headers["x-amz-date"]
    auth = SigV4Auth(Credentials(told["id"], SECRET), told["service"], told["region"])
    to_sign = auth.string_to_sign(request, auth.canonical_request(request))
    return str(auth.signature(to_sign, request))
