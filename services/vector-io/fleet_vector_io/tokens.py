"""Attributes as texts, for engines that know neither our types nor our keys.

An attribute becomes one token: the letter of its kind, the length of its key, the key and the value, as in
`s6:author:Ada`. What has a token has exactly that attribute, so `eq` and `in` ask for tokens, and `ne` and `nin` for
what lacks them.

Tokens sort as their values do. All tokens of one key and one kind begin alike, and no other does, so that `gt`, `gte`,
`lt` and `lte` ask for a token within a `Span`. Texts are as they are, which sorts by code points in UTF-8 too; numbers
are written in twenty hexadecimal digits.
"""

import math
import struct
from dataclasses import dataclass

from fleet_runtime.errors import InvalidArgument
from fleet_vector_io.filters import Attributes, Equality, Membership, Order, Scalar, kind

_LETTERS: dict[type[Scalar], str] = {str: "s", float: "n", bool: "b"}
# Lucene takes no longer term, in bytes.
_LONGEST = 32766
_SIGN = 1 << 63
_ALL = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Span:
    """A range of tokens.

    Attributes:
        lower: Where it begins.
        upper: Where it ends.
        with_lower: Whether `lower` itself is in it.
        with_upper: Whether `upper` itself is in it.
    """

    lower: str
    upper: str
    with_lower: bool
    with_upper: bool


def tokens(attributes: Attributes) -> list[str]:
    """Return the tokens of a chunk.

    Raises:
        InvalidArgument: One is longer than engines can look up.
    """
    found = [token(key, value) for key, value in attributes.items()]
    for key, text in zip(attributes, found, strict=True):
        if len(text.encode()) > _LONGEST:
            raise InvalidArgument(
                f"The attribute '{key}' is too long for this vector store; use at most 30,000 bytes.",
                param="attributes",
            )
    return found


def token(key: str, value: Scalar) -> str:
    """Return the token of one attribute."""
    return head(key, value) + _sortable(value)


def asked(condition: Equality | Membership) -> list[str]:
    """Return the tokens that a condition names."""
    values = (condition.value,) if isinstance(condition, Equality) else condition.values
    return [token(condition.key, value) for value in values]


def span(condition: Order) -> Span:
    """Return where the tokens lie that fulfil a condition."""
    start, at = head(condition.key, condition.value), token(condition.key, condition.value)
    if condition.operator in ("gt", "gte"):
        # The character after the colon: no token of another key or kind lies between.
        return Span(at, f"{start[:-1]};", condition.operator == "gte", with_upper=False)
    return Span(start, at, with_lower=True, with_upper=condition.operator == "lte")


def head(key: str, value: Scalar) -> str:
    """Return what all tokens of a key begin with whose values are of the same kind as `value`."""
    return f"{_LETTERS[kind(value)]}{len(key)}:{key}:"


def _sortable(value: Scalar) -> str:
    """Return a value as a text that sorts as the value does."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else _digits(value)


def _digits(number: float) -> str:
    """Return the bits of the double at or below `number`, and what is missing, for whole numbers below 2 ** 64.

    The bits of doubles (IEEE 754) sort as the numbers do once the sign is turned round, and below zero the rest too.
    """
    double = float(number)
    if double > number:
        double = math.nextafter(double, -math.inf)
    rest = int(number) - int(double) if abs(number) < 1 << 64 else 0
    (bits,) = struct.unpack(">Q", struct.pack(">d", double + 0.0))
    bits ^= _ALL if bits & _SIGN else _SIGN
    return f"{bits:016x}{rest:04x}"
