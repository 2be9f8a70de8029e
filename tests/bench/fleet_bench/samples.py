"""What was measured, as a file and as pictures of it."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from pathlib import Path

from fleet_bench.venv import Venv

PLOT = Venv("plot", "3.11")


def keep(path: Path, samples: Mapping[str, object]) -> None:
    """Write samples, by their kind, as JSON, with the machine that they were taken on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    machine = {
        "cpus": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }
    path.write_text(json.dumps({"machine": machine, **samples}, indent=2) + "\n")


def draw(script: Path, *files: Path) -> None:
    """Have `script` draw, in an environment of its own that has Matplotlib; `files` are its arguments."""
    PLOT.install()
    subprocess.run([PLOT.binary("python"), script, *files], check=True)
