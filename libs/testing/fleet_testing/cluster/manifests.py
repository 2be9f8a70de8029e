"""What `helm template` prints, as objects."""

from collections.abc import Iterable
from typing import Any

import yaml

Object = dict[str, Any]

HOOK = "helm.sh/hook"
WEIGHT = "helm.sh/hook-weight"


def read_manifests(text: str) -> list[Object]:
    """Return the objects in a stream of YAML documents."""
    return [found for found in yaml.safe_load_all(text) if found]


def name_of(found: Object) -> str:
    """Return the name of an object."""
    return str(found["metadata"]["name"])


def of_kind(objects: Iterable[Object], kind: str) -> dict[str, Object]:
    """Return the objects of a kind by their names."""
    return {name_of(found): found for found in objects if found["kind"] == kind}


def hooks(objects: Iterable[Object], event: str) -> list[Object]:
    """Return the hooks of an event, such as `pre-upgrade`, in the order in which Helm runs them.

    Source: https://helm.sh/docs/topics/charts_hooks
    """
    found = [hook for hook in objects if event in _events(hook)]
    return sorted(found, key=lambda hook: (_weight(hook), hook["kind"] == "Job", name_of(hook)))


def without_hooks(objects: Iterable[Object]) -> list[Object]:
    """Return the objects that are the release's own."""
    return [found for found in objects if not _events(found)]


def _events(found: Object) -> list[str]:
    return [event for event in str(_annotations(found).get(HOOK, "")).split(",") if event]


def _weight(found: Object) -> int:
    return int(_annotations(found).get(WEIGHT, 0))


def _annotations(found: Object) -> dict[str, str]:
    return found["metadata"].get("annotations") or {}
