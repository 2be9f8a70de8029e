"""The models that a fleet's own engines run, and getting those that are not here."""

from pathlib import Path

from rich.console import Console

from fleet_cli.bars import bars
from fleet_cli.check import providers_of
from fleet_cli.settings import Values
from fleet_models.errors import ModelNotFoundError
from fleet_models.store import ModelStore


def needed_models(values: Values) -> list[str]:
    """Return the models that inline providers name in `model`, each once; folders need no download."""
    named = (
        provider.config.get("model")
        for service in values.services.values()
        for provider in providers_of(service)
        if provider.type.startswith("inline::") and service.replicas
    )
    return list(dict.fromkeys(m for m in named if isinstance(m, str) and not Path(m).is_dir()))


def absent_models(values: Values) -> list[str]:
    """Return those of the needed models that are not on this machine."""
    return [model for model in needed_models(values) if _is_absent(model)]


def download_absent(values: Values, console: Console) -> None:
    """Download what is absent, with progress bars.

    Raises:
        ModelError: One cannot be had.
    """
    for model in absent_models(values):
        with bars(console) as progress:
            ModelStore().download(model, progress=progress)
        console.print(f"  [green]✓[/] downloaded {model}", highlight=False)


def _is_absent(model: str) -> bool:
    try:
        ModelStore().path(model)
    except ModelNotFoundError:
        return True
    return False
