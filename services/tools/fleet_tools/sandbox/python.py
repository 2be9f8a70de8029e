"""The interpreter that runs code, and what it must read to do so."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from fleet_runtime.config import ConfigError
from fleet_tools.sandbox import notebook
from fleet_tools.sandbox.settings import SandboxConfig

ENVIRONMENT: Final = MappingProxyType(
    {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        # One run is one core's work, and each thread counts.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "Agg",
    }
)
"""All that code finds in its environment, but for its folders."""

# Where the system's programs and libraries are.
_SYSTEM = (
    "/usr",
    "/bin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/etc/ld.so.cache",
    "/etc/localtime",
)
_PREFIXES = "import sys, json; print(json.dumps([sys.prefix, sys.base_prefix, sys.exec_prefix]))"


@dataclass(frozen=True)
class Python:
    """An interpreter.

    Attributes:
        command: How it is called; the code comes by its input.
        readable: What it must read.
    """

    command: list[str]
    readable: list[str]


async def find(config: SandboxConfig) -> Python:
    """Return the interpreter that runs code.

    Raises:
        ConfigError: It does not run.
    """
    program = await asyncio.to_thread(_program, config)
    flags = ["-I"] if config.packages else ["-I", "-S"]
    asking = await asyncio.create_subprocess_exec(
        *(program, *flags, "-c", _PREFIXES),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=dict(ENVIRONMENT),
    )
    said, _ = await asking.communicate()
    if asking.returncode:
        raise ConfigError(f"python: {program} is no interpreter that runs")
    return await asyncio.to_thread(_python, program, flags, json.loads(said))


def _program(config: SandboxConfig) -> str:
    own = Path(sys.executable)
    # Without packages: what the link of a virtual environment leads to, an interpreter that knows of none.
    return str(config.python or (own if config.packages else own.resolve()))


def _python(program: str, flags: Sequence[str], prefixes: Sequence[str]) -> Python:
    inside = sorted({*prefixes, str(Path(program).parent)})
    there = [path for path in _SYSTEM if Path(path).exists()]
    text = Path(notebook.__file__).read_text()
    return Python([program, *flags, "-u", "-c", text], [*there, *_beyond(there, inside)])


def _beyond(there: Sequence[str], paths: Sequence[str]) -> list[str]:
    """Return those paths, which are sorted, that are not below others or what is there."""
    found: list[str] = []
    for path in paths:
        if not any(path == other or path.startswith(f"{other}/") for other in (*there, *found)):
            found.append(path)
    return found
