"""What callers are told of requests that cannot be translated."""

from typing import TypeVar

from fleet_runtime.errors import InvalidArgument

T = TypeVar("T")


def needed(value: T | None, param: str) -> T:
    """Return `value`, or raise `InvalidArgument` if the caller left it out."""
    if value is None:
        raise InvalidArgument(
            f"Missing required parameter: '{param}'.",
            code="missing_required_parameter",
            param=param,
        )
    return value


def unserved(kind: str | None, param: str, *served: str) -> InvalidArgument:
    """Return the error for something of a kind that is not among those `served`."""
    known = ", ".join(f"'{name}'" for name in served)
    return InvalidArgument(
        f"'{kind}' is not served as '{param}' here; what is: {known}.",
        code="invalid_value",
        param=param,
    )
