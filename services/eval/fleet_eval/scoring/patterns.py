"""Regular expressions of callers, which must neither be wrong nor run for ever."""

from collections.abc import Sequence

import regex

from fleet_runtime.errors import InvalidArgument

_SECONDS = 1.0


def check(patterns: Sequence[str], param: str) -> None:
    """Refuse patterns that are none, or have no group for what they find.

    Raises:
        InvalidArgument: One is none.
    """
    for place, pattern in enumerate(patterns):
        try:
            groups = regex.compile(pattern).groups
        except regex.error as error:
            raise _wrong(f"it is no regular expression: {error}", f"{param}[{place}]") from None
        if groups == 0:
            raise _wrong("it has no group for what it finds", f"{param}[{place}]")


def first(patterns: Sequence[str], text: str, param: str) -> str | None:
    """Return the first group of the first pattern that is found in `text`, if one is.

    Raises:
        InvalidArgument: One needs too long.
    """
    for place, pattern in enumerate(patterns):
        try:
            found = regex.search(pattern, text, timeout=_SECONDS, concurrent=True)
        except TimeoutError:
            raise _wrong(
                f"it needs more than {_SECONDS:g} s for a row", f"{param}[{place}]"
            ) from None
        if found and found.group(1) is not None:
            group: str = found.group(1)
            return group.strip()
    return None


def _wrong(why: str, where: str) -> InvalidArgument:
    return InvalidArgument(
        f"The pattern at '{where}' cannot be used: {why}.", code="invalid_pattern", param=where
    )
