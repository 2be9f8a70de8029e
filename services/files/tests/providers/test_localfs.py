"""What the folder has that others have not: a disk, neighbours, and paths."""

import os
import time

import pytest

from fleet_files.providers.localfs import LocalFS
from fleet_runtime.config import ConfigError
from fleet_runtime.errors import NotFound

HOUR = 3600


async def test_what_was_left_long_ago_is_swept_at_the_start(tmp_path):
    """What is younger may be another replica's, which is at it."""
    old, young, whole = (tmp_path / name for name in ("old.half", "young.half", "file-old"))
    for file in (old, young, whole):
        file.write_bytes(b"x")
    then = time.time() - 25 * HOUR
    for file in (old, whole):
        os.utime(file, (then, then))
    LocalFS(LocalFS.Config(storage_dir=tmp_path))

    assert {"young.half", "file-old"} == {file.name for file in tmp_path.iterdir()}


async def test_an_id_removes_what_was_left_of_its_upload(tmp_path):
    """Whoever wrote it is dead."""
    (tmp_path / "file-a.half").write_bytes(b"half")
    await LocalFS(LocalFS.Config(storage_dir=tmp_path)).delete("file-a")

    assert [] == list(tmp_path.iterdir())


async def test_keys_lead_nowhere_else(tmp_path):
    """They come from a table; if that is ever wrong, the rest of the disk is still none of ours."""
    (tmp_path / "secret").write_bytes(b"x")
    folder = LocalFS(LocalFS.Config(storage_dir=tmp_path / "files"))
    with pytest.raises(NotFound):
        await anext(folder.read("../secret"))
    await folder.delete("../secret")

    assert (tmp_path / "secret").exists()


def test_the_launcher_says_where_files_are(tmp_path, monkeypatch):
    """So that a distribution need not."""
    monkeypatch.setenv("FLEET_DATA", str(tmp_path))
    LocalFS(LocalFS.Config())

    assert (tmp_path / "files").is_dir()


def test_without_a_folder_there_is_no_service(monkeypatch):
    """Better than to guess one."""
    monkeypatch.delenv("FLEET_DATA", raising=False)
    with pytest.raises(ConfigError, match="storage_dir"):
        LocalFS(LocalFS.Config())


def test_a_folder_that_cannot_be_is_a_wrong_config(tmp_path):
    """With the reason."""
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="storage_dir"):
        LocalFS(LocalFS.Config(storage_dir=tmp_path / "file" / "files"))
