"""What an HTTP request asks: its path and body, without secrets and without what only this transfer needs."""

import hashlib
import re
from typing import Any

from fleet_recorder.document import laid_out
from fleet_recorder.http_request import HttpRequest
from fleet_recorder.notation import loads
from fleet_recorder.recording import Asked
from fleet_recorder.redaction import masked_body, masked_form, masked_query
from fleet_recorder.testid import asking_test

# In bytes. A longer body that is no JSON, such as a file, is known by its digest.
_LONGEST_TEXT = 16 * 1024
_BOUNDARY = re.compile(r'boundary="?([^";]+)')


def asked_over_http(request: HttpRequest, secrets: tuple[bytes, ...], test: str) -> Asked:
    """Return what a request asks. `test` is whose it is unless it says so itself."""
    path, _, query = request.target.partition("?")
    kept = masked_query(query)
    return Asked(
        request.verb,
        f"{path}?{kept}" if kept else path,
        masked_body(_body(request), secrets),
        asking_test(request.headers, test),
    )


def _body(request: HttpRequest) -> Any:
    """Return the body as JSON has it; `None` if there is none."""
    if not request.body:
        return None
    kind = request.headers.get("content-type", "").lower()
    if kind.startswith("application/x-www-form-urlencoded"):
        return masked_form(request.body)
    try:
        found = loads(request.body)
        laid_out(
            found
        ).encode()  # fails at what cannot be written: half a surrogate pair, or too deep a nest
    except (ValueError, RecursionError):
        return _text(_without_boundary(request))
    return found


def _without_boundary(request: HttpRequest) -> bytes:
    """Return the body of a request with one name for what divides its parts (RFC 2046, section 5.1.1)."""
    found = _BOUNDARY.search(request.headers.get("content-type", ""))
    return request.body.replace(found[1].encode(), b"boundary") if found else request.body


def _text(body: bytes) -> Any:
    try:
        if len(body) <= _LONGEST_TEXT:
            return body.decode()
    except UnicodeDecodeError:
        pass
    return {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
