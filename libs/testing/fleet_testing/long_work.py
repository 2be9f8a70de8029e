"""A fake gateway of a fleet that has batches, datasets, evaluations and training jobs, for those who watch them.

It speaks the REST paths of `openapi.json`, with the contract's own messages. Jobs go on by a step each time somebody
looks, so that a test decides how long they take; `vanish` has the gateway away for a while.

with LongWork() as fleet:
    fleet.batches["batch_1"] = fleet.batch("batch_1", total=3)
    …
"""

import json
import re
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from fleet.batches.v1 import messages as b
from fleet.eval.v1 import messages as e
from fleet.files.v1 import messages as f
from fleet.post_training.v1 import messages as t

Answer: TypeAlias = Any
Look: TypeAlias = Callable[[], None]

_NOW = 1_700_000_000
_TIME = "2026-01-31T12:00:00.000Z"
_STEPS = 4


class Refused(Exception):
    """What is asked for is refused, in OpenAI's envelope."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class LongWork:
    """The gateway. All of its state may be looked at, and changed between calls.

    Attributes:
        files: Contents by id.
        batches: Batches by id; one goes on by a line each time it is looked at.
        datasets: Datasets by name.
        rows: Rows by the name of their dataset, each as JSON.
        runs: Jobs of the benchmark `b1` by id, oldest first; one goes on by a row each time it is looked at.
        jobs: Training jobs by name; one goes on by a step each time it is looked at.
        bodies: What was posted as JSON, with its path.
        key: The token that callers must have, if any.
        fails: Whether jobs fail at their last step.
        on_look: Called each time a job is looked at that goes on.
        refusals: Status codes with which the next calls are answered.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, b.Batch] = {}
        self.datasets: dict[str, e.Dataset] = {}
        self.rows: dict[str, list[bytes]] = {}
        self.runs: dict[str, e.EvalJob] = {}
        self.jobs: dict[str, t.PostTrainingJobStatus] = {}
        self.bodies: list[tuple[str, Any]] = []
        self.key: str | None = None
        self.fails = False
        self.on_look: Look = lambda: None
        self.refusals: list[int] = []
        self._server = self._listen(0)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._away: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._away:
            self._away.join()
        self._server.shutdown()
        self._server.server_close()

    def vanish(self, seconds: float) -> None:
        """Refuse connections for some time from now on."""
        self._away = threading.Thread(target=self._vanish, args=(seconds,))
        self._away.start()

    def page(self, name: str, start: int, limit: int) -> e.RowsPage:
        """Return rows of a dataset: two at most, as a service has bounds of its own."""
        end = start + (min(limit, 2) if limit > 0 else 2)
        has_more = end < len(self.rows[name])
        data = [msgspec.Raw(row) for row in self.rows[name][start:end]]
        return e.RowsPage(data=data, has_more=has_more, next_cursor=str(end) if has_more else None)

    def _listen(self, port: int) -> ThreadingHTTPServer:
        fleet = self

        class Handler(_Handler):
            work = fleet

        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        return server

    def _vanish(self, seconds: float) -> None:
        port = self._server.server_address[1]
        self._server.shutdown()
        self._server.server_close()
        time.sleep(seconds)
        self._server = self._listen(port)


class _Handler(BaseHTTPRequestHandler):
    """Answers calls, each over a connection of its own."""

    work: ClassVar[LongWork]

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the base
        """Say nothing."""

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length", 0)))
        status = HTTPStatus.OK
        try:
            self._check()
            answer = self._do(content)
        except Refused as error:
            status = HTTPStatus(error.status)
            answer = {"error": {"message": str(error), "type": "error", "code": None}}
        body = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _check(self) -> None:
        if self.work.refusals:
            raise Refused(self.work.refusals.pop(0), "upstream connect error")
        key = self.work.key
        if key and self.headers.get("authorization") != f"Bearer {key}":
            raise Refused(401, "No token came with the request.")

    def _do(self, content: bytes) -> Answer:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        for verb, pattern, operation in _OPERATIONS:
            found = re.fullmatch(pattern, parts.path)
            if verb == self.command and found:
                body: Any = content
                if content and self.headers.get_content_type() == "application/json":
                    body = json.loads(content)
                    self.work.bodies.append((parts.path, body))
                return operation(self.work, *map(unquote, found.groups()), body=body, query=query)
        raise Refused(404, f"there is nothing at {parts.path}")


