"""What reading a file may cost, and what becomes of the process that reads it."""

import asyncio
import signal
import subprocess
import sys
import time
from contextlib import aclosing
from pathlib import Path

import pytest

from fleet_chunking.block import Block
from fleet_files.processor import FileToParse
from fleet_files.processors.auto import Auto
from fleet_files.processors.pypdf import PyPdf
from fleet_runtime.errors import InvalidArgument, ResourceExhausted
from fleet_testing import documents

pytestmark = pytest.mark.slow

LONG = documents.pdf([f"Page {n}.\n" + "Fish swim in it.\n" * 20 for n in range(1, 2001)])


def namespace(process):
    """Return which network a process is in."""
    return Path(f"/proc/{process}/ns/net").readlink()


def interfaces(process):
    """Return the names of a process's network interfaces."""
    lines = Path(f"/proc/{process}/net/dev").read_text().splitlines()[2:]
    return [line.split(":")[0].strip() for line in lines]


async def until(condition):
    """Wait for something that has to come true."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_a_pdf_of_2000_pages_is_read_in_little_memory(open_processor, make_file, read):
    """What a page needed is let go of before the next."""
    async with open_processor(PyPdf, limits={"memory_mb": 96}) as pypdf:
        blocks = await read(pypdf, make_file("a.pdf", LONG))

    assert [*range(1, 2001)] == [block.page for block in blocks]
    assert blocks[-1].text.startswith("Page 2000.\nFish swim")


async def test_a_pdf_with_too_many_pages_is_refused_at_once(open_processor, make_file, read):
    """Before minutes are spent on it; the next file is read."""
    async with open_processor(PyPdf, limits={"pages": 1999}) as pypdf:
        with pytest.raises(
            InvalidArgument, match=r"2000 pages, and 1999 are the most.*limits\.pages"
        ) as caught:
            await read(pypdf, make_file("a.pdf", LONG))

        assert "file_too_large" == caught.value.code
        assert 1 == len(await read(pypdf, make_file("b.pdf", documents.pdf(["Fish."]))))


@pytest.mark.parametrize(
    "case",
    [
        ({"seconds": 0.5}, ("a.pdf", LONG), r"longer than 0\.5 seconds"),
        ({"cpu_seconds": 1}, ("a.pdf", LONG), "more CPU time or memory"),
        ({"memory_mb": 64}, ("a.json", b"[" + b"[[]]," * 3_000_000 + b"1]"), "64 MiB of memory"),
        ({"output_mb": 1}, ("a.txt", b"Fish swim. " * 200_000), "more than 1 MiB of text"),
    ],
    ids=["time", "CPU time", "memory", "output"],
)
async def test_what_costs_too_much_is_ended_and_harms_nobody(open_processor, make_file, read, case):
    """Whether it hangs, computes, grows or floods; the next file is read."""
    limits, file, told = case
    async with open_processor(Auto, limits=limits) as auto:
        with pytest.raises(InvalidArgument, match=told) as caught:
            await read(auto, make_file(*file))

        assert "file_too_large" == caught.value.code
        assert [Block("text", "Fish.")] == await read(auto, make_file("b.txt", b"Fish."))


async def test_a_file_that_is_too_large_is_refused_unread(open_processor, make_file, read):
    """The limit says so to whoever configures it."""
    async with open_processor(Auto, max_file_size_bytes=10) as auto:
        with pytest.raises(InvalidArgument, match="more than 10 bytes") as caught:
            await read(auto, make_file("a.txt", b"Fish swim far."))

    assert "file_too_large" == caught.value.code


async def test_a_worker_that_crashes_is_told_apart_from_the_service(
    open_processor, make_file, workers
):
    """As a library in C may; here the signal comes from outside."""
    async with open_processor(PyPdf) as pypdf:
        async with aclosing(pypdf.parse(make_file("a.pdf", LONG))) as parsing:
            await anext(parsing)
            (busy,) = workers()
            busy.send_signal(signal.SIGSEGV)
            with pytest.raises(InvalidArgument, match="SIGSEGV") as caught:
                async for _ in parsing:
                    pass

        assert "broken_file" == caught.value.code


async def test_who_leaves_early_ends_the_work(open_processor, make_file, workers):
    """Nobody computes for a caller who is gone."""
    async with open_processor(PyPdf) as pypdf:
        async with aclosing(pypdf.parse(make_file("a.pdf", LONG))) as parsing:
            await anext(parsing)
            assert 1 == len(workers())
            begun = time.monotonic()

        assert [] == workers()
        assert time.monotonic() - begun < 5


async def test_a_caller_who_reads_slowly_holds_the_worker_up(open_processor, make_file, workers):
    """Blocks wait in a socket, not in memory without a bound."""
    text = b"\n\n".join(b"Fish %d. " % n + b"x" * 1000 for n in range(50_000))
    async with (
        open_processor(Auto) as auto,
        aclosing(auto.parse(make_file("a.txt", text))) as parsing,
    ):
        await anext(parsing)
        (busy,) = workers()
        before, now = -1.0, 0.0
        while before != now:  # a worker that is not held up comes to its end, and is not found
            await asyncio.sleep(0.3)
            before, now = now, busy.cpu_times().user

        assert [busy] == workers()


async def test_no_more_workers_run_than_asked(open_processor, make_file, read, workers):
    """However many files come; others wait, and too many are sent away."""
    async with open_processor(PyPdf, workers=1, waiting=1) as pypdf:
        async with aclosing(pypdf.parse(make_file("a.pdf", LONG))) as first:
            await anext(first)
            second = asyncio.create_task(read(pypdf, make_file("b.pdf", documents.pdf(["Fish."]))))
            await asyncio.sleep(0.2)

            assert not second.done()
            assert 1 == len(workers())

            with pytest.raises(ResourceExhausted) as caught:
                await read(pypdf, make_file("c.pdf", LONG))
            assert caught.value.retry_after
        assert 1 == len(await second)


SERVICE = """
import asyncio, sys
from pathlib import Path
from fleet_files.processor import FileToParse
from fleet_files.processors.pypdf import PyPdf

