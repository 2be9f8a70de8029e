"""Where a page ended, as callers take it from one call to the next."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from fleet_eval.datasets.provider import Place
from fleet_runtime.errors import InvalidArgument

# As many rows as a database counts.
_MOST = 2**62


class _Told(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A place, and the dataset that it is in."""

    key: str
    row: int
    mark: str | None


def encode(key: str, place: Place) -> str:
    """Return a place in a dataset as a cursor. `key` is the dataset's."""
    told = msgspec.json.encode(_Told(key, place.row, place.mark))
    return urlsafe_b64encode(told).decode().rstrip("=")


def decode(key: str, cursor: str, param: str) -> Place:
    """Return the place that a cursor tells.

    Raises:
        InvalidArgument: It is none, or one in another dataset.
    """
    try:
        told = msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=_Told)
    except (binascii.Error, ValueError):
        told = None
    if told is None or told.key != key or not 0 <= told.row <= _MOST:
        raise InvalidArgument(
            f"'{param}' is no cursor of this dataset; start again without it.",
            code="invalid_cursor",
            param=param,
        )
    return Place(told.row, told.mark)
