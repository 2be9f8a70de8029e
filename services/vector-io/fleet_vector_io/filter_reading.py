"""Reading the filters that callers send: OpenAI's comparisons and compounds.

Format: https://platform.openai.com/docs/api-reference/vector-stores/search
"""

from typing import Any

import msgspec

from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument
from fleet_vector_io.attributes import check_text
from fleet_vector_io.filters import Compound, Equality, Filter, Membership, Order, Scalar, kind

# How deep compounds may stand in each other, and how many comparisons there may be.
_DEEPEST, _MOST = 16, 256
_LONGEST_KEY = 256


def read_filter(raw: msgspec.Raw, param: str = "filters") -> Filter | None:
    """Return the filter that `raw` says; nothing if there is none.

    Raises:
        InvalidArgument: It is no filter; the error names the place.
    """
    if raw is ABSENT or not bytes(raw) or bytes(raw) == b"null":
        return None
    return _Reader().read(msgspec.json.decode(raw), param, 0)


class _Reader:
    """Reads one filter."""

    def __init__(self) -> None:
        self._comparisons = 0

    def read(self, told: Any, param: str, depth: int) -> Filter:
        if not isinstance(told, dict):
            raise _wrong(param, "is an object with a 'type'")
        match told.get("type"):
            case "and" | "or" as how:
                return self._compound(how, told, param, depth)
            case "eq" | "ne" | "gt" | "gte" | "lt" | "lte" | "in" | "nin" as how:
                return self._comparison(how, told, param)
        raise _wrong(f"{param}.type", "is one of eq, ne, gt, gte, lt, lte, in, nin, and, or")

    def _compound(self, how: Any, told: dict[str, Any], param: str, depth: int) -> Filter:
        filters = told.get("filters")
        if not isinstance(filters, list) or not filters:
            raise _wrong(f"{param}.filters", "is a list of at least one filter")
        if depth >= _DEEPEST:
            raise _wrong(param, f"may be {_DEEPEST} deep at most")
        places = enumerate(filters)
        inner = (self.read(each, f"{param}.filters[{n}]", depth + 1) for n, each in places)
        return Compound(how, tuple(inner))

    def _comparison(self, how: Any, told: dict[str, Any], param: str) -> Filter:
        self._comparisons += 1
        if self._comparisons > _MOST:
            raise _wrong(param, f"has {_MOST} comparisons at most")
        key, value = told.get("key"), told.get("value")
        if not isinstance(key, str) or not 0 < len(key) <= _LONGEST_KEY:
            raise _wrong(f"{param}.key", f"is a text of 1 to {_LONGEST_KEY} characters")
        for each in (key, *(value if isinstance(value, list) else [value])):
            check_text(each, param)
        if how in ("in", "nin"):
            return Membership(how, key, _values(value, param))
        if not isinstance(value, (str, int, float)):
            raise _wrong(f"{param}.value", "is a text, a number or a boolean")
        if how in ("eq", "ne"):
            return Equality(how, key, value)
        if isinstance(value, bool):
            raise _wrong(f"{param}.value", f"is a text or a number for '{how}'")
        return Order(how, key, value)


def _values(value: Any, param: str) -> tuple[Scalar, ...]:
    if not isinstance(value, list) or not value:
        raise _wrong(f"{param}.value", "is a list of at least one value for 'in' and 'nin'")
    if not all(isinstance(each, (str, int, float)) for each in value):
        raise _wrong(f"{param}.value", "is a list of texts, numbers or booleans")
    if len({kind(each) for each in value}) > 1:
        raise _wrong(f"{param}.value", "is a list of values of one kind")
    return tuple(value)


def _wrong(param: str, rule: str) -> InvalidArgument:
    return InvalidArgument(f"'{param}' {rule}.", code="invalid_filter", param=param)
