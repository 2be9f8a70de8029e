"""The Files API: what is kept, for how long, and what is seen of it."""

import asyncio
import re
import time

import pytest

from fleet.files.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError

pytestmark = pytest.mark.slow


def names(found):
    return [file.filename for file in found.data]


async def test_a_file_comes_back_as_it_was(service):
    """The plainest use there is."""
    made = await service.upload(b"x" * 1_000_000 + b"end", "notes.md", "user_data")
    got = await service.get(made.id)

    assert re.fullmatch("file-[0-9a-f]{32}", made.id)
    assert made == got
    assert (1_000_003, "notes.md", "user_data", "processed") == (
        made.bytes,
        made.filename,
        made.purpose,
        made.status,
    )
    assert b"x" * 1_000_000 + b"end" == await service.content(made.id)


async def test_an_empty_file_is_one(service):
    """Some programs write them."""
    made = await service.upload(b"")

    assert 0 == made.bytes
    assert b"" == await service.content(made.id)


@pytest.mark.parametrize(
    ("filename", "claimed", "told"),
    [
        ("a.pdf", "", "application/pdf"),
        ("a.pdf", "application/octet-stream", "application/pdf"),
        ("a.bin", "text/csv", "text/csv"),
        ("a", "", "application/octet-stream"),
    ],
)
async def test_a_download_says_what_it_is(service, filename, claimed, told):
    """What nobody said is guessed by the name."""
    made = await service.upload(b"x", filename, content_type=claimed)
    first = await anext(service.download(made.id))

    assert (told, filename) == (first.content_type, first.filename)


@pytest.mark.parametrize(
    ("sent", "kept"), [("C:\\docs\\a.txt", "a.txt"), ("../../etc/passwd", "passwd"), ("", "upload")]
)
async def test_names_are_no_paths(service, sent, kept):
    """They end up in people's folders."""
    assert kept == (await service.upload(filename=sent)).filename


async def test_lists_are_pages_newest_first(service):
    """By a cursor, so that nothing comes twice."""
    for number in range(5):
        await service.upload(filename=f"{number}.txt")
        await asyncio.sleep(0.002)
    first = await service.list(limit=2)
    second = await service.list(limit=2, after=first.last_id)
    last = await service.list(limit=2, after=second.last_id)

    assert ["4.txt", "3.txt"] == names(first)
    assert (first.data[0].id, first.data[1].id, True) == (
        first.first_id,
        first.last_id,
        first.has_more,
    )
    assert ["2.txt", "1.txt"] == names(second)
    assert (["0.txt"], False) == (names(last), last.has_more)
    assert ["0.txt", "1.txt"] == names(await service.list(limit=2, order="asc"))
    assert 5 == len((await service.list()).data)


async def test_lists_are_of_one_purpose(service):
    """And an empty one has no ids."""
    await service.upload(filename="a.jsonl", purpose="batch")
    await service.upload(filename="b.txt", purpose="vision")
    nothing = await service.list(purpose="evals")

    assert ["a.jsonl"] == names(await service.list(purpose="batch"))
    assert ([], "", "", False) == (
        nothing.data,
        nothing.first_id,
        nothing.last_id,
        nothing.has_more,
    )


@pytest.mark.parametrize("verb", ["get", "delete", "content"])
async def test_a_file_that_is_not_there_is_not_found(service, verb):
    """By OpenAI's status."""
    with pytest.raises(FleetError, match="file-none") as caught:
        await getattr(service, verb)("file-none")

    assert (404, "file_not_found") == (caught.value.status, caught.value.code)


async def test_an_unknown_cursor_is_refused(service):
    """Rather than begin anew without a word."""
    with pytest.raises(FleetError) as caught:
        await service.list(after="file-none")

    assert (400, "after") == (caught.value.status, caught.value.param)


async def test_a_deleted_file_is_gone_at_once_and_its_bytes_soon(service, folder, until):
    """Whoever deletes a file means it."""
    made = await service.upload()
    gone = await service.delete(made.id)

    assert (made.id, True) == (gone.id, gone.deleted)
    with pytest.raises(FleetError, match=made.id):
        await service.get(made.id)
    await until(lambda: not list(folder.iterdir()))


