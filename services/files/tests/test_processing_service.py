"""Cutting files into chunks, at once and in the background, and reading kept ones."""

import asyncio
import time

import msgspec
import pytest

from fleet.files.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError

pytestmark = pytest.mark.slow

PATIENCE = 60.0
TEXT = "# Animals\n\nThe okapi is a shy animal.\n\n# Plants\n\nThe baobab is a tree.\n"
STATIC = m.ChunkingStrategy(
    type="static", static=m.StaticChunking(max_chunk_size_tokens=100, chunk_overlap_tokens=0)
)


def ask(filename="animals.md", content=TEXT, **fields):
    return m.ProcessFileRequest(filename=filename, content_type="", file=content.encode(), **fields)


async def process(service, **fields):
    return await service.processors.process_file(ask(**fields), Call("/m"))


async def begin(service, **fields):
    return await service.processors.create_process_file_job(ask(**fields), Call("/m"))


async def listed(service, **fields):
    request = m.ListProcessFileJobsRequest(**fields)
    return await service.processors.list_process_file_jobs(request, Call("/m"))


async def cancel(service, job_id):
    request = m.CancelProcessFileJobRequest(job_id=job_id)
    return await service.processors.cancel_process_file_job(request, Call("/m"))


async def ended(service, job_id):
    """Return a job when it has ended."""
    end = time.monotonic() + PATIENCE
    while True:
        job = await service.job(job_id)
        if job.status not in ("scheduled", "in_progress"):
            return job
        assert time.monotonic() < end, job.status
        await asyncio.sleep(0.02)


def texts(processed):
    return [chunk.content for chunk in processed.chunks]


async def test_a_file_that_is_sent_becomes_chunks(service):
    """One chunk if nobody says how it is cut."""
    whole = await process(service)
    said = msgspec.json.decode(whole.metadata)

    assert 1 == len(whole.chunks)
    assert "okapi" in whole.chunks[0].content
    assert "baobab" in whole.chunks[0].content
    assert ("inline::auto", "animals.md", 1) == (
        said["processor"],
        said["filename"],
        said["chunk_count"],
    )


async def test_a_kept_file_becomes_chunks_that_name_it(service):
    """Citations lead back to the file."""
    kept = await service.upload(TEXT.encode(), "animals.md")
    made = await process(
        service, filename="", content="", file_id=kept.id, chunking_strategy=STATIC
    )

    assert {kept.id} == {chunk.chunk_metadata.document_id for chunk in made.chunks}
    assert "okapi" in texts(made)[0]


async def test_a_request_names_one_file(service):
    """Two would be a guess, and none nothing."""
    kept = await service.upload(TEXT.encode(), "animals.md")
    for make in (process, begin):
        with pytest.raises(FleetError) as both:
            await make(service, file_id=kept.id)
        with pytest.raises(FleetError) as absent:
            await make(service, filename="", content="", file_id="file-none")

        assert (400, "two_files") == (both.value.status, both.value.code)
        assert (404, "file_not_found") == (absent.value.status, absent.value.code)


async def test_what_cannot_be_is_refused_at_once(service, folder, until):
    """Not in a job that fails later."""
    wrong = m.ChunkingStrategy(
        type="static", static=m.StaticChunking(max_chunk_size_tokens=100, chunk_overlap_tokens=99)
    )
    for make in (process, begin):
        with pytest.raises(FleetError) as sizes:
            await make(service, chunking_strategy=wrong)
        with pytest.raises(FleetError) as options:
            await make(service, options=msgspec.Raw(b"[1]"))

        assert (400, "invalid_chunking_strategy") == (sizes.value.status, sizes.value.code)
        assert (400, "invalid_options") == (options.value.status, options.value.code)
    await until(lambda: not list(folder.iterdir()))


async def test_what_cannot_be_read_says_why(service):
    """By the reason that the contract names."""
    with pytest.raises(FleetError) as caught:
        await process(service, filename="a.pdf", content="%PDF-1.7 and nothing more")

    assert (400, "broken_file") == (caught.value.status, caught.value.code)


