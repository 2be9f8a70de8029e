import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import yaml

from fleet_cli import state as states
from fleet_cli.home import RunFolder
from fleet_cli.state import FleetState

STUBS = Path(__file__).parent / "stubs"
LLAMA = str(Path(sys.executable).with_name("llama"))


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A place of its own for each test, and the stub service on the path of every process."""
    # Short, as sockets live below it.
    folder = tempfile.mkdtemp(prefix="llama-")
    monkeypatch.setenv("LLAMA_HOME", folder)
    monkeypatch.setenv("PYTHONPATH", str(STUBS))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.syspath_prepend(str(STUBS))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    yield
    shutil.rmtree(folder)


@pytest.fixture
def llama() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command to its end."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [LLAMA, *arguments], capture_output=True, text=True, check=False, timeout=100
        )

    return run


class Fleet:
    """A fleet of stubs that runs in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.run = RunFolder("fleet")
        self.journal = folder / "journal"
        self._file = folder / "fleet.yaml"
        self._process: subprocess.Popen[str] | None = None

    def write(self, **services: dict) -> Path:
        """Write the values file: each service with what its stub shall do, and other values."""
        tree = {"services": {}}
        for name, own in services.items():
            behaviour = own.pop("behaviour", {})
            config = {"journal": str(self.journal), "behaviour": behaviour}
            tree["services"][name] = {"api": "stub", "config": config, **own}
        self._file.write_text(yaml.safe_dump(tree))
        return self._file

    def start(self, **services: dict) -> "Fleet":
        """Start it in the foreground, and wait until it is ready."""
        self.start_nowait(**services)
        self.wait_for(lambda state: state.phase == "ready")
        return self

    def start_nowait(self, **services: dict) -> None:
        """Start it in the foreground."""
        command = [LLAMA, "stack", "run", str(self.write(**services))]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    @property
    def state(self) -> FleetState | None:
        return states.read(self.run)

    @property
    def supervisor(self) -> psutil.Process:
        assert self._process is not None
        return psutil.Process(self._process.pid)

    def pids(self) -> dict[str, int]:
        """The process of each program."""
        return {p.name: p.pid for p in self.state.programs if p.pid}

    def wait_for(self, condition: Callable[[FleetState], bool], seconds: float = 40) -> FleetState:
        """Poll the fleet until `condition` holds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            state = self.state
            if state and condition(state):
                return state
            time.sleep(0.02)
        raise AssertionError(f"not in time; the fleet is {self.state}")

    def signal(self, word: signal.Signals) -> str:
        """Send the supervisor a signal, and return all that it printed once it has ended."""
        assert self._process is not None
        self._process.send_signal(word)
        return self._process.communicate(timeout=40)[0]

    def journal_of(self, what: str) -> list[str]:
        """The services that wrote `what`, in the order in which they did."""
        lines = [line.split() for line in self.journal.read_text().splitlines()]
        return [service for _, service, did, _ in lines if did == what]

    def close(self) -> None:
        if self._process and self._process.poll() is None:
            self.signal(signal.SIGTERM)


@pytest.fixture
def fleet(home: None, tmp_path: Path) -> Iterator[Fleet]:
    """A fleet to start, stopped afterwards."""
    made = Fleet(tmp_path)
    yield made
    made.close()
    state = made.state
    if state and states.is_running(made.run):  # detached
        os.kill(state.pid, signal.SIGTERM)
        made.wait_for(lambda _: not states.is_running(made.run))


@pytest.fixture
def gone() -> Callable[[int], bool]:
    """Tell whether a process has ended."""

    def ended(pid: int) -> bool:
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return ended
