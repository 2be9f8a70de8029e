"""The pairs that callers attach to what they have kept, as OpenAI bounds them."""

from collections.abc import Mapping

from fleet_runtime.errors import InvalidArgument

MOST, LONGEST_KEY, LONGEST_TEXT = 16, 64, 512


def check_metadata(pairs: Mapping[str, object], param: str = "metadata") -> None:
    """Raise `InvalidArgument` unless these are up to 16 pairs, with keys of 1 to 64 characters and texts of up to 512.

    The error names the first that is wrong.
    """
    if len(pairs) > MOST:
        raise _wrong(param, f"has up to {MOST} entries")
    for key, value in pairs.items():
        if not 0 < len(key) <= LONGEST_KEY:
            raise _wrong(param, f"has keys of 1 to {LONGEST_KEY} characters")
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise _wrong(f"{param}.{key}", f"has up to {LONGEST_TEXT} characters")


def _wrong(param: str, rule: str) -> InvalidArgument:
    return InvalidArgument(f"'{param}' {rule}.", code="invalid_value", param=param)
