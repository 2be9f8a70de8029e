"""What is known of a caller, as the attributes by which they are let in."""

from collections.abc import Mapping
from typing import Any

from fleet_runtime.access.config import claim_steps


def claim(claims: Mapping[str, Any], path: str) -> Any:
    r"""Return the claim at `path`, such as `a.b`; `None` if there is none."""
    found: Any = claims
    for step in claim_steps(path):
        if not isinstance(found, Mapping):
            return None
        found = found.get(step)
    return found


def texts(value: Any) -> list[str]:
    """Return what a claim says: a list, or words with spaces between them."""
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list):
        return [str(each) for each in value if isinstance(each, str | int) and each != ""]
    return [str(value)] if isinstance(value, int) and not isinstance(value, bool) else []


def attributes(
    claims: Mapping[str, Any], mapping: Mapping[str, str]
) -> Mapping[str, frozenset[str]]:
    """Return the attributes that `claims` are by `mapping`: categories by claims."""
    found: dict[str, set[str]] = {}
    for path, category in mapping.items():
        found.setdefault(category, set()).update(texts(claim(claims, path)))
    return {category: frozenset(values) for category, values in found.items() if values}


def text(value: Any) -> str | None:
    """Return a claim that is one text, if it is."""
    return value if isinstance(value, str) and value else None
