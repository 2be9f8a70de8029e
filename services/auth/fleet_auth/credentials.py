"""What callers are let in by, as their SDKs send it."""

from fleet_auth.check_messages import Check
from fleet_auth.provider import Asked
from fleet_runtime.errors import Unauthenticated

_BEARER = "bearer "
_KEY_HEADERS = ("x-api-key", "x-goog-api-key")
"""In which Anthropic's and Google's SDKs send keys."""
CREDENTIALS = ("authorization", *_KEY_HEADERS)
"""The headers that hold tokens and keys."""


def asked_of(check: Check) -> Asked:
    """Return a call as those who know callers are asked about it.

    Raises:
        Unauthenticated: It came with something else than a token.
    """
    path, _, query = check.path.partition("?")
    headers = {
        name: value
        for name, value in check.headers.items()
        if name not in CREDENTIALS and not name.startswith((":", "x-envoy-"))
    }
    return Asked(_token(check.headers), check.method, path, query, headers, check.source)


def _token(headers: dict[str, str]) -> str:
    authorization = headers.get("authorization", "")
    if not authorization:
        return next((headers[name] for name in _KEY_HEADERS if headers.get(name)), "")
    if not authorization.lower().startswith(_BEARER):
        raise Unauthenticated(
            "Invalid Authorization header format: it must be 'Bearer' and a token or key.",
            code="invalid_authorization_header",
        )
    return authorization[len(_BEARER) :].strip()
