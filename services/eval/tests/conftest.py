"""A whole eval service in this process, over the files of a test."""

import asyncio
import os
import shutil
import time
from contextlib import asynccontextmanager
from types import SimpleNamespace

import psycopg
import pytest

from fleet.eval.v1 import messages as m
from fleet.eval.v1.operations import (
    BenchmarkServiceClient,
    DatasetIoServiceClient,
    DatasetServiceClient,
    ScoringServiceClient,
)
from fleet_eval.__main__ import services
from fleet_eval.config import SCHEMA, ServiceConfig
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.config import validate
from fleet_runtime.errors import FleetError
from fleet_runtime.serve import serving
from fleet_runtime.store import DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.agents_files import Files
from fleet_testing.eval_neighbours import EvalNeighbours, running
from fleet_testing.files import serving as serving_files
from fleet_testing.inference_process import inference_process, running_postgres
from fleet_testing.judging_models import JudgingModels, judging_models
from fleet_testing.rest_face import RestFace

BENCHMARKS = "/v1alpha/eval/benchmarks"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """Where a Postgres server is."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


async def migrated(url):
    await bring_up_to_date(DatabaseConfig(url=url), SCHEMA, "fleet_eval.migrations")


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    """A file of SQLite with our tables."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite"
    asyncio.run(migrated(f"sqlite:///{path}"))
    return path


