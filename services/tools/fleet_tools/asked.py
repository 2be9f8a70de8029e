"""What requests say, as the service wants it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument
from fleet_tools.origins import Credentials


def credentials(headers: Mapping[str, str] | None, authorization: str | None) -> Credentials:
    """Return what a tool's server is to be told."""
    return Credentials(headers or {}, authorization or None)


def json_object(text: msgspec.Raw, name: str) -> dict[str, Any]:
    """Return the JSON object that the field `name` holds; an empty one if it holds none.

    Raises:
        InvalidArgument: It holds something else.
    """
    value = {} if text is ABSENT else msgspec.json.decode(text)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidArgument(f"'{name}' must be an object.", code="invalid_value", param=name)
    return value
