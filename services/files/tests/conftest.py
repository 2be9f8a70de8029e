"""Whole files services in this process, over a database and a folder of their own."""

import asyncio
import time
from contextlib import asynccontextmanager
from itertools import count

import psycopg
import pytest

from fleet.files.v1 import messages as m
from fleet.files.v1.operations import FileProcessorServiceClient, FileServiceClient
from fleet_files.__main__ import services
from fleet_files.config import SCHEMA, ServiceConfig
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.serve import serving
from fleet_runtime.store import DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_testing.inference_process import running_postgres

PATIENCE = 30.0


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request, tmp_path):
    """Where a database with our tables is."""
    url = f"sqlite:///{tmp_path}/test.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    await bring_up_to_date(DatabaseConfig(url=url), SCHEMA, "fleet_files.migrations")
    return url


@pytest.fixture
def folder(tmp_path):
    """Where the bytes of files are kept."""
    return tmp_path / "kept"


@pytest.fixture
def settings(url, folder):
    """Return the config of a service; what is given stands beside or in place of ours."""

    def settings(**more):
        keeper = {"id": "disk", "type": "inline::localfs", "config": {"storage_dir": str(folder)}}
        return {
            "providers": [keeper],
            "store": {"database": {"url": url}},
            "sweep_seconds": 0.2,
            **more,
        }

    return settings


class Replica:
    """A service, by its clients."""

    def __init__(self, channel):
        self.files = FileServiceClient(channel)
        self.processors = FileProcessorServiceClient(channel)

    async def upload(self, data=b"hello", filename="a.txt", purpose="assistants", **fields):
        request = m.UploadFileRequest(
            filename=filename,
            content_type=fields.pop("content_type", ""),
            file=b"",
            purpose=purpose,
            **fields,
        )
        return await self.files.upload_file(request, Call("/m"), in_pieces(data))

    async def list(self, **fields):
        return await self.files.list_files(m.ListFilesRequest(**fields), Call("/m"))

    async def get(self, file_id):
        return await self.files.get_file(m.GetFileRequest(file_id=file_id), Call("/m"))

    async def delete(self, file_id):
        return await self.files.delete_file(m.DeleteFileRequest(file_id=file_id), Call("/m"))

    def download(self, file_id):
        return self.files.get_file_content(m.GetFileContentRequest(file_id=file_id), Call("/m"))

    async def content(self, file_id):
        return b"".join([piece.data async for piece in self.download(file_id)])

    async def job(self, job_id):
        request = m.GetProcessFileJobRequest(job_id=job_id)
        return await self.processors.get_process_file_job(request, Call("/m"))


async def in_pieces(data, size=100_000):
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.fixture
def replica():
    """Run a service in this process."""

    @asynccontextmanager
    async def replica(settings):
        config = ServiceConfig.model_validate(settings)
        async with services(config) as bound, serving(bound) as address:
            channel = Channel("files", at=address)
            try:
                yield Replica(channel)
            finally:
                await channel.aclose()

    return replica


@pytest.fixture
async def service(replica, settings):
    async with replica(settings()) as service:
        yield service


@pytest.fixture
def until():
    """Wait for what another task does."""

    async def until(claim):
        end = time.monotonic() + PATIENCE
        while not claim():
            assert time.monotonic() < end
            await asyncio.sleep(0.01)

    return until


@pytest.fixture
def ids():
    return count()
