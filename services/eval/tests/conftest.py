"""A whole eval service in this process, over the files of a test."""

import asyncio
import os
import shutil
from types import SimpleNamespace

import psycopg
import pytest

from fleet.eval.v1.operations import (
    DatasetIoServiceClient,
    DatasetServiceClient,
    ScoringServiceClient,
)
from fleet_eval.__main__ import services
from fleet_eval.config import SCHEMA, ServiceConfig
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.config import validate
from fleet_runtime.serve import serving
from fleet_runtime.store import DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.agents_files import Files
from fleet_testing.files import serving as serving_files
from fleet_testing.inference_process import running_postgres
from fleet_testing.judging_models import JudgingModels, judging_models
from fleet_testing.rest_face import RestFace


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
