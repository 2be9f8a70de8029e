"""A virtual environment for each peer, at pinned versions, made once."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
REQUIREMENTS = ROOT / "tests" / "bench" / "requirements"


class Venv:
    """The environment `.venvs/<name>`, as `requirements/<name>.txt` pins it."""

    def __init__(self, name: str, python: str) -> None:
        self.name = name
        self._python = python
        self._folder = ROOT / ".venvs" / name
        self._pins = REQUIREMENTS / f"{name}.txt"
        self._stamp = self._folder / "installed.sha256"

    def binary(self, name: str) -> str:
        """Return the path of a program in this environment."""
        return str(self._folder / "bin" / name)

    def install(self) -> None:
        """Install what is pinned, showing pip's progress; do nothing if that was done before."""
        if self._stamp.exists() and self._stamp.read_text() == self._digest():
            return
        print(f"installing {self.name} into {self._folder} (once)", flush=True)
        subprocess.run([_interpreter(self._python), "-m", "venv", self._folder], check=True)
        # Every package is pinned, and what is left out is left out on purpose: no dependencies.
        install = [self.binary("pip"), "install", "--no-deps", "-r", str(self._pins)]
        subprocess.run(install, check=True)
        self._stamp.write_text(self._digest())

    def _digest(self) -> str:
        return hashlib.sha256(self._pins.read_bytes()).hexdigest()


def _interpreter(version: str) -> str:
    """Return a Python of this version, such as "3.12".

    Raises:
        FileNotFoundError: There is none.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    versions = sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
    found = [shutil.which(f"python{version}"), *map(str, versions)]
    for candidate in found:
        if candidate and _runs(candidate):
            return candidate
    raise FileNotFoundError(f"Python {version} is needed: install it, or leave that system out")


def _runs(python: str) -> bool:
    """Say whether this starts; a version manager's stand-in may not."""
    return not subprocess.run([python, "-V"], capture_output=True, check=False).returncode
