"""Turning whatever a source delivered into an ordinary Hugging Face folder."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from fleet_models.errors import ModelError
from fleet_models.kept_files import kept, weights
from fleet_models.progress import Progress
from fleet_models.source import Fetched


def assemble(fetched: Fetched, into: Path, progress: Progress) -> None:
    """Make the model among the fetched files a Hugging Face folder with safetensors.

    GGUF files, Meta's checkpoints and pickled weights are converted. Code and pickles are never taken over.

    Raises:
        ModelError: There is no model, or it cannot be converted.
    """
    found = _find(fetched.folder)
    if found.suffix == ".gguf":
        _convert_gguf(found, into, progress)
        return
    if found.suffix == ".pth":
        _convert_meta(found.parent, into, progress)
        return
    for file in kept(_files(found.parent)):
        if file.suffix != ".bin":
            _place(found.parent / file, into / file, fetched.placing)
    if found.suffix == ".bin":
        _convert_pickles(found.parent, into)


def _find(folder: Path) -> Path:
    """Return a file with weights whose folder is the model."""
    nearest = folder / min(weights(_files(folder)), key=lambda file: (len(file.parts), file))
    config = {".gguf": None, ".pth": "params.json"}.get(nearest.suffix, "config.json")
    if config and not (nearest.parent / config).is_file():
        raise ModelError(f"found no model: there is no {config} beside {nearest.name}")
    return nearest


def _files(folder: Path) -> list[Path]:
    """List every file below `folder`, relative to it."""
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def _place(source: Path, target: Path, placing: Literal["move", "copy", "link"]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    match placing:
        case "move":
            source.replace(target)
        case "copy":
            shutil.copyfile(source, target)
        case "link":
            target.symlink_to(source.resolve())


def _convert_gguf(gguf: Path, into: Path, progress: Progress) -> None:
    with _needing_the_extra():
        from fleet_models import gguf_conversion  # noqa: PLC0415 -- only where it is needed

        gguf_conversion.convert(gguf, into, progress)


def _convert_meta(folder: Path, into: Path, progress: Progress) -> None:
    with _needing_the_extra():
        from fleet_models import meta_conversion  # noqa: PLC0415 -- only where it is needed

        meta_conversion.convert(folder, into, progress)


def _convert_pickles(folder: Path, into: Path) -> None:
    with _needing_the_extra():
        from fleet_models import pickle_conversion  # noqa: PLC0415 -- only where it is needed

        pickle_conversion.convert(folder, into)


@contextmanager
def _needing_the_extra() -> Iterator[None]:
    """Say which extra has the module that a conversion lacks."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ModelError(
            f"converting this model needs {error.name}: `pip install 'llama-fleet[torch]'`"
        ) from error
