"""Recordings on disk: one file a request, in a folder for each test."""

import os
import re
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from fleet_recorder import document
from fleet_recorder.difference import differences
from fleet_recorder.document import NotARecordingError
from fleet_recorder.normalise import Key, key_of
from fleet_recorder.recording import Asked, Recording

# In characters, of what of a path or a test's name becomes the name of a file or a folder.
_LONGEST_NAME = 80
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]+")


class RecordingFolder:
    """Reads and writes recordings. A file is whole or not there, whoever else reads it.

    Args:
        path: Where they are. Made when the first one is written.
        ignored: Names of fields that do not count when requests are compared.

    Attributes:
        path: Where they are.
    """

    def __init__(self, path: Path, ignored: Collection[str] = ()) -> None:
        self.path = path
        self._ignored = ignored

    def file(self, key: Key) -> Path:
        """Return where the answers to a request are, or would be."""
        test = key.asked.test
        folder = self.path / _name(test) if test else self.path
        return folder / f"{_stem(key.asked)}-{key.digest}.json"

    def read(self, key: Key) -> Recording | None:
        """Return what was recorded for a request, if anything was.

        Raises:
            NotARecordingError: The file holds something else.
        """
        return _read(self.file(key))

    def write(self, key: Key, recording: Recording) -> None:
        """Keep a recording, in place of what was there."""
        file = self.file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".partial", dir=file.parent)
        partial = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(document.write(recording))
            partial.chmod(0o644)  # as any file that is to be committed
            partial.replace(file)
        except BaseException:
            partial.unlink()
            raise

    def nearest(self, key: Key) -> tuple[Path, list[str]] | None:
        """Return the recorded request that differs least from one, and in what, if any is of its verb and path."""
        found = [(file, self._differences(file, key)) for file in self._candidates(key.asked)]
        return min(found, key=lambda one: len(one[1]), default=None)

    def _candidates(self, asked: Asked) -> Iterator[Path]:
        yield from sorted(self.path.rglob(f"{_stem(asked)}-*.json"))

    def _differences(self, file: Path, key: Key) -> list[str]:
        recording = _read(file)
        if recording is None:  # somebody removed it just now
            return ["the recording is gone"]
        near, asked = key_of(recording.asked, self._ignored).asked, key.asked
        where = zip(("test", "path"), (near.test, near.path), (asked.test, asked.path), strict=True)
        heads = [line for name, one, two in where for line in differences(one, two, name)]
        return heads + list(differences(near.body, asked.body))


def _read(file: Path) -> Recording | None:
    try:
        return document.read(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (NotARecordingError, UnicodeDecodeError) as error:
        raise NotARecordingError(f"{file} is no recording: {error}") from error


def _stem(asked: Asked) -> str:
    """Return how the names of all recordings of a path begin."""
    return f"{asked.verb}-{_name(asked.path.partition('?')[0])}"


def _name(text: str) -> str:
    """Return a text as a name that every file system has."""
    return _NOT_IN_NAMES.sub("-", text).strip("-")[-_LONGEST_NAME:]
