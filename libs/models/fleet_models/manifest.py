"""`.fleet.json`: where a model came from, and what its files must hash to."""

from pathlib import Path

import msgspec

from fleet_models.errors import ModelError
from fleet_models.fetch import sha256

NAME = ".fleet.json"


class FileEntry(msgspec.Struct, frozen=True):
    """A file of a model: its path below the model's folder, and its size in bytes."""

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What was downloaded, written when it was complete."""

    model: str
    source: str
    revision: str
    files: list[FileEntry]

    def write(self, folder: Path) -> None:
        """Put this into the model's folder."""
        text = msgspec.json.format(msgspec.json.encode(self), indent=2)
        (folder / NAME).write_bytes(text + b"\n")


def read(folder: Path) -> Manifest | None:
    """Return the manifest of a model's folder; none if somebody put the folder there by hand."""
    path = folder / NAME
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except msgspec.DecodeError as error:
        raise ModelError(f"{path} was changed: {error}") from error


def survey(folder: Path) -> list[FileEntry]:
    """Hash every file below `folder`, but the manifest."""
    return [
        FileEntry(str(path.relative_to(folder)), path.stat().st_size, sha256(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != NAME
    ]


def problems(folder: Path, promised: Manifest) -> list[str]:
    """Say what is missing, changed or too much in `folder`; nothing if it is whole."""
    found = {entry.path: entry for entry in survey(folder)}
    wanted = {entry.path: entry for entry in promised.files}
    missing = [f"{path} is missing" for path in wanted.keys() - found.keys()]
    extra = [f"{path} does not belong to it" for path in found.keys() - wanted.keys()]
    both = wanted.keys() & found.keys()
    changed = [f"{path} was changed" for path in both if found[path] != wanted[path]]
    return sorted(missing + extra + changed)