def _upload(work: LongWork, body: bytes, **_: Any) -> Answer:
    form = re.fullmatch(
        rb'--(.+)\r\n.*name="purpose"\r\n\r\n([a-z-]+)\r\n--\1\r\n.*filename="([^"]+)"\r\n.*?\r\n\r\n(.*)\r\n--\1--\r\n',
        body,
        re.DOTALL,
    )
    if form is None:
        raise Refused(400, "The form is broken.")
    file_id = f"file-{len(work.files)}"
    work.files[file_id] = form[4]
    return f.File(
        id=file_id,
        bytes=len(form[4]),
        created_at=_NOW,
        filename=form[3].decode(),
        purpose=form[2].decode(),
        status="processed",
    )


def _content(work: LongWork, file_id: str, **_: Any) -> Answer:
    return work.files[file_id]


def _create_batch(work: LongWork, body: Any, **_: Any) -> Answer:
    asked = msgspec.convert(body, b.CreateBatchRequest)
    lines = work.files[asked.input_file_id].splitlines()
    batch = b.Batch(
        id=f"batch_{len(work.batches)}",
        endpoint=asked.endpoint,
        input_file_id=asked.input_file_id,
        completion_window=asked.completion_window,
        status="validating",
        created_at=_NOW,
        request_counts=b.BatchRequestCounts(total=len(lines), completed=0, failed=0),
        usage=b.BatchUsage(
            input_tokens=0,
            input_tokens_details=b.BatchInputTokensDetails(cached_tokens=0),
            output_tokens=0,
            output_tokens_details=b.BatchOutputTokensDetails(reasoning_tokens=0),
            total_tokens=0,
        ),
    )
    work.batches[batch.id] = batch
    return batch


def _get_batch(work: LongWork, batch_id: str, **_: Any) -> Answer:
    if batch_id not in work.batches:
        raise Refused(404, f"There is no batch {batch_id!r}.")
    batch = work.batches[batch_id]
    counts = batch.request_counts
    if batch.status not in ("validating", "in_progress"):
        return batch
    work.on_look()
    batch.status = "in_progress"
    counts.completed += 1
    if counts.completed == counts.total and work.fails:
        batch.status = "failed"
        wrong = b.BatchError(code="invalid_json_line", line=2, message="Line 2 is no JSON.")
        batch.errors = b.BatchErrors(data=[wrong])
    elif counts.completed == counts.total:
        batch.status, batch.output_file_id = "completed", "file-answers"
        work.files["file-answers"] = b'{"custom_id": "a"}\n'
    return batch


def _list_batches(work: LongWork, query: Any, **_: Any) -> Answer:
    found = list(reversed(work.batches.values()))
    return b.BatchList(data=found[: int(query["limit"])], has_more=False)


def _cancel_batch(work: LongWork, batch_id: str, **_: Any) -> Answer:
    batch = work.batches[batch_id]
    if batch.status == "completed":
        raise Refused(409, f"The batch {batch_id!r} has ended.")
    batch.status = "cancelling"
    return batch


def _register(work: LongWork, body: Any, **_: Any) -> Answer:
    asked = msgspec.json.decode(json.dumps(body), type=e.RegisterDatasetRequest)
    name = asked.dataset_id or "made-up"
    work.datasets[name] = e.Dataset(
        identifier=name,
        provider_id="localfs",
        purpose=asked.purpose,
        source=asked.source,
        metadata=asked.metadata or msgspec.Raw(b"{}"),
    )
    work.rows[name] = work.files.get(asked.source.uri or "", b"").splitlines()
    return work.datasets[name]


def _list_datasets(work: LongWork, **_: Any) -> Answer:
    return e.DatasetList(data=list(work.datasets.values()))


def _get_dataset(work: LongWork, name: str, **_: Any) -> Answer:
    if name not in work.datasets:
        raise Refused(404, f"There is no dataset {name!r}.")
    return work.datasets[name]


def _unregister(work: LongWork, name: str, **_: Any) -> Answer:
    _get_dataset(work, name)
    del work.datasets[name]
    return {}


