"""Unpacking archives that nobody has to trust."""

import shutil
import stat
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from fleet_models.errors import ModelError


def unpack(archive: Path, into: Path) -> None:
    """Unpack a zip file. Raises `ModelError` on a member that would land outside of `into`."""
    try:
        with ZipFile(archive) as source:
            for member in source.infolist():
                _unpack_member(source, member, into)
    except BadZipFile as error:
        raise ModelError(f"{archive.name} is not a sound zip file: {error}") from error


def _unpack_member(source: ZipFile, member: ZipInfo, into: Path) -> None:
    if member.is_dir():
        return
    if stat.S_ISLNK(member.external_attr >> 16):
        raise ModelError(f"refused: the archive's {member.filename!r} is a link")
    target = into / safe_relative(member.filename)
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open(member) as reader, target.open("wb") as writer:
        shutil.copyfileobj(reader, writer)


def safe_relative(name: str) -> PurePosixPath:
    """Return `name` as a path that stays below any folder it is joined to."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or not path.parts:
        raise ModelError(f"refused: the file name {name!r} leads outside of the model's folder")
    return path
