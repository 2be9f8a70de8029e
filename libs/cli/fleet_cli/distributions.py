"""The distributions that come with the chart, and the values that a person asks for."""

from collections.abc import Sequence
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from fleet_cli.values import Tree, assign, merge, read
from fleet_runtime.config import ConfigError

DEFAULT_EXPOSED = {"expose": True}


def chart() -> Path:
    """Return the folder of the chart: beside this package when installed, else the repository's."""
    packaged = Path(str(files("fleet_cli"))) / "chart"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "charts/llama-fleet"


def distributions() -> dict[str, Path]:
    """Return the values file of every distribution, by name."""
    return {file.stem: file for file in sorted((chart() / "distributions").glob("*.yaml"))}


def find(name: str) -> Path:
    """Return the values file that `name`, a distribution or a path, stands for.

    Raises:
        ConfigError: It is neither.
    """
    known = distributions()
    if name in known:
        return known[name]
    if Path(name).is_file():
        return Path(name)
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise ConfigError(
        f"{name!r} is neither a distribution nor a file; {hint}distributions: {', '.join(known)}"
    )


def fleet_name(distribution: str | None) -> str:
    """Return what the fleet of a distribution or of a values file is called."""
    return Path(distribution).stem if distribution else "custom"


def merged(
    distribution: str | None,
    overrides: Sequence[Path] = (),
    assignments: Sequence[str] = (),
    providers: str | None = None,
) -> Tree:
    """Return the values of a fleet: chart ← distribution ← `overrides` ← `providers` ← `assignments`.

    Raises:
        ConfigError: One of them cannot be read.
    """
    if distribution is None and providers is None:
        raise ConfigError("name a distribution or a values file; `llama stack list` lists them")
    own = [find(distribution)] if distribution else []
    values = merge(read(chart() / "values.yaml"), [read(file) for file in (*own, *overrides)])
    if providers:
        values = only_providers(values, providers)
    for assignment in assignments:
        values = assign(values, assignment)
    return values


def only_providers(values: Tree, providers: str) -> Tree:
    """Keep only the named providers of services, adding those that are not there with their defaults.

    Args:
        values: The values of a fleet.
        providers: Such as `inference=remote::openai,inference=remote::vllm`.
    """
    wanted: dict[str, list[str]] = {}
    for pair in providers.split(","):
        service, equals, kind = pair.strip().partition("=")
        if not equals:
            raise ConfigError(f"--providers wants API=PROVIDER,API=PROVIDER, not {pair!r}")
        wanted.setdefault(service, []).append(kind)
    services: dict[str, Any] = dict(values.get("services") or {})
    for service, kinds in wanted.items():
        services[service] = _with_providers(services.get(service) or DEFAULT_EXPOSED, kinds)
    return values | {"services": services}


def _with_providers(service: Tree, kinds: Sequence[str]) -> Tree:
    config = service.get("config") or {}
    old: list[Tree] = config.get("providers") or []
    kept = [entry for entry in old if entry.get("type") in kinds]
    missing = [kind for kind in kinds if all(entry["type"] != kind for entry in kept)]
    added = [{"id": kind.rpartition("::")[2], "type": kind} for kind in missing]
    return service | {"config": config | {"providers": [*kept, *added]}}