@pytest.fixture
async def database_url(request, tmp_path, empty):
    """Where a database with our tables is: SQLite, or what a test asks for."""
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copy(empty, tmp_path / "test.sqlite")
        return f"sqlite:///{tmp_path}/test.sqlite"
    url = request.getfixturevalue("postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    await migrated(url)
    return url


@pytest.fixture
def folder(tmp_path):
    """The folder of `lsfs://`."""
    folder = tmp_path / "rows"
    folder.mkdir()
    return folder


@pytest.fixture
def web():
    """A server of files on this machine."""
    with serving_files({}) as server:
        yield server


@pytest.fixture
async def kept_files(monkeypatch):
    """A files service."""
    files = Files()
    async with serving(files.services()) as address:
        monkeypatch.setenv("FLEET_ADDRESSES", f"files={address}")
        yield files


@pytest.fixture
def settings(database_url, folder):
    """What the service's config holds."""
    local = {"folder": str(folder), "fetch": {"allowed": ["127.0.0.1"]}}
    return {
        "datasetio": [{"id": "localfs", "type": "inline::localfs", "config": local}],
        "store": {"database": {"url": database_url}},
    }


@pytest.fixture
async def channel(settings, kept_files, models):
    """A channel to the service."""
    async with services(validate(ServiceConfig, settings)) as bound, serving(bound) as address:
        channel = Channel("eval", at=address)
        yield channel
        await channel.aclose()


@pytest.fixture
def typed(channel):
    """The service as other services call it."""
    return SimpleNamespace(
        datasets=DatasetServiceClient(channel),
        rows=DatasetIoServiceClient(channel),
        scoring=ScoringServiceClient(channel),
    )


@pytest.fixture
def rest(channel):
    """The service as REST callers see it."""
    return SimpleNamespace(
        datasets=RestFace(channel.grpc, "fleet.eval.v1.DatasetService"),
        rows=RestFace(channel.grpc, "fleet.eval.v1.DatasetIoService"),
        scoring=RestFace(channel.grpc, "fleet.eval.v1.ScoringService"),
        functions=RestFace(channel.grpc, "fleet.eval.v1.ScoringFunctionService"),
    )


@pytest.fixture
def known(rest):
    """Registers a dataset by REST, and returns its name."""

    async def register(source, name="some/rows", **more):
        source = {"type": "uri", "uri": source} if isinstance(source, str) else source
        asked = {"purpose": "eval/question-answer", "source": source, "dataset_id": name, **more}
        answer = await rest.datasets("RegisterDataset", "/v1beta/datasets", asked)
        assert answer.error is None, answer.error
        return answer.json["identifier"]

    return register


@pytest.fixture
def page(rest):
    """Reads a page by REST; returns an answer with its `json` or `error`."""

    async def read(name="some/rows", query=""):
        return await rest.rows("IterRows", f"/v1beta/datasetio/iterrows/{name}{query}")

    return read


@pytest.fixture
def every_row(page):
    """Reads all rows by REST, page after page, and returns them with the number of pages."""

    async def read(name="some/rows", limit=2):
        found, query, pages = [], f"?limit={limit}", 0
        while True:
            answer = await page(name, query)
            assert answer.error is None, answer.error
            found += answer.json["data"]
            pages += 1
            if not answer.json["has_more"]:
                return found, pages
            query = f"?limit={limit}&cursor={answer.json['next_cursor']}"

    return read


@pytest.fixture
def call():
    """A call to be made."""
    return Call("/test")


@pytest.fixture
async def models(monkeypatch, kept_files):
    """Models that judge, beside the files."""
    models = JudgingModels()
    async with judging_models(models) as address:
        monkeypatch.setenv(
            "FLEET_ADDRESSES", f"{os.environ['FLEET_ADDRESSES']},inference={address}"
        )
        yield models


@pytest.fixture
def score(rest):
    """Scores rows by REST; returns the answer."""

    async def ask(rows, **functions):
        asked = {"input_rows": rows, "scoring_functions": functions}
        return await rest.scoring("Score", "/v1/scoring/score", asked)

    return ask


@pytest.fixture
def scored(score):
    """Scores rows by one function by REST; returns the scores and the aggregations."""

    async def ask(rows, function, params=None):
        answer = await score(rows, **{function: params})
        assert answer.error is None, answer.error
        result = answer.json["results"][function]
        return [row["score"] for row in result["score_rows"]], result["aggregated_results"]

    return ask


class Evals:
    """A service, as REST callers see its benchmarks and their runs."""

    def __init__(self, channel):
        self.typed = BenchmarkServiceClient(channel)
        self.benchmarks = RestFace(channel.grpc, "fleet.eval.v1.BenchmarkService")
        self.jobs = RestFace(channel.grpc, "fleet.eval.v1.EvalService")
        self.reports = RestFace(channel.grpc, "fleet.eval.v1.EvalReportService")
        self.datasets = RestFace(channel.grpc, "fleet.eval.v1.DatasetService")

    async def register(self, rows, functions=("basic::equality",), name="ours", **more):
        """Register a benchmark over rows."""
        asked = {
            "purpose": "eval/question-answer",
            "source": {"type": "rows", "rows": rows},
            "dataset_id": f"{name}-rows",
        }
        assert (await self.datasets("RegisterDataset", "/v1beta/datasets", asked)).error is None
        benchmark = {
            "benchmark_id": name,
            "dataset_id": f"{name}-rows",
            "scoring_functions": list(functions),
            **more,
        }
        made = await self.benchmarks("RegisterBenchmark", BENCHMARKS, benchmark)
        assert made.error is None, made.error
        return name

    async def begin(self, name="ours", candidate=None, **config):
        """Begin to run a benchmark; return the answer."""
        candidate = candidate or {"type": "model", "model": "chat", "sampling_params": {}}
        asked = {"benchmark_config": {"eval_candidate": candidate, **config}}
        return await self.jobs("RunEval", f"{BENCHMARKS}/{name}/jobs", asked)

    async def run(self, name="ours", candidate=None, **config):
        """Return a job when it has ended."""
        begun = await self.begin(name, candidate, **config)
        assert begun.error is None, begun.error
        return await self.ended(begun.json["job_id"], name)

    async def job(self, job_id, name="ours"):
        """Return how far a job is."""
        return (await self.jobs("GetEvalJob", f"{BENCHMARKS}/{name}/jobs/{job_id}")).json

    async def ended(self, job_id, name="ours", seconds=60.0):
        """Return a job when it has ended."""
        end = time.monotonic() + seconds
        while (job := await self.job(job_id, name))["status"] in ("scheduled", "in_progress"):
            assert time.monotonic() < end, job
            await asyncio.sleep(0.02)
        return job

    async def result(self, job_id, name="ours"):
        """Return the answer with all that came of a job."""
        return await self.jobs("GetEvalResult", f"{BENCHMARKS}/{name}/jobs/{job_id}/result")

    async def report(self, job_id, query="", name="ours", method="GetEvalReport"):
        """Return the answer with a report, or what is below it."""
        return await self.reports(method, f"{BENCHMARKS}/{name}/jobs/{job_id}/{query}")

    async def answers(self):
        """Wait until the service can be reached."""
        end = time.monotonic() + 60.0
        while True:
            try:
                return await self.typed.list_benchmarks(m.ListBenchmarksRequest(), Call("/test"))
            except FleetError:
                assert time.monotonic() < end
                await asyncio.sleep(0.05)


@pytest.fixture
async def neighbours(monkeypatch):
    """Models and agents that answer rows."""
    neighbours = EvalNeighbours()
    async with running(neighbours) as addresses:
        monkeypatch.setenv("FLEET_ADDRESSES", addresses)
        yield neighbours


@pytest.fixture
def starts(settings, neighbours):
    """Return what starts a service, before models and agents that repeat what they are told."""

    @asynccontextmanager
    async def starts():
        async with services(validate(ServiceConfig, settings)) as bound, serving(bound) as address:
            channel = Channel("eval", at=address)
            yield Evals(channel)
            await channel.aclose()

    return starts


@pytest.fixture
async def evals(starts):
    """A service that runs."""
    async with starts() as evals:
        yield evals


@pytest.fixture
def dying(settings, neighbours, tmp_path, monkeypatch):
    """Return what starts a service in a process of its own, which can be killed, for as long as a block runs."""

    @asynccontextmanager
    async def dying():
        monkeypatch.setenv("FLEET_LOG_LEVEL", "warning")
        with inference_process(settings, tmp_path, package="fleet_eval") as process:
            channel = Channel("eval", at=process.address)
            evals = Evals(channel)
            await evals.answers()
            yield process, evals
            await channel.aclose()

    return dying
