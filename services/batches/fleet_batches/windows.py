"""How long batches may take, as callers write it."""

import re

from fleet_runtime.errors import InvalidArgument

_WINDOW = re.compile(r"([1-9][0-9]{0,7})([dhms])")
_SECONDS = {"d": 24 * 3600, "h": 3600, "m": 60, "s": 1}


def window_seconds(text: str, longest_hours: float) -> int:
    """Return how many seconds `24h` is, or another number of `d`, `h`, `m` or `s`.

    Raises:
        InvalidArgument: It is none, or more than `longest_hours`.
    """
    match = _WINDOW.fullmatch(text)
    if match is None:
        raise _wrong("must be a number of 'd', 'h', 'm' or 's', such as '24h'")
    seconds = int(match[1]) * _SECONDS[match[2]]
    if seconds > longest_hours * 3600:
        raise _wrong(f"must be at most '{longest_hours:g}h'")
    return seconds


def _wrong(rule: str) -> InvalidArgument:
    return InvalidArgument(
        f"'completion_window' {rule}.", code="invalid_value", param="completion_window"
    )