@pytest.mark.parametrize(("purpose", "days"), [("assistants", 365), ("batch", 30)])
async def test_files_expire_as_their_purpose_has_it(service, purpose, days):
    """As with Llama Stack."""
    made = await service.upload(filename="a.jsonl", purpose=purpose)

    assert days * 86400 == made.expires_at - made.created_at


async def test_owners_say_when_files_expire(service):
    """As with OpenAI."""
    after = m.FileExpiresAfter(anchor="created_at", seconds=3600)
    made = await service.upload(expires_after=after)

    assert 3600 == made.expires_at - made.created_at


async def test_an_expired_file_is_as_good_as_gone_and_then_is(replica, settings, folder, until):
    """Nobody sees it any more, swept or not; then its bytes go too."""
    short = settings()
    short["providers"][0]["config"]["ttl_secs"] = 1
    short["sweep_seconds"] = 2.5
    async with replica(short) as service:
        made = await service.upload()
        await asyncio.sleep(made.expires_at + 1.0 - time.time())

        assert [] == (await service.list()).data
        with pytest.raises(FleetError, match=made.id):
            await service.content(made.id)
        await until(lambda: not list(folder.iterdir()))


async def test_two_sweepers_do_not_trouble_each_other(replica, settings, folder, until):
    """Each file is taken by one of them."""
    async with replica(settings()) as one, replica(settings()) as two:
        made = [await one.upload() for _ in range(20)]
        await asyncio.gather(*(two.delete(file.id) for file in made))
        await until(lambda: not list(folder.iterdir()))


async def test_a_file_that_is_too_large_leaves_nothing(replica, settings, folder, until):
    """And says how large one may be."""
    async with replica(settings(uploads={"max_bytes": 250_000})) as service:
        assert 250_000 == (await service.upload(b"x" * 250_000)).bytes
        with pytest.raises(FleetError, match="250000") as caught:
            await service.upload(b"x" * 250_001)

        assert (413, "file_too_large") == (caught.value.status, caught.value.code)
        assert 1 == len((await service.list()).data)
        await until(lambda: 1 == len(list(folder.iterdir())))


async def test_a_picture_is_no_batch(service, folder, until):
    """OpenAI refuses it too; nothing is kept of it."""
    with pytest.raises(FleetError, match="JSON Lines") as caught:
        await service.upload(filename="a.png", purpose="batch")

    assert (400, "invalid_file_format") == (caught.value.status, caught.value.code)
    await until(lambda: not list(folder.iterdir()))


async def test_a_damaged_file_breaks_its_download_off(service, folder):
    """Half a truth is worse than none."""
    made = await service.upload(b"x" * 1_000_000)
    (kept,) = folder.iterdir()
    kept.write_bytes(b"x" * 999_999 + b"y")

    with pytest.raises(FleetError) as caught:
        await service.content(made.id)
    assert (502, "file_damaged") == (caught.value.status, caught.value.code)


async def test_lost_bytes_are_said_to_be_lost(service, folder):
    """The row alone is no file."""
    made = await service.upload()
    (kept,) = folder.iterdir()
    kept.unlink()

    with pytest.raises(FleetError) as caught:
        await service.content(made.id)
    assert (404, "file_content_missing") == (caught.value.status, caught.value.code)


async def test_an_upload_that_stalls_ends(replica, settings, folder, until):
    """It would hold its place for ever, and its bytes."""

    async def stalling():
        yield b"half"
        await asyncio.sleep(60)

    request = m.UploadFileRequest(filename="a", content_type="", file=b"", purpose="vision")
    async with replica(settings(uploads={"seconds": 0.5})) as service:
        call = service.files.upload_file(request, Call("/m"), stalling())
        with pytest.raises(FleetError) as caught:
            await asyncio.wait_for(call, 20)

        assert "upload_too_slow" == caught.value.code
        await until(lambda: not list(folder.iterdir()))
        assert [] == (await service.list()).data


async def test_a_caller_who_leaves_leaves_nothing(service, folder, until):
    """Half a file would else look whole."""

    async def stalling():
        yield b"half" * 100_000
        await asyncio.sleep(60)

    request = m.UploadFileRequest(filename="a", content_type="", file=b"", purpose="vision")
    task = asyncio.create_task(service.files.upload_file(request, Call("/m"), stalling()))
    await until(lambda: any(file.stat().st_size for file in folder.iterdir()))
    task.cancel()
    await asyncio.wait([task])

    await until(lambda: not list(folder.iterdir()))
    assert [] == (await service.list()).data
