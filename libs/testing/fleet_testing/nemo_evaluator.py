"""A fake of NVIDIA NeMo Evaluator, version 1 of its API.

Format: https://docs.nvidia.com/nemo/microservices/latest/evaluate/evaluation-jobs/index.html and, for results,
https://docs.nvidia.com/nemo/microservices/latest/evaluate/evaluation-results.html
"""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fleet_testing.openai_upstream import Canned, Seen
from fleet_testing.rest_server import rest_server, said

_CONFIGS = "/v1/evaluation/configs"
_JOBS = "/v1/evaluation/jobs"


@dataclass
class NemoEvaluator:
    """The evaluator.

    Attributes:
        key: The key that it lets in. Anybody is if it is `None`.
        configs: Its configurations, by namespace and name.
        jobs: What each job was asked to do, by its id.
        status: How far all jobs are.
        details: What it says of that.
        results: What came of each.
        seen: Every request, in order.
    """

    key: str | None = None
    configs: dict[str, Any] = field(default_factory=dict)
    jobs: dict[str, Any] = field(default_factory=dict)
    status: str = "running"
    details: dict[str, Any] = field(default_factory=lambda: {"message": "", "progress": 0.0})
    results: dict[str, Any] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def answer(self, seen: Seen) -> Canned:
        """Answer a request."""
        self.seen.append(seen)
        if self.key and seen.headers.get("authorization") != f"Bearer {self.key}":
            return said({"detail": "no such key"}, 401)
        if seen.path.startswith(_CONFIGS):
            return self._config(seen)
        if seen.path == _JOBS:
            return self._begin(json.loads(seen.body))
        job_id, _, what = seen.path.removeprefix(f"{_JOBS}/").partition("/")
        if job_id not in self.jobs:
            return said({"detail": "Job not found"}, 404)
        return self._job(seen.method, job_id, what)

    def _config(self, seen: Seen) -> Canned:
        if seen.method == "POST":
            told = json.loads(seen.body)
            name = f"{told['namespace']}/{told['name']}"
            if name in self.configs:
                return said({"detail": "already exists"}, 409)
            self.configs[name] = told
            return said({"id": f"eval-config-{len(self.configs)}", **told})
        found = self.configs.pop(seen.path.removeprefix(f"{_CONFIGS}/"), None)
        return said({"message": "deleted"}) if found else said({"detail": "not found"}, 404)

    def _begin(self, told: dict[str, Any]) -> Canned:
        if told["config"] not in self.configs:
            return said({"detail": "Config not found"}, 404)
        job_id = f"eval-{len(self.jobs) + 1}"
        self.jobs[job_id] = told
        return said({"id": job_id, "status": "created", **told})

    def _job(self, method: str, job_id: str, what: str) -> Canned:
        if (method, what) == ("POST", "cancel"):
            self.status = "cancelled"
        if what == "results":
            return said({"id": f"evaluation_result-{job_id}", "job": job_id, **self.results})
        return said({"id": job_id, "status": self.status, "status_details": self.details})


@asynccontextmanager
async def nemo_evaluator(evaluator: NemoEvaluator) -> AsyncGenerator[str, None]:
    """Serve the evaluator, and yield its address."""
    async with rest_server(evaluator.answer) as address:
        yield address
