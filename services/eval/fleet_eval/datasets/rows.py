"""Rows, which are JSON objects and stay as they were written."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from fleet_runtime.errors import InvalidArgument

LARGEST = 16 * 1024 * 1024
"""The largest row, in bytes."""

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


def is_row(text: bytes | msgspec.Raw) -> bool:
    """Tell whether `text` is a JSON object."""
    try:
        _OBJECT.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def checked(rows: Sequence[msgspec.Raw], param: str) -> list[bytes]:
    """Return the text of rows that a caller gave.

    Raises:
        InvalidArgument: One is no JSON object.
    """
    for place, row in enumerate(rows):
        if not is_row(row):
            raise InvalidArgument(
                f"'{param}[{place}]' must be a JSON object: values by the names of the columns.",
                code="invalid_value",
                param=f"{param}[{place}]",
            )
    return [bytes(row) for row in rows]


def digest(rows: Sequence[bytes]) -> str:
    """Return what tells rows from others."""
    found = sha256()
    for row in rows:
        found.update(len(row).to_bytes(8))
        found.update(row)
    return found.hexdigest()
