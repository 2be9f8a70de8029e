"""Services that die: what was half done leaves nothing, and what was to be done is done by another."""

import asyncio
import os
import time

import psutil
import pytest

from fleet.files.v1 import messages as m
from fleet.files.v1.operations import FileProcessorServiceClient, FileServiceClient
from fleet_files.config import SCHEMA
from fleet_files.remains import Place, Remains
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.errors import FleetError
from fleet_runtime.store import Database, DatabaseConfig
from fleet_testing.inference_process import inference_process

pytestmark = pytest.mark.slow

PATIENCE = 60.0
MEBIBYTE = 1024 * 1024
LARGE_MIB = int(os.environ.get("FLEET_LARGE_UPLOAD_MIB", "96"))
ASK = m.UploadFileRequest(filename="a.bin", content_type="", file=b"", purpose="user_data")


@pytest.fixture
def dying(settings, tmp_path):
    """Start a service in a process of its own; what is given goes into its config."""

    def dying(**more):
        return inference_process(settings(**more), tmp_path, package="fleet_files")

    return dying


async def reached(service):
    """Return a channel to a service, once it answers."""
    channel = Channel("files", at=service.address)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            await FileServiceClient(channel).list_files(m.ListFilesRequest(), Call("/m"))
        except FleetError:
            assert time.monotonic() < end
            await asyncio.sleep(0.1)
        else:
            return channel


async def test_a_service_that_dies_in_an_upload_leaves_nothing(
    dying, replica, settings, folder, until
):
    """Nothing is to be seen of the file, and in the end nothing is on the disk."""
    uploads = {"uploads": {"seconds": 2}}

    async def endless():
        for _ in range(10_000):
            yield b"x" * 100_000
            await asyncio.sleep(0.005)

    with dying(**uploads) as service:
        channel = await reached(service)
        task = asyncio.create_task(
            FileServiceClient(channel).upload_file(ASK, Call("/m"), endless())
        )
        await until(lambda: sum(file.stat().st_size for file in folder.iterdir()) > MEBIBYTE)
        service.kill()
        with pytest.raises(FleetError):
            await task
        await channel.aclose()

    (half,) = folder.iterdir()
    assert half.name.endswith(".half")
    async with replica(settings(**uploads)) as other:
        assert [] == (await other.list()).data


async def test_what_a_dead_service_left_is_removed(replica, settings, folder, until):
    """Once its upload cannot be alive any more."""
    folder.mkdir()
    left = "file-" + 32 * "a"
    (folder / f"{left}.half").write_bytes(b"half")
    url = settings()["store"]["database"]["url"]
    database = Database(DatabaseConfig(url=url), SCHEMA)
    await Remains(database).expect(Place("disk", left), 0.1)
    await database.aclose()

    async with replica(settings()):
        await until(lambda: not list(folder.iterdir()))


async def test_a_job_of_a_dead_service_is_done_by_another(dying, replica, settings, folder, until):
    """As often as it takes, and once."""
    lease = {"jobs": {"lease_seconds": 2, "in_flight": 1}}
    with dying(**lease) as service:
        channel = await reached(service)
        job = await begun(FileProcessorServiceClient(channel))
        service.kill()
        await channel.aclose()

    assert "in_progress" == job.status
    async with replica(settings(**lease)) as other:
        end = time.monotonic() + PATIENCE
        while (job := await other.job(job.job_id)).status == "in_progress":
            assert time.monotonic() < end
            await asyncio.sleep(0.05)

        assert "completed" == job.status
        assert "Paragraph 59999 " in job.result.chunks[-1].content
        await until(lambda: not list(folder.iterdir()))


async def begun(processors):
    """Return a job of some seconds, once somebody works on it."""
    text = "\n\n".join(f"Paragraph {number} of a long text." for number in range(60_000))
    static = m.StaticChunking(max_chunk_size_tokens=100, chunk_overlap_tokens=0)
    request = m.ProcessFileRequest(
        filename="a.txt",
        content_type="",
        chunking_strategy=m.ChunkingStrategy(type="static", static=static),
    )
    job = await processors.create_process_file_job(request, Call("/m"), one(text.encode()))
    end = time.monotonic() + PATIENCE
    while job.status == "scheduled":
        assert time.monotonic() < end
        request = m.GetProcessFileJobRequest(job_id=job.job_id)
        job = await processors.get_process_file_job(request, Call("/m"))
    return job


async def test_a_large_file_passes_in_little_memory(dying):
    """Ten at once must not bring the service down."""
    piece = os.urandom(MEBIBYTE)

    async def large():
        for _ in range(LARGE_MIB):
            yield piece

    with dying() as service:
        channel = await reached(service)
        files = FileServiceClient(channel)
        small = await files.upload_file(ASK, Call("/m"), one(piece))
        await drained(files, small.id)
        process = psutil.Process(service.pid)
        before, most = process.memory_info().rss, 0

        async def watch():
            nonlocal most
            while True:
                most = max(most, process.memory_info().rss)
                await asyncio.sleep(0.05)

        watching = asyncio.create_task(watch())
        made = await files.upload_file(ASK, Call("/m"), large())
        got = await drained(files, made.id)
        watching.cancel()
        await channel.aclose()

    assert LARGE_MIB * MEBIBYTE == made.bytes == got
    assert most - before < 40 * MEBIBYTE


async def one(piece):
    yield piece


async def drained(files, file_id):
    """Download a file, and return how many bytes came."""
    request = m.GetFileContentRequest(file_id=file_id)
    return sum([len(part.data) async for part in files.get_file_content(request, Call("/m"))])