def _iter_rows(work: LongWork, name: str, query: Any, **_: Any) -> Answer:
    start = int(query.get("cursor") or query.get("start_index") or 0)
    return work.page(name, start, int(query.get("limit", -1)))


def _append(work: LongWork, name: str, body: Any, **_: Any) -> Answer:
    work.rows[name] += [json.dumps(row).encode() for row in body["rows"]]
    return {}


def _benchmarks(_work: LongWork, **_: Any) -> Answer:
    one = e.Benchmark(
        identifier="b1",
        provider_id="builtin",
        dataset_id="capitals",
        scoring_functions=["basic::equality"],
        metadata=msgspec.Raw(b"{}"),
    )
    return e.BenchmarkList(data=[one])


def _run(work: LongWork, body: Any, **_: Any) -> Answer:
    config = msgspec.json.decode(json.dumps(body["benchmark_config"]), type=e.BenchmarkConfig)
    progress = e.EvalProgress(
        total=config.num_examples or 3, answered=0, cached=0, failed=0, scored=0
    )
    name = f"run{len(work.runs)}"
    work.runs[name] = e.EvalJob(job_id=name, status="scheduled", progress=progress, created_at=_NOW)
    return work.runs[name]


def _runs(work: LongWork, query: Any, **_: Any) -> Answer:
    newest = list(reversed(work.runs.values()))[: int(query["limit"])]
    return e.EvalJobList(data=newest, has_more=False)


def _get_run(work: LongWork, job_id: str, **_: Any) -> Answer:
    if job_id not in work.runs:
        raise Refused(404, f"There is no job {job_id!r}.")
    run = work.runs[job_id]
    if run.status in ("scheduled", "in_progress"):
        work.on_look()
        run.status = "in_progress"
        run.progress.answered += 1
        run.progress.scored += 1
        if run.progress.answered == run.progress.total:
            run.status = "failed" if work.fails else "completed"
            run.error = e.EvalError(message="the model is gone") if work.fails else None
    return run


def _cancel_run(work: LongWork, job_id: str, **_: Any) -> Answer:
    work.runs[job_id].status = "cancelled"
    return {}


def _interval() -> e.EvalInterval:
    return e.EvalInterval(level=0.95, lower=0.5, upper=0.9, method="wilson")


def _report(work: LongWork, job_id: str, query: Any, **_: Any) -> Answer:
    metrics = [
        e.EvalMetric(
            scoring_function="basic::equality", name="accuracy", value=0.75, interval=_interval()
        ),
        e.EvalMetric(scoring_function="basic::equality", name="median", value=None),
    ]
    groups = [e.EvalGroup(value="Europe", count=3, metrics=metrics[:1])]
    return e.EvalReport(
        job=work.runs[job_id],
        benchmark_id="b1",
        provider_id="builtin",
        dataset_id="capitals",
        benchmark_config=e.BenchmarkConfig(
            eval_candidate=e.EvalCandidate(type="model", model="chat")
        ),
        metrics=metrics,
        groups=groups if query.get("group_by") else None,
    )


def _compare(_work: LongWork, job_id: str, other: str, **_: Any) -> Answer:
    found = e.EvalDifference(
        scoring_function="basic::equality",
        count=100,
        mean=0.75,
        other_mean=0.5,
        difference=0.25,
        interval=_interval(),
        better=30,
        worse=5,
        test="mcnemar",
        p_value=0.00002,
        significant=True,
    )
    return e.EvalComparison(job_id=job_id, other_job_id=other, unmatched=2, differences=[found])


def _sft(work: LongWork, body: Any, **_: Any) -> Answer:
    return _begin(work, msgspec.json.decode(json.dumps(body), type=t.SupervisedFineTuneRequest))


def _dpo(work: LongWork, body: Any, **_: Any) -> Answer:
    return _begin(work, msgspec.json.decode(json.dumps(body), type=t.PreferenceOptimizeRequest))


def _begin(
    work: LongWork, asked: t.SupervisedFineTuneRequest | t.PreferenceOptimizeRequest
) -> Answer:
    name = asked.job_uuid
    if name in work.jobs:
        raise Refused(409, f"There is a job {name!r} already.")
    work.jobs[name] = t.PostTrainingJobStatus(
        job_uuid=name, status="scheduled", scheduled_at=_TIME, checkpoints=[]
    )
    return t.PostTrainingJob(job_uuid=name)


