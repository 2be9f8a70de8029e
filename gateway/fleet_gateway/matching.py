"""What Envoy's matchers match: headers, by whole values, and combinations of such.

Format: `xds.type.matcher.v3.Matcher`.
"""

from collections.abc import Sequence
from typing import Any

from fleet_gateway.names import HEADER_INPUT, extension

Json = dict[str, Any]


def header(name: str, regex: str) -> Json:
    """Match calls whose header `name` is, as a whole, what `regex` says. A header that is not there matches nothing."""
    return {
        "single_predicate": {
            "input": extension("header", HEADER_INPUT, header_name=name),
            "value_match": {"safe_regex": {"google_re2": {}, "regex": regex}},
        }
    }


def all_of(predicates: Sequence[Json]) -> Json:
    """Match what all of `predicates` match."""
    first, *others = predicates
    return {"and_matcher": {"predicate": [first, *others]}} if others else first


def any_of(predicates: Sequence[Json]) -> Json:
    """Match what one of `predicates` matches."""
    first, *others = predicates
    return {"or_matcher": {"predicate": [first, *others]}} if others else first


def none_of(predicate: Json) -> Json:
    """Match what `predicate` does not."""
    return {"not_matcher": predicate}


def when(predicate: Json, action: Json) -> Json:
    """Do `action` where `predicate` matches."""
    return {"predicate": predicate, "on_match": {"action": action}}
