"""`remote::nvidia`: NVIDIA NeMo Evaluator runs its own evaluations of models that it reaches.

Format: version 1 of https://docs.nvidia.com/nemo/microservices/latest/evaluate/evaluation-jobs/index.html
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from pydantic import AliasChoices, Field, PositiveFloat

from fleet_eval.benchmarks.provider import Desk, Evaluation, Results
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_upstream.client import HttpClient
from fleet_upstream.json_api import JSON
from fleet_upstream.keys import Keys
from fleet_upstream.refusals import refusal
from fleet_upstream.settings import UpstreamConfig

_DONE = (200, 201, 202, 204)
_NONE = 404
_THERE = 409
_CONFIGS = "v1/evaluation/configs"
_JOBS = "v1/evaluation/jobs"
_GOES_ON = ("created", "pending", "running", "cancelling")
_COMPLETED = "completed"


class _Job(msgspec.Struct):
    """A job of theirs."""

    id: str
    status: str = "created"
    status_details: dict[str, Any] | None = None


class Nvidia:
    """A benchmark is one of its configurations, whose fields are the benchmark's metadata.

    They say what the task is, its dataset, how many of its rows are asked, and how the model chooses tokens: of a
    candidate only the name of the model counts. Callers may bring their own `nvidia_api_key`. A process that dies in
    the moment between the beginning of a job there and the note of it leaves one that nobody looks at.
    """

    class Config(UpstreamConfig):
        """Where it is."""

        base_url: str | Secret = Field(
            default="http://0.0.0.0:7331",
            validation_alias=AliasChoices("base_url", "evaluator_url"),
        )
        """Where it is."""
        namespace: str = "nvidia"
        """The namespace of its configurations."""
        poll_seconds: PositiveFloat = 5.0
        """Between two looks at how far a job is."""

    scores_itself = True

    def __init__(self, config: Config) -> None:
        self._config = config
        self._keys = Keys(config.api_key, "nvidia_api_key")
        self._client = HttpClient(config)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def register(self, benchmark: str, metadata: bytes, call: Call) -> None:
        """Create the configuration. One that is there already is as good."""
        fields: dict[str, Any] = msgspec.json.decode(metadata)
        told = {"namespace": self._config.namespace, "name": benchmark} | fields
        await self._asked("POST", _CONFIGS, told, call, as_good=_THERE)

    async def unregister(self, benchmark: str, call: Call) -> None:
        """Delete the configuration."""
        path = f"{_CONFIGS}/{quote(self._config.namespace, safe='')}/{quote(benchmark, safe='')}"
        await self._asked("DELETE", path, None, call, as_good=_NONE)

    def check(self, evaluation: Evaluation) -> None:
        config = evaluation.config
        if config.eval_candidate.type != "model" or config.eval_candidate.model is None:
            raise _wrong("NeMo Evaluator evaluates models only.", "eval_candidate.type")
        if config.eval_candidate.system_message is not None:
            raise _wrong("NeMo Evaluator takes no system message.", "eval_candidate.system_message")
        if config.num_examples is not None:
            raise _wrong(
                "How many rows are asked is said in the benchmark's metadata, by 'params.limit_samples'.",
                "num_examples",
            )

    async def run(self, evaluation: Evaluation, desk: Desk, call: Call) -> Results:
        """Begin a job there, unless one is begun, and wait until it has ended.

        Raises:
            UpstreamFailed: It failed, or was cancelled there.
            FleetError: NeMo Evaluator refuses it, or is away.
        """
        if desk.mark is None:
            await desk.note(await self._begun(evaluation, call))
        job_id = desk.mark or ""
        job = await self._ended(job_id, call)
        if job.status != _COMPLETED:
            why = (job.status_details or {}).get("message") or "it says nothing more"
            raise UpstreamFailed(
                f"The job '{job_id}' of NeMo Evaluator is {job.status}: {why}.",
                status=500,
                code="evaluation_failed",
            )
        body = await self._asked("GET", f"{_JOBS}/{quote(job_id, safe='')}/results", None, call)
        try:
            found = msgspec.json.decode(body, type=dict[str, Any])
        except msgspec.DecodeError:
            raise _garbage() from None
        return {evaluation.benchmark_id: found} | _numbers(found)

    async def cancel(self, evaluation: Evaluation, mark: str | None, call: Call) -> None:
        """Cancel the job there, if one is begun."""
        del evaluation
        if mark is not None:
            await self._asked(
                "POST", f"{_JOBS}/{quote(mark, safe='')}/cancel", {}, call, as_good=_NONE
            )

    async def _begun(self, evaluation: Evaluation, call: Call) -> str:
        told = {
            "config": f"{self._config.namespace}/{evaluation.benchmark}",
            "target": {"type": "model", "model": evaluation.config.eval_candidate.model},
        }
        return _read(await self._asked("POST", _JOBS, told, call)).id

    async def _ended(self, job_id: str, call: Call) -> _Job:
        """Return a job once it has ended."""
        while True:
            job = await self._job(job_id, call)
            if job.status not in _GOES_ON:
                return job
            await asyncio.sleep(self._config.poll_seconds)

    async def _job(self, job_id: str, call: Call) -> _Job:
        return _read(await self._asked("GET", f"{_JOBS}/{quote(job_id, safe='')}", None, call))

    async def _asked(
        self,
        verb: str,
        path: str,
        told: Mapping[str, Any] | None,
        call: Call,
        as_good: int | None = None,
    ) -> bytes:
        """Return what NeMo Evaluator answers; the status `as_good` means that it was so already."""
        key = self._keys.of(call)
        headers = {"authorization": f"Bearer {key.text}"} if key.text else {}
        body = None if told is None else msgspec.json.encode(told)
        if body is not None:
            headers["content-type"] = JSON
        url = self._client.base / path
        exchange = self._client.exchange(verb, url, headers, body, call.seconds_left())
        async with exchange as answer:
            content = await answer.read()
            if answer.status not in _DONE and answer.status != as_good:
                raise refusal(answer.status, content, answer.headers, key)
        return content


def _read(body: bytes) -> _Job:
    try:
        return msgspec.json.decode(body, type=_Job)
    except msgspec.DecodeError:
        raise _garbage() from None


def _numbers(found: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the scores of all tasks and groups as reports read them: numbers by `metric/score`, by their names."""
    told: dict[str, dict[str, Any]] = {}
    for kind in ("tasks", "groups"):
        for name, task in (found.get(kind) or {}).items():
            made = told.setdefault(name, {})
            for metric, each in (task.get("metrics") or {}).items():
                for score, value in (each.get("scores") or {}).items():
                    label = f"{metric}/{score}"
                    made[label] = {label: value.get("value")}
    return told


def _garbage() -> UpstreamFailed:
    return UpstreamFailed(
        "NeMo Evaluator answered with what cannot be read.", status=502, code="bad_answer"
    )


def _wrong(message: str, field: str) -> InvalidArgument:
    return InvalidArgument(message, code="invalid_value", param=f"benchmark_config.{field}")