def _jobs(work: LongWork, **_: Any) -> Answer:
    return t.PostTrainingJobList(data=[t.PostTrainingJob(job_uuid=name) for name in work.jobs])


def _job(work: LongWork, name: str, **_: Any) -> Answer:
    if name not in work.jobs:
        raise Refused(404, f"There is no job {name!r}.")
    job = work.jobs[name]
    if job.status not in ("scheduled", "in_progress"):
        return job
    work.on_look()
    step = job.progress.step + 1 if job.progress else 1
    job.status = "in_progress"
    job.progress = t.TrainingProgress(
        step=step,
        total_steps=_STEPS,
        epoch=step / _STEPS,
        loss=2.0 / step,
        learning_rate=1e-4,
        tokens_per_second=1234.0,
        eta_seconds=61.0 * (_STEPS - step),
        attempts=1,
    )
    if step == _STEPS and work.fails:
        job.status = "failed"
        job.error = t.TrainingError(message="the row is too long", param="messages")
    elif step == _STEPS:
        job.status, job.checkpoints = "completed", _checkpoints(name)
    return job


def _checkpoints(name: str) -> list[t.Checkpoint]:
    made = []
    for identifier, loss in ((f"{name}-2", 1.1), (name, 0.6)):
        metrics = t.PostTrainingMetric(
            epoch=1, train_loss=loss, validation_loss=loss, perplexity=3.0
        )
        made.append(
            t.Checkpoint(
                identifier=identifier,
                created_at=_TIME,
                epoch=1,
                post_training_job_id=name,
                path=f"/models/{identifier}",
                training_metrics=metrics,
            )
        )
    return made


def _artifacts(work: LongWork, name: str, **_: Any) -> Answer:
    job = work.jobs[name]
    steps = range(1, job.progress.step + 1) if job.progress else ()
    curve = [t.LossPoint(step=step, epoch=step / _STEPS, loss=2.0 / step) for step in steps]
    return t.PostTrainingJobArtifacts(job_uuid=name, checkpoints=job.checkpoints, loss_curve=curve)


def _cancel_job(work: LongWork, name: str, **_: Any) -> Answer:
    work.jobs[name].status = "cancelled"
    return {}


_RUNS = "/v1alpha/eval/benchmarks/b1/jobs"
_TRAINING = "/v1alpha/post-training"
_OPERATIONS: list[tuple[str, str, Callable[..., Answer]]] = [
    ("POST", "/v1/files", _upload),
    ("GET", "/v1/files/([^/]+)/content", _content),
    ("POST", "/v1/batches", _create_batch),
    ("GET", "/v1/batches", _list_batches),
    ("GET", "/v1/batches/([^/]+)", _get_batch),
    ("POST", "/v1/batches/([^/]+)/cancel", _cancel_batch),
    ("POST", "/v1beta/datasets", _register),
    ("GET", "/v1beta/datasets", _list_datasets),
    ("GET", "/v1beta/datasets/(.+)", _get_dataset),
    ("DELETE", "/v1beta/datasets/(.+)", _unregister),
    ("GET", "/v1beta/datasetio/iterrows/(.+)", _iter_rows),
    ("POST", "/v1beta/datasetio/append-rows/(.+)", _append),
    ("GET", "/v1alpha/eval/benchmarks", _benchmarks),
    ("POST", _RUNS, _run),
    ("GET", _RUNS, _runs),
    ("GET", f"{_RUNS}/([^/]+)", _get_run),
    ("DELETE", f"{_RUNS}/([^/]+)", _cancel_run),
    ("GET", f"{_RUNS}/([^/]+)/report", _report),
    ("GET", f"{_RUNS}/([^/]+)/comparison/([^/]+)", _compare),
    ("POST", f"{_TRAINING}/supervised-fine-tune", _sft),
    ("POST", f"{_TRAINING}/preference-optimize", _dpo),
    ("GET", f"{_TRAINING}/jobs", _jobs),
    ("GET", f"{_TRAINING}/jobs/([^/]+)/status", _job),
    ("GET", f"{_TRAINING}/jobs/([^/]+)/artifacts", _artifacts),
    ("POST", f"{_TRAINING}/jobs/([^/]+)/cancel", _cancel_job),
]
