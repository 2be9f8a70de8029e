"""What an error says in the shape that all of Google's APIs share.

Format: https://google.aip.dev/193, https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
"""

from typing import Any

KEY_INVALID = "API_KEY_INVALID"
"""The reason for refusing a key, which comes with the status 400."""

_RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"


def reason_of(error: dict[str, Any]) -> str | None:
    """Return the reason, or else the name of the status, of an error of this shape; nothing of another shape."""
    if not isinstance(error.get("status"), str):
        return None
    reasons = (detail.get("reason") for detail in _details(error))
    return next((reason for reason in reasons if isinstance(reason, str)), error["status"])


def delay_of(error: dict[str, Any]) -> float | None:
    """Return after how many seconds to try again, if an error of this shape says so."""
    for detail in _details(error):
        delay = detail.get("retryDelay")
        if detail.get("@type") == _RETRY_INFO and isinstance(delay, str):
            return _seconds(delay)
    return None


def _details(error: dict[str, Any]) -> list[dict[str, Any]]:
    details = error.get("details")
    return [d for d in details if isinstance(d, dict)] if isinstance(details, list) else []


def _seconds(duration: str) -> float | None:
    """Return what a `google.protobuf.Duration` is in JSON, such as `3.5s`."""
    try:
        return max(0.0, float(duration.removesuffix("s")))
    except ValueError:
        return None
