"""Where a fleet keeps its files on this machine: `$LLAMA_HOME`, by default `~/.llama`."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


def llama_home() -> Path:
    """Return the folder of everything that this machine keeps for us."""
    return Path(os.environ.get("LLAMA_HOME") or "~/.llama").expanduser().absolute()


def shortened(address: str) -> str:
    """Return `address`, for people: with `~` for the user's home."""
    return address.replace(str(Path.home()), "~")


@dataclass(frozen=True)
class RunFolder:
    """The files of one fleet, open to nobody but its user. `name` is the fleet's."""

    name: str

    @property
    def path(self) -> Path:
        """The folder of all that one run writes."""
        return llama_home() / "run" / self.name

    @property
    def data(self) -> Path:
        """The folder of what outlives a run: the database."""
        return llama_home() / "data" / self.name

    @property
    def values(self) -> Path:
        """The merged values that the fleet runs from."""
        return self.path / "values.yaml"

    @property
    def state(self) -> Path:
        """How the fleet is, as its supervisor saw it last."""
        return self.path / "state.json"

    @property
    def lock(self) -> Path:
        """Held by the supervisor as long as it lives."""
        return self.path / "lock"

    @property
    def gateway(self) -> Path:
        """The folder of Envoy's config."""
        return self.path / "gateway"

    def config(self, service: str) -> Path:
        """Return the config file of `service`."""
        return self.path / "config" / f"{service}.yaml"

    def socket(self, service: str) -> Path:
        """Return the socket on which `service` listens."""
        return self.path / f"{service}.sock"

    def log(self, program: str) -> Path:
        """Return the log of `program`."""
        return self.path / "log" / f"{program}.log"

    def create(self) -> None:
        """Make the folders, readable by their owner alone."""
        for folder in (self.path, self.data, self.gateway, self.path / "config", self.path / "log"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (llama_home() / "run", self.path, llama_home() / "data", self.data):
            folder.chmod(0o700)


def run_folders() -> Iterator[RunFolder]:
    """Yield the folders of all fleets that were ever run here, by name."""
    runs = llama_home() / "run"
    for folder in sorted(runs.iterdir()) if runs.is_dir() else ():
        if (folder / "values.yaml").is_file():
            yield RunFolder(folder.name)
