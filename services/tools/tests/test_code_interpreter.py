"""The code interpreter, as its callers see it: what code prints, gives and makes, and what becomes of its files."""

import asyncio
import sys
import time
from base64 import b64decode, b64encode

import pytest

from fleet_runtime.call import Call
from fleet_runtime.errors import (
    FleetError,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    TooLarge,
    Unavailable,
    Unimplemented,
)
from fleet_tools.provider import Image, Invocation, Source
from fleet_tools.providers.code_interpreter import CodeInterpreter

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="jails are made of what Linux has"),
]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
PATIENCE = 10.0


@pytest.fixture
async def opened(tmp_path):
    """Return a provider with some settings; all are closed at the end, and leave nothing."""
    providers = []
    folder = tmp_path / "runs"
    folder.mkdir()

    def opened(**config):
        config = {"folder": folder, **config}
        providers.append(CodeInterpreter(CodeInterpreter.Config.model_validate(config)))
        return providers[-1]

    yield opened
    for provider in providers:
        await provider.aclose()
    assert [] == list(folder.glob("fleet-code-*"))


@pytest.fixture
async def provider(opened):
    return opened()


async def run(provider, code, deadline=None, **args):
    invocation = Invocation(Source(args=args), "code_interpreter", {"code": code})
    return await provider.invoke(invocation, Call("/tools", deadline=deadline))


def encoded(content):
    return b64encode(content).decode()


async def test_it_offers_one_tool(provider):
    """Its name is OpenAI's."""
    (tool,) = await provider.tools(Source(), Call("/tools"))

    assert "code_interpreter" == tool.name
    assert ["code"] == tool.input_schema["required"]


async def test_a_cell_gives_what_it_prints_and_its_last_value(provider):
    """As in a notebook, which is what models have learned from."""
    result = await run(provider, "import sys\nprint('out')\nprint('err', file=sys.stderr)\n6 * 7")

    assert "Output:\nout\n\nErrors:\nerr\n\nValue:\n42" == result.content[0].text
    assert result.error is None
    assert {"stdout": "out\n", "stderr": "err\n", "value": "42", "exit_code": 0, "files": []} == {
        name: value for name, value in result.metadata.items() if name != "seconds"
    }


async def test_an_exception_is_told_with_its_line(provider):
    """The model shall mend its code, and has no use for ours."""
    result = await run(provider, "def f(x):\n    return 1 / x\n\nprint('before')\nf(0)")
    text = result.content[0].text

    assert "before" in text
    assert 'File "<code>", line 2, in f\n    return 1 / x' in text
    assert "ZeroDivisionError: division by zero" in text
    assert "notebook" not in text
    assert ("The code ended with the status 1.", 1) == (result.error, result.error_code)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("x = = 1", "SyntaxError"),
        ("import sys; sys.exit(3)", "the status 3"),
        ("exit(0)", "printed nothing"),
        ("input()", "EOFError"),
        ("import os; os.abort()", "signal 6"),
        ("raise MemoryError", "MemoryError"),
        ("print('é😀', repr('\\ud83d'))", "é😀 '\\ud83d'"),
        ("# nothing", "printed nothing"),
        ("None", "printed nothing"),
        ("'x' * 100_000", "characters)"),
    ],
)
async def test_each_end_is_told(provider, code, text):
    """Whatever a model writes."""
    assert text in (await run(provider, code)).content[0].text


async def test_long_output_is_cut_with_a_note(opened):
    """The rest would fill the model's context, and the code is right all the same."""
    result = await run(opened(limits={"output_kb": 1}), "print('x' * 3000)\n'done'")

    assert result.error is None
    assert 1024 == len(result.metadata["stdout"])
    assert "[cut after 1 KiB]\n\nValue:\n'done'" in result.content[0].text


async def test_figures_come_back_as_images_and_files_as_data(provider):
    """What a user asked for is most often a file."""
    code = f"""
import os
open('figure.png', 'wb').write({PNG!r})
open('liar.png', 'w').write('no image')
os.mkdir('folder')
open('folder/table.csv', 'w').write('a,b')
"""
    result = await run(provider, code)
    _, image = result.content
    files = {file["name"]: file for file in result.metadata["files"]}

    assert Image(encoded(PNG), "image/png") == image
    assert ["figure.png", "folder/table.csv", "liar.png"] == list(files)
    assert ("text/csv", b"a,b") == (
        files["folder/table.csv"]["media_type"],
        b64decode(files["folder/table.csv"]["content"]),
    )
    assert "application/octet-stream" == files["liar.png"]["media_type"]
    assert files["figure.png"]["content"] is None  # it is among the contents


