"""How a process tells another what it finds: a JSON text sequence (RFC 7464) on its standard output.

Every text begins with a separator, so that what libraries print does not disturb it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Report: TypeAlias = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is, and how much there is."""

_SEPARATOR = "\x1e"


def write(kind: str, found: "DataclassInstance") -> None:
    """Write down what was found."""
    _say({kind: asdict(found)})


def progress(doing: str, done: int, total: int) -> None:
    """Write down how far it is."""
    _say({"progress": {"doing": doing, "done": done, "total": total}})


def said(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield what another process wrote down, each by its kind; what else it printed is left out."""
    for line in lines:
        if line.startswith(_SEPARATOR):
            yield json.loads(line.removeprefix(_SEPARATOR))


def _say(what: dict[str, Any]) -> None:
    print(f"{_SEPARATOR}{json.dumps(what)}", flush=True)
