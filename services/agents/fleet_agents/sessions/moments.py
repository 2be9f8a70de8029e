"""Moments as the API has them: RFC 3339, in UTC and microseconds, which some SDKs insist on."""

from datetime import UTC, datetime


def now() -> str:
    """Return this moment, such as `2025-01-31T12:00:00.000001Z`."""
    return _text(datetime.now(UTC))


def moment(milliseconds: int) -> str:
    """Return a moment in Unix milliseconds."""
    return _text(datetime.fromtimestamp(milliseconds / 1000, UTC))


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
