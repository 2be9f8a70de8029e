"""What a model looks for, in the arguments of its call of a search."""

from collections.abc import Mapping
from typing import Any

import msgspec

from fleet_runtime.errors import InvalidArgument

LONGEST = 200
"""The most characters of what a model may look for."""


class _Search(msgspec.Struct):
    query: str = ""


_decode = msgspec.json.Decoder(_Search).decode


def query_of(arguments: str) -> str:
    """Return what is looked for; nothing where the arguments do not say, which is told when the search is run."""
    try:
        return _decode(arguments).query
    except msgspec.DecodeError:
        return ""


def checked_query(arguments: Mapping[str, Any]) -> str:
    """Return what is looked for.

    Raises:
        InvalidArgument: The arguments do not say.
    """
    query = arguments.get("query")
    if not isinstance(query, str) or not query.strip():
        raise InvalidArgument("'query' is empty.", code="empty_query", param="query")
    return query