async def test_files_beyond_what_is_given_back_are_named(opened):
    """Rather than silently dropped."""
    result = await run(opened(limits={"returned_kb": 0}), "open('a.txt', 'w').write('x')")

    assert [("a.txt", 1, None)] == [
        (file["name"], file["size"], file["content"]) for file in result.metadata["files"]
    ]
    assert "a.txt (1 bytes)" in result.content[0].text


async def test_files_are_given_to_code_and_not_given_back_unchanged(provider):
    """A user's upload is no result."""
    files = [
        {"name": "in.txt", "content": encoded(b"hello")},
        {"name": "changed.txt", "content": encoded(b"old")},
    ]
    result = await run(
        provider, "open('changed.txt', 'a').write('!')\nopen('in.txt').read()", files=files
    )

    assert "'hello'" == result.metadata["value"]
    assert ["changed.txt"] == [file["name"] for file in result.metadata["files"]]


async def test_modules_in_the_folder_can_be_imported(provider):
    """As in a notebook; caches of Python and of libraries are no files that the user asked for."""
    files = [{"name": "helper.py", "content": encoded(b"def double(x):\n    return 2 * x\n")}]
    code = """
import os, pathlib, tempfile
pathlib.Path('~/.cache').expanduser().mkdir()
tempfile.NamedTemporaryFile(delete=False)
from helper import double
double(21)
"""
    result = await run(provider, code, files=files)

    assert ("42", []) == (result.metadata["value"], result.metadata["files"])


@pytest.mark.parametrize(
    "name", ["../out.txt", "a/b.txt", "", ".", "..", "/etc/x", "a\0b", "x" * 300]
)
async def test_a_name_that_leads_elsewhere_is_refused(provider, name):
    """The service writes it, and may write more than the code."""
    with pytest.raises(InvalidArgument):
        await run(provider, "1", files=[{"name": name, "content": ""}])


@pytest.mark.parametrize("files", ["x", [{"name": "a"}], [{"name": "a", "content": "%%"}], [7]])
async def test_what_is_no_list_of_files_is_refused(provider, files):
    """With a word on what it should be."""
    with pytest.raises(InvalidArgument, match="base64"):
        await run(provider, "1", files=files)


async def test_files_that_are_too_large_are_refused(opened):
    """They are held in memory on their way."""
    files = [{"name": "a", "content": encoded(bytes(2**20 + 1))}]

    with pytest.raises(TooLarge):
        await run(opened(limits={"given_mb": 1}), "1", files=files)


@pytest.mark.parametrize("code", [None, "", " \n", 7, "#" * 1_000_001])
async def test_what_is_no_code_is_refused(provider, code):
    """Small models call tools with anything."""
    with pytest.raises(InvalidArgument):
        await run(provider, code)


async def test_another_tool_is_not_found(provider):
    """Rather than run."""
    with pytest.raises(NotFound):
        await provider.invoke(Invocation(Source(), "other", {"code": "1"}), Call("/tools"))


async def test_runs_share_no_files_and_no_names(provider):
    """Callers do not know each other."""
    await run(provider, "x = 1\nopen('a.txt', 'w').write('mine')")
    result = await run(provider, "import os\nprint(os.listdir(), 'x' in globals())")

    assert "[] False\n" == result.metadata["stdout"]


async def test_a_session_keeps_files_and_no_processes(provider):
    """The next call of a conversation goes on with them."""
    await run(provider, "x = 1\nopen('a.txt', 'w').write('mine')", session="s-1")
    again = await run(
        provider,
        "import os\nprint(os.listdir(), open('a.txt').read(), 'x' in globals())",
        session="s-1",
    )
    other = await run(provider, "import os\nos.listdir()", container_id="s-2")

    assert "['a.txt'] mine False\n" == again.metadata["stdout"]
    assert [] == again.metadata["files"]
    assert "[]" == other.metadata["value"]


async def test_runs_of_one_session_take_turns(provider):
    """Two at once would see half of each other's files."""
    code = """
import os, time
assert not os.listdir()
open('a', 'w').close()
time.sleep(0.2)
os.remove('a')
"""
    both = await asyncio.gather(run(provider, code, session="s"), run(provider, code, session="s"))

    assert [None, None] == [result.error for result in both]


async def test_the_session_that_was_idle_for_longest_makes_room(opened):
    """Sessions would fill the disk."""
    provider = opened(sessions={"most": 2})
    for session in ("s-1", "s-2", "s-1", "s-3"):
        await run(provider, "open('a', 'w').close()", session=session)
    kept = [
        (await run(provider, "import os\nos.listdir()", session=session)).metadata["value"]
        for session in ("s-1", "s-3")
    ]

    assert ["['a']", "['a']"] == kept


