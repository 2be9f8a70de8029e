"""A fake of NVIDIA NeMo Customizer, which takes each job a step on whenever it is asked how far it is.

Format: https://docs.nvidia.com/nemo/microservices/latest/fine-tune/index.html
"""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fleet_testing.openai_upstream import Canned, Seen
from fleet_testing.rest_server import rest_server, said

_JOBS = "/v1/customization/jobs"
_STEPS = 4


@dataclass
class NemoCustomizer:
    """The server.

    Attributes:
        key: The key that it lets in. Anybody is if it is `None`.
        ending: As what jobs end.
        held: Whether jobs stay as they are.
        jobs: What was asked for, by the jobs' ids.
        steps: How many steps each has.
        cancelled: The jobs that were cancelled.
    """

    key: str | None = None
    ending: str = "completed"
    held: bool = False
    jobs: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)

    def answer(self, seen: Seen) -> Canned:
        """Answer a request."""
        if self.key and seen.headers.get("authorization") != f"Bearer {self.key}":
            return said({"detail": "no such key"}, 401)
        if (seen.method, seen.path) == ("POST", _JOBS):
            return self._made(json.loads(seen.body))
        job, _, what = seen.path.removeprefix(f"{_JOBS}/").partition("/")
        if job not in self.jobs:
            return said({"detail": "Job not found"}, 404)
        if (seen.method, what) == ("POST", "cancel"):
            self.cancelled.add(job)
            return said({"id": job, "status": "cancelling"})
        if (seen.method, what) == ("GET", "status"):
            return said(self._status(job))
        return said({"detail": "no such path"}, 404)

    def _made(self, asked: Any) -> Canned:
        job = f"cust-{len(self.jobs) + 1}"
        self.jobs[job], self.steps[job] = asked, 0
        model = f"{asked['output_model']}@{job}"
        return said({"id": job, "status": "created", "output_model": model, **_TIMES})

    def _status(self, job: str) -> Any:
        steps = self.steps[job] = self.steps[job] + (0 if self.held else 1)
        is_over = steps >= _STEPS
        points = [{"step": step, "value": 2.0 / step, **_STAMP} for step in range(1, steps + 1)]
        return {
            **_TIMES,
            "status": "cancelled"
            if job in self.cancelled
            else self.ending
            if is_over
            else "running",
            "steps_completed": steps,
            "epochs_completed": 1 if is_over else 0,
            "percentage_done": 100.0 * steps / _STEPS,
            "elapsed_time": 2.0 * steps,
            "metrics": {
                "keys": ["train_loss", "val_loss"],
                "metrics": {"train_loss": points, "val_loss": []},
            },
        }


_STAMP = {"timestamp": "2026-01-01T00:00:00.000000"}
_TIMES = {"created_at": _STAMP["timestamp"], "updated_at": _STAMP["timestamp"]}


@asynccontextmanager
async def nemo_customizer(server: NemoCustomizer) -> AsyncGenerator[str, None]:
    """Serve it, and yield its address."""
    async with rest_server(server.answer) as url:
        yield url
