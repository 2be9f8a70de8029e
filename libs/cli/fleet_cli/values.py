"""Values, merged as Helm merges them.

Source: https://helm.sh/docs/chart_template_guide/values_files/ and `pkg/chart/common/util/coalesce.go` of helm/helm.
"""

import re
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from fleet_runtime.config import ConfigError

Tree = dict[str, Any]

_STEP = re.compile(r"((?:\\.|[^.\[\]\\])+)|\[(\d+)\]")
_WORDS = {"true": True, "false": False, "null": None}


def read(path: Path) -> Tree:
    """Read one values file.

    Raises:
        ConfigError: It cannot be read, or is no map.
    """
    try:
        tree = yaml.safe_load(path.read_text())
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no YAML: {error}") from error
    if not isinstance(tree, dict | None):
        raise ConfigError(f"{path} must hold a map, not a {type(tree).__name__}")
    return tree or {}


def overlay(below: Tree, above: Tree) -> Tree:
    """Lay one values file over another: maps are merged, all else is replaced, `null` too."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[key] = overlay(old, value) if both else deepcopy(value)  # type: ignore[arg-type]
    return merged


def coalesce(values: Tree, defaults: Tree) -> Tree:
    """Fill `values` up with the chart's `defaults`; a `null` removes the default of its key."""
    filled = {key: value for key, value in values.items() if value is not None}
    for key, default in defaults.items():
        if key not in values:
            filled[key] = deepcopy(default)
        elif isinstance(default, dict) and isinstance(values[key], dict):
            filled[key] = coalesce(values[key], default)
    return filled


def merge(defaults: Tree, files: Iterable[Tree]) -> Tree:
    """Return what a chart with `defaults` makes of `files`, of which later ones win."""
    merged: Tree = {}
    for file in files:
        merged = overlay(merged, file)
    return coalesce(merged, defaults)


def assign(tree: Tree, assignments: str) -> Tree:
    r"""Return `tree` with `a.b=c` or `a[0].b=c` done, several joined by commas, as by `helm --set`.

    A value is `true`, `false`, `null`, a whole number, or else text. `\` takes a dot, a comma or a
    bracket for what it is.

    Raises:
        ConfigError: It is no assignment, or what it wants to change is neither map nor list.
    """
    changed = deepcopy(tree)
    for assignment in re.split(r"(?<!\\),", assignments):
        path, equals, text = assignment.partition("=")
        steps = _steps(path)
        if not equals or not steps:
            raise ConfigError(f"--set wants KEY.KEY=VALUE, not {assignment!r}")
        _put(changed, steps, _scalar(_unescape(text)), assignment)
    return changed


def _steps(path: str) -> list[str | int]:
    """Split `a.b[0]` into the keys and places along it."""
    found = _STEP.findall(path)
    return [int(place) if place else _unescape(key) for key, place in found]


def _put(tree: Any, steps: list[str | int], value: Any, assignment: str) -> None:
    """Set `value` at the end of `steps`, making the maps and lists on the way."""
    first, *rest = steps
    if isinstance(first, int) and isinstance(tree, list):
        tree.extend([None] * (first + 1 - len(tree)))
    elif isinstance(first, str) and isinstance(tree, dict):
        tree.setdefault(first, None)
    else:
        raise ConfigError(f"--set {assignment}: {first!r} does not fit what stands there")
    if not rest:
        tree[first] = value
        return
    if tree[first] is None:
        tree[first] = [] if isinstance(rest[0], int) else {}
    _put(tree[first], rest, value, assignment)


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if re.fullmatch(r"0|-?[1-9]\d*", text) else text


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
