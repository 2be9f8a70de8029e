"""Runs plans, each in a process of its own, and shows how far they are."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from fleet_bench.stores.findings import Findings
from fleet_bench.stores.measure import Plan
from fleet_bench.stores.sequence import said

# Threads that spin while they wait burn CPU that the measure would count.
_QUIET = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0", "TOKENIZERS_PARALLELISM": "false"}


class Children:
    """Runs one process after the other. Used as a context, during which a line is shown for each.

    Args:
        findings: Gets what they write down.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._shown = Progress(
            TextColumn("{task.description:42}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )

    def __enter__(self) -> Self:
        self._shown.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._shown.stop()

    def measure(self, plan: Plan) -> None:
        """Measure one side of one store."""
        self._run(f"{plan.store}, {plan.side}", "fleet_bench.stores.run", json.dumps(asdict(plan)))

    def judge(self, stores: list[str], kept: Path) -> None:
        """Have the judged set searched, whose vectors are kept in a file."""
        self._run("judged set", "fleet_bench.stores.judge", str(kept), *stores)

    def _run(self, title: str, module: str, *arguments: str) -> None:
        """Run a module until it ends.

        Raises:
            RuntimeError: It failed; the message has the end of what it wrote.
        """
        line = self._shown.add_task(title, total=None)
        with tempfile.TemporaryFile("w+") as log:
            with subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, **_QUIET},
            ) as process:
                for what in said(process.stdout or ()):
                    if progress := what.pop("progress", None):
                        doing, done, total = progress.values()
                        described = f"{title}: {doing}"
                        self._shown.update(line, description=described, completed=done, total=total)
                    self._findings.add(what)
            if process.returncode:
                log.seek(0)
                raise RuntimeError(f"{title} failed:\n{log.read()[-3000:]}")
        self._shown.update(line, description=f"{title}: done", completed=1, total=1)
