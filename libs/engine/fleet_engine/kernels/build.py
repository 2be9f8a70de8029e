"""Compiling the kernels for this very CPU, once."""

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

import structlog
import torch

SOURCES = Path(__file__).parent / "native"
FLAGS = (
    *("-std=c++17", "-O3", "-march=native", "-fopenmp", "-shared", "-fPIC"),
    # Nothing looks at errno or floating-point exceptions; infinities and NaNs stay what they are.
    *("-fno-math-errno", "-fno-trapping-math"),
)
COMPILERS = ("c++", "g++", "clang++")
SECONDS = 300

log = structlog.get_logger()


def built(folder: Path | None = None) -> Path | None:
    """Return the shared library, compiled now if it was not before; `None` if it cannot be.

    It takes some seconds, so do not call it on an event loop.

    Args:
        folder: Where libraries are kept; by default `$LLAMA_HOME/kernels`.
    """
    if torch.backends.cpu.get_cpu_capability() not in {"AVX2", "AVX512"}:
        log.warning("kernels.none", reason="they need AVX2", effect="torch computes, slower")
        return None
    compiler = _compiler()
    if compiler is None:
        hint = "install g++ or clang++, or set CXX"
        log.warning("kernels.none", reason="no C++ compiler", effect="torch computes", hint=hint)
        return None
    library = (folder or _home() / "kernels") / f"{_digest(compiler)}.so"
    return library if library.exists() or _compile(compiler, library) else None


def _compile(compiler: str, library: Path) -> bool:
    """Compile to `library`, whole or not at all; return whether that worked."""
    try:
        library.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=library.parent) as scratch:
            new = Path(scratch) / library.name
            command = [compiler, *FLAGS, str(SOURCES / "kernels.cpp"), "-o", str(new)]
            subprocess.run(  # noqa: S603, our own sources, by the compiler of the owner's choice
                command, check=True, capture_output=True, text=True, timeout=SECONDS
            )
            new.replace(library)
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        log.warning("kernels.none", reason=said[-500:], effect="torch computes, slower")
        return False
    log.info("kernels.compiled", compiler=compiler, library=str(library))
    return True


def _compiler() -> str | None:
    wanted = os.environ.get("CXX")
    found = map(shutil.which, (wanted,) if wanted else COMPILERS)
    return next((path for path in found if path), None)


def _digest(compiler: str) -> str:
    """Return a name for what would be compiled: by source, flags, compiler and CPU."""
    asked = [compiler, "--version"]
    version = subprocess.run(asked, capture_output=True, check=False).stdout  # noqa: S603, as above
    parts = [path.read_bytes() for path in sorted(SOURCES.iterdir())]
    parts += [version, " ".join(FLAGS).encode(), _cpu().encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:20]


def _cpu() -> str:
    """Return what `-march=native` goes by: the model and the features of the CPU."""
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return f"{platform.machine()} {platform.processor()}"
    lines = info.read_text().split("\n\n", 1)[0].splitlines()
    return "\n".join(line for line in lines if line.startswith(("model", "vendor_id", "flags")))


def _home() -> Path:
    return Path(os.environ.get("LLAMA_HOME") or "~/.llama").expanduser().absolute()
