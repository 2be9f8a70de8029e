"""What every provider of files must do: each claim over each of them, with real servers."""

import asyncio
import gc
import hashlib
import tracemalloc
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import pytest

from fleet_files.incoming import new_file_id
from fleet_files.provider import About
from fleet_files.providers.localfs import LocalFS
from fleet_files.providers.openai import OpenAIFiles
from fleet_files.providers.s3 import S3
from fleet_runtime.errors import NotFound
from fleet_testing.openai_files import KEY, openai_files
from fleet_testing.s3_server import s3_server

pytestmark = pytest.mark.slow

MEBIBYTE = 1024 * 1024
PIECE = 64 * 1024


@dataclass
class Given:
    """A file that comes in, and may break off."""

    size: int = 100_000
    fails: Exception | None = None
    said: About = field(default_factory=lambda: About("a b.txt", "text/plain", "assistants"))
    id: str = field(default_factory=new_file_id)

    async def content(self):
        async for piece in made(self.size):
            yield piece
        if self.fails:
            raise self.fails

    async def about(self):
        return self.said


async def made(size):
    """Yield bytes of which no two pieces are the same."""
    for start in range(0, size, PIECE):
        seed = hashlib.sha256(str(start).encode()).digest()
        yield (seed * (PIECE // len(seed)))[: size - start]


async def digest_of(pieces):
    digest = hashlib.sha256()
    async with aclosing(pieces):
        async for piece in pieces:
            digest.update(piece)
    return digest.hexdigest()


@dataclass
class Place:
    """A provider, what is to be seen at its storage, and what was begun there and never ended."""

    provider: object
    seen: object
    halves: object


@asynccontextmanager
async def localfs(tmp_path, request):
    folder = tmp_path / "files"

    def named(half):
        return [f.name for f in folder.iterdir() if f.name.endswith(".half") is half]

    config = LocalFS.Config(storage_dir=folder)
    yield Place(LocalFS(config), lambda: named(half=False), lambda: named(half=True))


@pytest.fixture(scope="module")
def s3():
    with s3_server() as server:
        yield server


@asynccontextmanager
async def bucket(tmp_path, request):
    server, name = request.getfixturevalue("s3"), f"bucket-{new_file_id()[-12:]}"
    config = S3.Config(
        bucket_name=name,
        endpoint_url=server.url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        auto_create_bucket=True,
        key_prefix="kept/files",
    )
    yield Place(S3(config), lambda: server.objects(name), lambda: server.uploads(name))


@asynccontextmanager
async def openai(tmp_path, request):
    async with openai_files() as server:
        config = OpenAIFiles.Config(base_url=server.url, api_key=KEY)
        yield Place(OpenAIFiles(config), lambda: list(server.files), list)


@pytest.fixture(params=[localfs, bucket, openai], ids=["localfs", "s3", "openai"])
async def place(request, tmp_path):
    async with request.param(tmp_path, request) as place:
        yield place
        await place.provider.aclose()


class TestEveryProvider:
    @pytest.mark.parametrize("size", [0, 1, 100_000, 8 * MEBIBYTE, 20 * MEBIBYTE + 1])
    async def test_gives_back_what_it_was_given(self, place, size):
        """Of any size, those at the edges of parts included."""
        key = await place.provider.put(Given(size))

        assert await digest_of(made(size)) == await digest_of(place.provider.read(key))
        assert (1, []) == (len(place.seen()), place.halves())

    async def test_holds_little_of_a_large_file(self, place):
        """A service with ten uploads of 512 MB at once must live."""
        await place.provider.put(Given(PIECE))  # what is made once, is made
        gc.collect()
        tracemalloc.start()
        key = await place.provider.put(Given(60 * MEBIBYTE))
        await digest_of(place.provider.read(key))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert peak < 30 * MEBIBYTE

    @pytest.mark.parametrize("size", [1000, 20 * MEBIBYTE])
    async def test_keeps_nothing_of_what_breaks_off(self, place, size):
        """Half a file would look whole."""
        with pytest.raises(RuntimeError, match="gone"):
            await place.provider.put(Given(size, RuntimeError("the caller is gone")))

        assert ([], []) == (place.seen(), place.halves())

    async def test_keeps_nothing_of_what_is_cancelled(self, place):
        """Callers leave."""
        begun = asyncio.Event()

        class Slow(Given):
            async def content(self):
                async for piece in made(10 * MEBIBYTE):
                    yield piece
                begun.set()
                await asyncio.sleep(60)

        task = asyncio.create_task(place.provider.put(Slow()))
        await asyncio.wait_for(begun.wait(), 30)
        task.cancel()
        await asyncio.wait([task])

        assert task.cancelled()
        assert ([], []) == (place.seen(), place.halves())

    async def test_takes_several_at_once(self, place):
        """None waits for another, and none gets another's bytes."""
        sizes = [MEBIBYTE + number for number in range(8)]
        keys = await asyncio.gather(*(place.provider.put(Given(size)) for size in sizes))
        digests = await asyncio.gather(*(digest_of(place.provider.read(key)) for key in keys))

        assert [await digest_of(made(size)) for size in sizes] == digests
        assert 8 == len(place.seen())

    async def test_deletes_for_good_and_bears_being_told_twice(self, place):
        """Whoever cleans up may have died after the first time."""
        key = await place.provider.put(Given())
        other = await place.provider.put(Given())
        await place.provider.delete(key)
        await place.provider.delete(key)

        with pytest.raises(NotFound, match=key):
            await digest_of(place.provider.read(key))
        assert await digest_of(made(100_000)) == await digest_of(place.provider.read(other))

    async def test_deletes_by_an_id_that_never_came(self, place):
        """An upload may have died before its first byte."""
        await place.provider.delete(new_file_id())

        assert [] == place.seen()

    async def test_a_reader_may_leave(self, place):
        """And the next one gets the whole file."""
        key = await place.provider.put(Given(5 * MEBIBYTE))
        async with aclosing(place.provider.read(key)) as pieces:
            await anext(pieces)

        assert await digest_of(made(5 * MEBIBYTE)) == await digest_of(place.provider.read(key))
