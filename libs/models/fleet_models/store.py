"""The models of this machine: one folder each, complete or not there at all.

A model lives in `ROOT/ORG/NAME`. What is still on its way lives in `ROOT/.staging`, on the same
filesystem, and is renamed into place in one step.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from fleet_models import catalog, manifest
from fleet_models.errors import ModelError, ModelNotFoundError
from fleet_models.layout import assemble
from fleet_models.lock import locked
from fleet_models.manifest import Manifest
from fleet_models.progress import Progress, silent
from fleet_models.source import Source


def default_root() -> Path:
    """Return `$LLAMA_HOME/models`, by default `~/.llama/models`."""
    return Path(os.environ.get("LLAMA_HOME") or "~/.llama").expanduser() / "models"


@dataclass(frozen=True)
class StoredModel:
    """A model that is here. `manifest` is none if somebody put its folder there by hand."""

    id: str
    path: Path
    manifest: Manifest | None

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())


class ModelStore:
    """Models below `root`. Safe to use from several processes at a time.

    Wherever a method takes a model, its id (`ORG/NAME`) and its alias are both understood.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = (root or default_root()).expanduser().absolute()

    def path(self, model: str) -> Path:
        """Return the folder of `model`; `ModelNotFoundError` if it is not here."""
        model_id = catalog.model_id(model)
        folder = self._folder(model_id)
        if not _is_model(folder):
            raise ModelNotFoundError(
                f"the model {model_id} is not in {self.root}; run `llama model download {model_id}`"
            )
        return folder

    def list(self) -> Sequence[StoredModel]:
        """Return every model that is here, by id."""
        folders = sorted(folder for folder in self.root.glob("[!.]*/[!.]*") if _is_model(folder))
        return [self._stored(folder) for folder in folders]

    def describe(self, model: str) -> StoredModel:
        """Return what is known of `model`; `ModelNotFoundError` if it is not here."""
        return self._stored(self.path(model))

    def download(
        self,
        model: str,
        source: str | None = None,
        progress: Progress = silent,
        *,
        force: bool = False,
    ) -> Path:
        """Make sure that `model` is here, and return its folder.

        An interrupted download goes on where it stopped. A second download of the same model
        waits for the first and then has nothing to do.

        Args:
            model: An id, an alias or a source (see `fleet_models.catalog.source_of`).
            source: Where to get it instead of from where it would come by itself.
            progress: Told how far the work is.
            force: Fetch it again even if it is here; the old one serves until the new is whole.

        Raises:
            ModelError: It cannot be had, or there is no room; nothing half-done is visible.
        """
        model_id, origin = catalog.resolve(model, source)
        folder = self._folder(model_id)
        if force or not _is_model(folder):
            with _plain_os_errors(), self._staging(model_id) as staging:
                if force or not _is_model(folder):
                    self._bring(model_id, origin, staging, progress)
        return folder

    def verify(self, model: str) -> Sequence[str]:
        """Compare every file with the manifest; return what is wrong, one sentence each."""
        stored = self.describe(model)
        if stored.manifest is None:
            raise ModelError(f"{stored.id} was put there by hand, so nothing is known to compare")
        return manifest.problems(stored.path, stored.manifest)

    def remove(self, model: str) -> None:
        """Delete `model` from this machine, at once for everyone who looks."""
        folder = self.path(model)
        with _plain_os_errors(), self._staging(catalog.model_id(model)) as staging:
            folder.rename(staging / "removed")
            _remove_if_empty(folder.parent)

    def _bring(self, model_id: str, origin: Source, staging: Path, progress: Progress) -> None:
        """Fetch a model, make it whole in `staging`, and publish it."""
        parts = staging.parent / "parts"
        fetched = origin.fetch(parts, _made(staging / "fetched"), progress)
        ready = _made(staging / "ready")
        assemble(fetched, ready, progress)
        files = manifest.survey(ready)
        Manifest(model_id, origin.spec, fetched.revision, files).write(ready)
        _flush(ready)
        self._publish(ready, self._folder(model_id), staging / "replaced")
        shutil.rmtree(parts)

    def _publish(self, ready: Path, folder: Path, replaced: Path) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists():
            folder.rename(replaced)
        ready.rename(folder)

    @contextmanager
    def _staging(self, model_id: str) -> Iterator[Path]:
        """Lend an empty folder for work on one model, to one process at a time."""
        work = _made(self.root / ".staging") / model_id.replace("/", "--")
        with locked(work.with_name(work.name + ".lock")):
            for leftover in work.glob("work-*"):
                shutil.rmtree(leftover)
            parts = _made(work / "parts")
            try:
                with TemporaryDirectory(prefix="work-", dir=work) as staging:
                    yield Path(staging)
            finally:
                _remove_if_empty(parts)
                _remove_if_empty(work)

    def _folder(self, model_id: str) -> Path:
        return self.root / model_id

    def _stored(self, folder: Path) -> StoredModel:
        return StoredModel(str(folder.relative_to(self.root)), folder, manifest.read(folder))


def _is_model(folder: Path) -> bool:
    return (folder / "config.json").is_file()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _remove_if_empty(folder: Path) -> None:
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()


def _flush(folder: Path) -> None:
    """Make sure that a power cut after the rename finds the bytes on the disk."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                os.fsync(file.fileno())


@contextmanager
def _plain_os_errors() -> Iterator[None]:
    """Turn a full disk, a missing permission and their like into one sentence."""
    try:
        yield
    except OSError as error:
        what = error.strerror or str(error)
        raise ModelError(f"cannot keep the model at {error.filename}: {what}") from error