async def test_a_job_does_the_same_in_the_background(service, folder, until):
    """And keeps its own copy of the file only until it is done."""
    begun = await begin(service, chunking_strategy=STATIC)
    done = await ended(service, begun.job_id)

    assert "scheduled" == begun.status
    assert ("completed", None) == (done.status, done.error)
    assert texts(await process(service, chunking_strategy=STATIC)) == texts(done.result)
    await until(lambda: not list(folder.iterdir()))


async def test_a_job_reads_a_kept_file_and_leaves_it(service, folder):
    """It is its owner's."""
    kept = await service.upload(TEXT.encode(), "animals.md")
    begun = await begin(service, filename="", content="", file_id=kept.id)
    done = await ended(service, begun.job_id)

    assert {kept.id} == {chunk.chunk_metadata.document_id for chunk in done.result.chunks}
    assert TEXT.encode() == await service.content(kept.id)


async def test_a_job_that_fails_says_why(service):
    """Once, as it would fail again."""
    begun = await begin(service, filename="a.pdf", content="%PDF-1.7 and nothing more")
    done = await ended(service, begun.job_id)

    assert ("failed", None) == (done.status, done.result)
    assert "PDF" in done.error


async def test_jobs_are_listed_newest_first_without_their_results(service):
    """Results may be large."""
    made = []
    for _ in range(3):
        made.append((await begin(service)).job_id)
        await asyncio.sleep(0.002)
    for job_id in made:
        await ended(service, job_id)
    first = await listed(service, limit=2)
    second = await listed(service, limit=2, after=first.data[-1].job_id)

    assert (made[:0:-1], True) == ([job.job_id for job in first.data], first.has_more)
    assert (made[:1], False) == ([job.job_id for job in second.data], second.has_more)
    assert [None, None] == [job.result for job in first.data]


async def test_a_job_can_be_cancelled(replica, settings, folder, until):
    """What nobody has begun is never begun; its file goes."""
    async with replica(settings(jobs={"in_flight": 1})) as service:
        many = [await begin(service, content=f"{TEXT}{number}") for number in range(12)]
        gone = await cancel(service, many[-1].job_id)

        assert "cancelled" == gone.status
        for each in many[:-1]:
            assert "completed" == (await ended(service, each.job_id)).status
        assert "cancelled" == (await service.job(many[-1].job_id)).status
        await until(lambda: not list(folder.iterdir()))


async def test_a_job_that_has_ended_stays_as_it_is(service):
    """Cancelling it comes too late."""
    begun = await begin(service)
    done = await ended(service, begun.job_id)

    assert done == await cancel(service, begun.job_id)


async def test_an_unknown_job_is_not_found(service):
    """To get or to cancel."""
    for ask_for in (service.job, lambda job_id: cancel(service, job_id)):
        with pytest.raises(FleetError) as caught:
            await ask_for("job-none")

        assert (404, "job_not_found") == (caught.value.status, caught.value.code)


async def test_old_jobs_are_forgotten(replica, settings):
    """Their results would fill the database."""
    async with replica(settings(jobs={"keep_seconds": 1})) as service:
        begun = await begin(service)
        end = time.monotonic() + PATIENCE
        while (await listed(service)).data:
            assert time.monotonic() < end
            await asyncio.sleep(0.05)

        with pytest.raises(FleetError, match=begun.job_id):
            await service.job(begun.job_id)


async def test_services_read_a_kept_file_block_by_block(service):
    """They cut it themselves."""
    kept = await service.upload(TEXT.encode(), "animals.md")
    request = m.ParseFileRequest(file_id=kept.id)
    blocks = [b async for b in service.processors.parse_file(request, Call("/m"))]

    assert [("heading", ["Animals"]), ("text", ["Animals"])] == [
        (block.kind, block.headings) for block in blocks[:2]
    ]
    assert "The okapi is a shy animal." == blocks[1].text


async def test_a_file_that_is_not_there_is_not_parsed(service):
    """Not found, before anything is read."""
    request = m.ParseFileRequest(file_id="file-none")
    with pytest.raises(FleetError) as caught:
        await anext(service.processors.parse_file(request, Call("/m")))

    assert (404, "file_not_found") == (caught.value.status, caught.value.code)