async def main():
    pypdf = PyPdf(PyPdf.Config())
    parsing = pypdf.parse(FileToParse(Path(sys.argv[1]), "a.pdf"))
    await anext(parsing)
    print("reading", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a worker ends when it writes next")
async def test_workers_end_with_their_service(make_file, workers, fork_servers):
    """Even if it is killed, and can say nothing to anybody."""
    file = make_file("a.pdf", LONG)
    service = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVICE, file.path, stdout=asyncio.subprocess.PIPE
    )
    assert b"reading\n" == await service.stdout.readline()
    found = [*workers(service.pid), *fork_servers(service.pid)]
    assert 2 == len(found)
    for worker in found:
        worker.suspend()  # so that it cannot notice that nobody reads on
    service.kill()
    await service.wait()
    await until(lambda: not any(worker.is_running() for worker in found))


async def test_secrets_of_the_service_are_not_the_workers(
    open_processor, make_file, monkeypatch, workers, fork_servers
):
    """What a hostile file makes its parser do, it does without our keys."""
    monkeypatch.setenv("SOME_API_KEY", "secret")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    async with (
        open_processor(PyPdf) as pypdf,
        aclosing(pypdf.parse(make_file("a.pdf", LONG))) as parsing,
    ):
        await anext(parsing)
        environments = [one.environ() for one in (*workers(), *fork_servers())]

        assert environments
        assert {False} == {
            "SOME_API_KEY" in names or "https_proxy" in names for names in environments
        }


def _may_leave_network():
    code = "from fleet_files.parsing.confinement import leave_network; print(leave_network())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return said.stdout == "True\n"


@pytest.mark.skipif(
    not _may_leave_network(), reason="this machine lets nobody make network namespaces"
)
async def test_workers_have_no_network(open_processor, make_file, workers):
    """A document cannot call home; its parser is in a network where nothing is."""
    async with (
        open_processor(PyPdf) as pypdf,
        aclosing(pypdf.parse(make_file("a.pdf", LONG))) as parsing,
    ):
        await anext(parsing)
        spaces = {namespace(worker.pid) for worker in workers()}

        assert spaces
        assert namespace("self") not in spaces
        assert [["lo"]] == [interfaces(worker.pid) for worker in workers()[:1]]


async def test_a_file_that_is_gone_is_no_fault_of_its_owner(auto, tmp_path):
    """It is ours, and is told as such."""
    with pytest.raises(FileNotFoundError):
        async for _ in auto.parse(FileToParse(tmp_path / "nothing", "a.txt")):
            pass
