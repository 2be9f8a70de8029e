"""The process that forks those that read files."""

import asyncio
import sys
from contextlib import aclosing
from pathlib import Path

import pytest

from fleet_files.parsing.crew import Crew
from fleet_files.parsing.settings import ParserConfig
from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.wire import Bounds, Job, Text
from fleet_files.processors.pypdf import PyPdf
from fleet_runtime.errors import Unavailable
from fleet_testing import documents

pytestmark = pytest.mark.slow

FISH = documents.pdf(["Fish."])
LONG = documents.pdf([f"Page {n}.\n" + "Fish swim in it.\n" * 20 for n in range(1, 2001)])


def sockets(process):
    """Return the open sockets of a process."""
    links = [str(link.readlink()) for link in Path(f"/proc/{process}/fd").iterdir()]
    return [link for link in links if link.startswith("socket:")]


async def test_modules_are_loaded_once_and_a_worker_reads_one_file(
    open_processor, make_file, workers, fork_servers
):
    """No file waits for Python to start, and none is read where another has been."""
    async with open_processor(PyPdf) as pypdf:
        seen = []
        for _ in range(3):
            async with aclosing(pypdf.parse(make_file("a.pdf", LONG))) as parsing:
                await anext(parsing)
                seen += [worker.pid for worker in workers()]
                (server,) = fork_servers()

        assert 3 == len(set(seen))
        assert {server.pid} == {one.pid for one in fork_servers()}
    assert not server.is_running()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no /proc to look at")
async def test_a_worker_has_no_way_to_another(open_processor, make_file, workers):
    """What a hostile file makes of its worker, it neither reads nor answers for others."""
    async with (
        open_processor(PyPdf) as pypdf,
        aclosing(pypdf.parse(make_file("a.pdf", LONG))) as first,
        aclosing(pypdf.parse(make_file("b.pdf", LONG))) as second,
    ):
        await anext(first)
        await anext(second)

        assert [1, 1] == [len(sockets(worker.pid)) for worker in workers()]


@pytest.mark.parametrize("seconds", [0, 0.2], ids=["just now", "before"])
async def test_a_fork_server_that_died_is_replaced_before_anybody_notices(
    open_processor, make_file, read, fork_servers, seconds
):
    """As where the system was short of memory, and chose it; sometimes long before the next file."""
    async with open_processor(PyPdf) as pypdf:
        for _ in range(2):
            assert 1 == len(await read(pypdf, make_file("a.pdf", FISH)))
            (server,) = fork_servers()
            server.kill()
            await asyncio.sleep(seconds)


async def test_a_fork_server_that_dies_fails_what_is_in_hand_for_now(
    open_processor, make_file, read, fork_servers
):
    """The file is not to blame: who tries again gets it read."""
    async with open_processor(PyPdf) as pypdf:
        async with aclosing(pypdf.parse(make_file("a.pdf", LONG))) as parsing:
            await anext(parsing)
            (server,) = fork_servers()
            server.kill()
            with pytest.raises(Unavailable, match="Try again") as caught:
                async for _ in parsing:
                    pass

        assert "reader_ended" == caught.value.code
        assert 1 == len(await read(pypdf, make_file("b.pdf", FISH)))


async def test_a_fork_server_that_hangs_holds_up_no_caller_who_leaves(
    open_processor, make_file, read, fork_servers
):
    """It is ended with its workers, and another does their work."""
    async with open_processor(PyPdf, workers=1) as pypdf:
        async with aclosing(pypdf.parse(make_file("a.pdf", LONG))) as parsing:
            await anext(parsing)
            (server,) = fork_servers()
            server.suspend()

        assert not server.is_running()
        assert 1 == len(await read(pypdf, make_file("b.pdf", FISH)))


MODULE = """
from fleet_chunking.block import Block
{}

def read(job):
    yield Block("text", job.filename)
"""
THREAD = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"


@pytest.fixture
def read_by(tmp_path, monkeypatch):
    """Return a function that yields what a module of one's own finds in a file."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    async def read_by(loading):
        (tmp_path / "reading_module.py").write_text(MODULE.format(loading))
        crew = Crew(["reading_module"], ParserConfig())
        job = Job("reading_module", "", "a.txt", "text/plain", {}, Bounds(9, 2**30, 9, 9))
        async with aclosing(crew), aclosing(crew.read(job)) as lines:
            async for line in lines:
                yield line

    return read_by


async def test_modules_that_start_threads_are_loaded_after_the_fork(read_by, fork_servers):
    """A fork would keep their locks and lose their threads, and hang."""
    async with aclosing(read_by(THREAD)) as lines:
        assert Text("text", "a.txt") == await anext(lines)
        assert ["reading_module" in server.cmdline() for server in fork_servers()] == [False]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can tell, so none are")
async def test_modules_without_threads_are_loaded_before_the_fork(read_by, fork_servers):
    """So that the test above shows something."""
    async with aclosing(read_by("")) as lines:
        assert Text("text", "a.txt") == await anext(lines)
        assert ["reading_module" in server.cmdline() for server in fork_servers()] == [True]


async def test_a_module_that_does_not_load_is_told_of(read_by):
    """A library that is half installed is no fault of the file's."""
    with pytest.raises(ReadError, match=r"cannot be loaded here.*half installed") as caught:
        await anext(read_by("raise OSError('half installed')"))

    assert "unsupported_file" == caught.value.code
