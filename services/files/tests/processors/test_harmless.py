"""Which files are read in the service's own process, and what they may cost it."""

import time
from contextlib import aclosing

import pytest

from fleet_files import media_types as t
from fleet_files.parsing import harmless
from fleet_files.parsing.crew import Crew
from fleet_files.parsing.parsers import DOCLING, PLAIN
from fleet_files.parsing.settings import ParserConfig
from fleet_files.parsing.wire import Bounds, Done, Job
from fleet_files.processors.auto import Auto

MOST = 32 * 1024
TEXT = b"# Fish\n\nFish swim far.\n\n- one\n- two\n"


@pytest.fixture
def job(make_file):
    """Return a function that makes a job of a text."""

    def job(data, media_type, module=PLAIN.module):
        path = str(make_file("a", data).path)
        return Job(module, path, "a", media_type, {}, Bounds(9, 2**30, 9, 2**30))

    return job


@pytest.mark.parametrize("media_type", [t.PLAIN, t.MARKDOWN, t.JSON_LINES, t.CODE])
async def test_a_small_text_says_the_same_wherever_it_is_read(job, media_type):
    """Nobody can tell where it was; only sooner."""
    asked = job(TEXT, media_type)
    async with aclosing(Crew([PLAIN.module], ParserConfig())) as crew:
        in_worker = [line async for line in crew.read(asked)]

    assert [*in_worker, Done()] == harmless.read(asked)


async def test_a_small_text_starts_no_process(open_processor, make_file, read, fork_servers):
    """That would cost many times as much as to read it."""
    async with open_processor(Auto) as auto:
        assert 1 == len(await read(auto, make_file("a.txt", b"Fish.")))
        assert [] == fork_servers()

        assert 1 == len(await read(auto, make_file("a.csv", b"a,b\n1,2")))
        assert 1 == len(fork_servers())


@pytest.mark.parametrize(
    "case",
    [
        (b"x" * (MOST + 1), t.PLAIN),
        (b"caf\xe9 au lait", t.PLAIN),
        (b"[" * 900 + b"1" + b"]" * 900, t.JSON),
        (b"," * 9000 + b"\n1" * 9000, t.CSV),
        (b"<" * MOST, t.HTML),
        (TEXT, t.MARKDOWN, DOCLING.module),
    ],
    ids=["large", "not UTF-8", "JSON", "CSV", "HTML", "by a library"],
)
def test_what_may_take_long_is_left_to_a_worker(job, case):
    """The service has one event loop, and nobody who kills what holds it up."""
    assert harmless.read(job(*case)) is None


@pytest.mark.parametrize(
    "text",
    [
        "a\n\n" * (MOST // 3),
        "a|b\n-" + " " * (MOST - 8) + "x",
        "a|b\n" + "|- " * (MOST // 3 - 3),
        ("# " + "a #" * 320 + "\n") * (MOST // 964),
        ("# a" + " " * 990 + "b\n") * (MOST // 996),
        ("```\n" + "~" * 900 + "\n") * (MOST // 905),
        "\f" * MOST,
    ],
    ids=["blocks", "delimiters", "columns", "marks", "spaces", "fences", "pages"],
)
@pytest.mark.parametrize("media_type", [t.PLAIN, t.MARKDOWN, t.JSON_LINES, t.CODE])
def test_whatever_is_in_a_small_text_it_is_read_soon(job, media_type, text):
    """What takes more than in proportion to a text would hold up all callers."""
    asked = job(text.encode(), media_type)
    begun = time.thread_time()
    lines = harmless.read(asked)

    assert time.thread_time() - begun < 1
    assert sum(len(getattr(line, "text", "")) for line in lines) < 2 * MOST
