"""Reading the attributes of files and the metadata of stores, as OpenAI bounds them."""

from typing import Any

import msgspec

from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.metadata import check_metadata
from fleet_vector_io.filters import Attributes

# What databases cannot keep in a text.
NUL = "\0"


def read_attributes(raw: msgspec.Raw, param: str = "attributes") -> str:
    """Return attributes as JSON: up to 16 texts, numbers and booleans.

    Raises:
        InvalidArgument: They are more, or of another kind; the error names the first that is wrong.
    """
    told = _pairs(raw, param)
    for key, value in told.items():
        if not isinstance(value, (str, int, float)):
            raise _wrong(f"{param}.{key}", "is a text, a number or a boolean")
        check_text(key, param)
        check_text(value, f"{param}.{key}")
    return msgspec.json.encode(told).decode()


def read_metadata(raw: msgspec.Raw, param: str = "metadata") -> str:
    """Return a store's metadata as JSON: up to 16 values by their names.

    Raises:
        InvalidArgument: They are more, or too long; the error names the first that is.
    """
    return msgspec.json.encode(_pairs(raw, param)).decode()


def filterable(metadata: dict[str, Any], param: str) -> Attributes:
    """Return the part of a chunk's metadata that filters can look at.

    Raises:
        InvalidArgument: A text of it cannot be kept.
    """
    found = {key: value for key, value in metadata.items() if isinstance(value, (str, int, float))}
    for key, value in found.items():
        check_text(key, param)
        check_text(value, f"{param}.{key}")
    return found


def check_text(value: object, param: str) -> None:
    """Raise `InvalidArgument` if `value` is a text that no database can keep."""
    if isinstance(value, str) and NUL in value:
        raise _wrong(param, "has no U+0000 in it")


def _pairs(raw: msgspec.Raw, param: str) -> dict[str, Any]:
    if raw is ABSENT or bytes(raw) in (b"", b"null"):
        return {}
    told = msgspec.json.decode(raw)
    if not isinstance(told, dict):
        raise _wrong(param, "is an object")
    check_metadata(told, param)
    return told


def _wrong(param: str, rule: str) -> InvalidArgument:
    return InvalidArgument(f"'{param}' {rule}.", code="invalid_value", param=param)
