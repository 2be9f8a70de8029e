"""A virtual environment for each foreign program, at pinned versions, made once."""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_ANY_PYTHON = "--ignore-requires-python"


def pinned_venv(folder: Path, requirements: Path) -> Path:
    """Return the `bin` folder of the environment at `folder`, with all that `requirements` pins installed.

    Every package is pinned, those that others need too. So no resolver chooses anything, nor does a package's own
    bound on Python's version, which for these is narrower than what they run on.

    Raises:
        subprocess.CalledProcessError: Something cannot be installed.
    """
    stamp = folder / "installed.sha256"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    with _locked(folder.with_suffix(".lock")):
        if not stamp.exists() or stamp.read_text() != digest:
            venv = (sys.executable, "-m", "venv", "--clear", "--without-pip", folder)
            subprocess.run(venv, check=True)
            _install(folder, _ANY_PYTHON, "-r", requirements)
            stamp.write_text(digest)
    return folder / "bin"


def with_fleet(folder: Path, requirements: Path) -> Path:
    """Return the `bin` folder of the environment at `folder` once the fleet runs there as well.

    This source tree is installed into what `pinned_venv` made, with what `requirements` pins, and not again until
    either changes.

    Raises:
        subprocess.CalledProcessError: Something cannot be installed.
    """
    stamp = folder / "fleet.sha256"
    pins, project = requirements.read_bytes(), (ROOT / "pyproject.toml").read_bytes()
    digest = hashlib.sha256(pins + project).hexdigest()
    with _locked(folder.with_suffix(".lock")):
        if not stamp.exists() or stamp.read_text() != digest:
            _install(folder, "-r", requirements, "-e", ROOT)
            stamp.write_text(digest)
    return folder / "bin"


def _install(folder: Path, *what: str | Path) -> None:
    """Install packages into an environment, and compile only what is imported later.

    uv takes a tenth of pip's time. But it holds packages to their bounds on Python's version, and does not look where
    pip is told to look, which is where torch's build for CPUs may lie. Where uv cannot, pip does it.
    """
    python = folder / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    if uv.exists() and not _names_torch(what):
        bounded = [each for each in what if each != _ANY_PYTHON]
        command = [uv, "pip", "install", "--python", python, "--quiet", "--no-deps", *bounded]
        if subprocess.run(command, check=False, capture_output=True).returncode == 0:
            return
    pip = (sys.executable, "-m", "pip", "--python", python, "install")
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile")
    subprocess.run([*pip, *options, *what], check=True)


def _names_torch(what: Iterable[str | Path]) -> bool:
    files = (each for each in what if isinstance(each, Path) and each.is_file())
    return any("\ntorch==" in f"\n{file.read_text()}" for file in files)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Keep other processes from making the same environment at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
