"""Reading requests: what a wrong one is told."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from fleet_runtime.errors import InvalidArgument


@contextmanager
def reading() -> Iterator[None]:
    """Turn whatever decoding a request raises into `InvalidArgument`, which names the field."""
    try:
        yield
    except RecursionError:
        raise InvalidArgument("The body is nested too deeply.", code="invalid_json") from None
    except msgspec.ValidationError as error:
        raise invalid_field(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidArgument(f"The body is not valid JSON: {error}", code="invalid_json") from None


def invalid_field(text: str) -> InvalidArgument:
    """Return the error for what msgspec says of a wrong request, with the field by its path."""
    message, _, path = text.partition(" - at `")
    param = path.rstrip("`").removeprefix("$").removeprefix(".")
    missing = re.search(r"missing required field `(\w+)`", message)
    if missing:
        param = f"{param}.{missing[1]}" if param else missing[1]
        return InvalidArgument(
            f"Missing required parameter: '{param}'.",
            code="missing_required_parameter",
            param=param,
        )
    where = f" for '{param}'" if param else ""
    return InvalidArgument(
        f"Invalid value{where}: {message[:1].lower()}{message[1:]}.",
        code="invalid_value",
        param=param or None,
    )


def json_text(text: str) -> msgspec.Raw:
    """Return `text`, which a gRPC caller sent as JSON.

    Raises:
        InvalidArgument: It is not JSON. It would end up inside other JSON.
    """
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise InvalidArgument(f"A field that holds JSON text does not: {error}") from None
    return msgspec.Raw(text.encode())


def nothing_set(message: str) -> InvalidArgument:
    """Return the error for a union of which a gRPC caller set no member."""
    return InvalidArgument(f"`{message}` needs one of its fields set.", code="invalid_value")
