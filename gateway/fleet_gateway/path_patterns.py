"""Paths that settings name, as what matches them in calls.

A route may have several paths, and always has a gRPC method. Whoever permits or forbids one of them means the route.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from fleet_gateway.contract import Service

REGEX = "regex:"
_END = r"/*(\?.*)?"
# What stands for a variable. No path that somebody writes down is it; an expression is to match something plain.
_UNWRITTEN, _PLAIN = "\0", "x"


def template_pattern(path: str) -> str:
    """Return the regular expression of a path template with wildcards."""
    return "".join(
        {"**": "[^?]+", "*": "[^/?]+"}.get(part) or re.escape(part)
        for part in re.split(r"(\*\*?)", path)
    )


def paths_pattern(paths: Iterable[str], services: Sequence[Service]) -> str:
    """Return the regular expression of the calls that `paths` mean: to them, with and without a query, and the same.

    Args:
        paths: Whole paths, beginnings that end in `*`, and expressions after `regex:`.
        services: What is served.
    """
    found: dict[str, None] = {}
    for path in paths:
        own, sample = _own(path)
        found[own] = None
        for route in _routes(services):
            if any(re.fullmatch(own, _sample(template, sample)) for template in route[1]):
                found.update(dict.fromkeys(_whole(route)))
    return f"({'|'.join(map(_slashes, found))}){_END}"


def _own(path: str) -> tuple[str, str]:
    """Return the expression of one path of a setting, and what stands for variables in templates."""
    if path.startswith(REGEX):
        return path.removeprefix(REGEX), _PLAIN
    if path.endswith("*"):
        return re.escape(path[:-1]) + ".*", _UNWRITTEN
    return re.escape(path.rstrip("/")), _UNWRITTEN


def _routes(services: Sequence[Service]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the gRPC path of each route, and the templates of its paths."""
    for service in services:
        for method, templates in service.routes:
            yield f"/{service.name.removesuffix('Rest')}/{method}", templates


def _whole(route: tuple[str, tuple[str, ...]]) -> Iterator[str]:
    method, templates = route
    yield re.escape(method)
    yield from map(template_pattern, templates)


def _sample(template: str, variable: str) -> str:
    return re.sub(r"\*\*?", lambda _: variable, template)


def _slashes(expression: str) -> str:
    """Let several slashes stand for one, so that nobody slips by with more; but not within `[…]`."""
    return re.sub(r"(\[[^\]]*\])|/\+?", lambda found: found[1] or "/+", expression)
