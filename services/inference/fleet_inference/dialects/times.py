"""Moments as JSON has them: RFC 3339, in UTC and whole seconds."""

from datetime import UTC, datetime


def moment(seconds: float) -> str:
    """Return a moment in Unix seconds, such as `1970-01-01T00:00:01Z`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def now() -> str:
    """Return this moment."""
    return moment(datetime.now(UTC).timestamp())