async def test_a_session_that_nobody_uses_is_removed(opened, tmp_path):
    """The caller will not say so."""
    provider = opened(sessions={"idle_seconds": 1})
    await run(provider, "open('kept.txt', 'w').close()", session="s-1")
    (kept,) = tmp_path.rglob("kept.txt")
    deadline = time.monotonic() + PATIENCE
    while kept.exists() and time.monotonic() < deadline:  # noqa: ASYNC110 - a disk has no events
        await asyncio.sleep(0.02)

    assert not kept.exists()


async def test_more_sessions_in_use_than_allowed_are_refused(opened):
    """For who comes later, with a word on when."""
    provider = opened(sessions={"most": 0})

    with pytest.raises(ResourceExhausted) as caught:
        await run(provider, "1", session="s-1")
    assert caught.value.retry_after


@pytest.mark.parametrize("session", ["", 7, "x" * 300])
async def test_what_is_no_session_is_refused(provider, session):
    """Rather than all such calls sharing one."""
    with pytest.raises(InvalidArgument):
        await run(provider, "1", session=session)


async def test_more_runs_than_may_wait_are_refused(opened):
    """A queue without end is memory without end."""
    provider = opened(runs=1, waiting=1)
    results = await asyncio.gather(*[run(provider, "1") for _ in range(3)], return_exceptions=True)

    assert 2 == sum(not isinstance(result, FleetError) for result in results)
    assert [ResourceExhausted] == [type(r) for r in results if isinstance(r, FleetError)]


async def test_the_callers_deadline_ends_a_run(provider):
    """Nobody reads what comes after."""
    await run(provider, "1")
    result = await run(provider, "while True: pass", deadline=time.monotonic() + 0.7)

    assert "not done after" in result.error


async def test_cpu_time_is_bounded_beside_time(opened):
    """Waiting is cheap, and computing is not."""
    result = await run(opened(limits={"cpu_seconds": 1}), "while True: pass")

    assert "CPU time" in result.error


@pytest.mark.parametrize(("packages", "text"), [(False, "ModuleNotFoundError"), (True, "[0 1 2]")])
async def test_packages_are_there_only_where_they_are_allowed(opened, packages, text):
    """Without, code cannot come to depend on what the service happens to have."""
    result = await run(opened(packages=packages), "import numpy\nprint(numpy.arange(3))")

    assert text in result.content[0].text


async def test_programs_of_the_system_run_inside(provider):
    """Models call them for small things, and they are held back like the rest."""
    result = await run(
        provider,
        "import subprocess\nprint(subprocess.run(['ls', '-a'], capture_output=True).stdout)",
    )

    assert "b'.\\n..\\n'\n" == result.metadata["stdout"]


async def test_threads_and_event_loops_work(provider):
    """Both stand on sockets and processes, which are held back."""
    result = await run(
        provider,
        """
import asyncio
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    print(sum(pool.map(abs, [-1, -2])))
async def main():
    await asyncio.sleep(0)
    return 4
asyncio.run(main())
""",
    )

    assert ("3\n", "4") == (result.metadata["stdout"], result.metadata["value"])


@pytest.mark.parametrize("layers", [[], ["seccomp"], ["landlock"]])
async def test_code_is_not_run_where_it_cannot_be_held_back(opened, layers):
    """The message says what is lacking, and what to do."""
    with pytest.raises(Unimplemented, match="kept from") as caught:
        await run(opened(layers=layers), "open('made', 'w')")

    assert "no_isolation" == caught.value.code


@pytest.mark.parametrize("layers", [["seccomp"], ["namespaces"]])
async def test_without_a_network_is_enough_where_the_config_says_so(opened, layers):
    """Old kernels have no Landlock."""
    result = await run(opened(layers=layers, require=["network"]), "1 + 1")

    assert "2" == result.metadata["value"]


async def test_an_interpreter_that_is_none_is_said_to_be(opened, tmp_path):
    """At the first call at the latest."""
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)

    with pytest.raises(Unavailable, match="no interpreter"):
        await run(opened(python=broken), "1")


async def test_folders_of_a_service_that_was_killed_are_removed_at_the_next_start(opened, tmp_path):
    """And those of one that lives are not."""
    left = tmp_path / "runs" / "fleet-code-left"
    (left / "deep" / "er").mkdir(parents=True)
    first = opened()
    await run(first, "open('a', 'w').close()", session="s")
    second = opened()
    await run(second, "1")
    kept = await run(first, "import os\nos.listdir()", session="s")

    assert not left.exists()
    assert "['a']" == kept.metadata["value"]
