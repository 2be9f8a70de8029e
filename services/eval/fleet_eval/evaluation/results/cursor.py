"""Where a page of rows ended, as callers take it from one call to the next."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from fleet_runtime.errors import InvalidArgument

# As many rows as a run has.
_MOST = 2**31 - 1


class _Told(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """The last row of the page, and the run that it is in."""

    run: str
    place: int


def encode(run: str, place: int) -> str:
    """Return the place of a row as a cursor. `run` is the id of the run."""
    told = msgspec.json.encode(_Told(run, place))
    return urlsafe_b64encode(told).decode().rstrip("=")


def decode(run: str, cursor: str) -> int:
    """Return the place that a cursor tells.

    Raises:
        InvalidArgument: It is none, or one in another run.
    """
    try:
        told = msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=_Told)
    except (binascii.Error, ValueError):
        told = None
    if told is None or told.run != run or not 0 <= told.place <= _MOST:
        raise InvalidArgument(
            "'cursor' is no cursor of this job; start again without it.",
            code="invalid_cursor",
            param="cursor",
        )
    return told.place
