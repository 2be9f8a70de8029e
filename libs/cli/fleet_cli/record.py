"""`llama record …`: record what model servers answer, and replay it without them."""

import asyncio
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from fleet_cli.consoles import err
from fleet_cli.ports import LOOPBACK, PortTakenError, check_free
from fleet_recorder.mode import Mode
from fleet_recorder.recorder import Options, WrongUpstreamError, recorder
from fleet_recorder.session import Tally
from fleet_runtime.config import ConfigError

URL = "LLAMA_RECORDER_URL"
"""The environment variable that tells a command where the recorder is; a server's name follows, if it has one."""

# As shells have it: what was ended by a signal has a code of this and the signal's number.
_ENDED_BY = 128
_NO_COMMAND = 127


def _variables(own: str, theirs: str) -> list[str]:
    """Return the environment variables that say something: ours, Llama Stack's, and OGX's."""
    return [own, f"LLAMA_STACK_{theirs}", f"OGX_{theirs}"]


Command = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="COMMAND", help="What to run, after `--`. Without one, record until Ctrl-C."
    ),
]
Upstreams = Annotated[
    list[str],
    typer.Option(
        "--upstream",
        "-u",
        metavar="[NAME=]URL",
        help="The server: http(s)://…, grpc(s)://host:port, unix:/path. Several need names.",
    ),
]
Folder = Annotated[
    Path,
    typer.Option(
        help="The folder of the recordings.",
        envvar=_variables("LLAMA_RECORDER_FOLDER", "TEST_RECORDING_DIR"),
    ),
]
WhichMode = Annotated[
    Mode,
    typer.Option(
        help="Where answers come from, and whether they are kept.",
        envvar=_variables("LLAMA_RECORDER_MODE", "TEST_INFERENCE_MODE"),
    ),
]
Port = Annotated[
    int, typer.Option(help="The port of the recorder; a free one if 0.", min=0, max=65535)
]
Test = Annotated[
    str,
    typer.Option(
        help="Whose requests these are, where `x-llama-test-id` does not say.",
        envvar="LLAMA_RECORDER_TEST",
    ),
]
Ignored = Annotated[
    list[str] | None,
    typer.Option(metavar="FIELD", help="A field of bodies that tells no requests apart."),
]
Timing = Annotated[
    bool, typer.Option("--timing", help="Replay streams at the pace at which they came.")
]


@dataclass(frozen=True, slots=True)
class Upstream:
    """A server to stand before.

    Attributes:
        name: What it is called on the command line; nothing if it is the only one.
        url: Where it is.
    """

    name: str
    url: str

    @classmethod
    def parse(cls, text: str) -> "Upstream":
        """Read `URL` or `NAME=URL`."""
        name, equals, url = text.partition("=")
        named = equals and name.replace("-", "_").isidentifier()
        return cls(name, url) if named else cls("", text)

    @property
    def variable(self) -> str:
        """The environment variable that says where its recorder is."""
        return f"{URL}_{self.name.upper().replace('-', '_')}" if self.name else URL


def record(
    command: Command = None,
    *,
    upstream: Upstreams,
    to: Folder = Path("recordings"),
    mode: WhichMode = Mode.RECORD_IF_MISSING,
    port: Port = 0,
    test: Test = "",
    ignore: Ignored = None,
    timing: Timing = False,
) -> None:
    """Record what a model server answers, and replay it without the server.

    A recorder listens on this machine, and passes requests on to the server. Answers are kept as files that people can
    read, without keys and tokens, and given again to whoever asks the same. The command finds the recorder's address in
    the environment as LLAMA_RECORDER_URL (LLAMA_RECORDER_URL_NAME if the server was given a name).

    Modes: **live** passes everything on; **record** keeps all answers anew; **replay** never calls the server, and
    refuses what was not recorded; **record-if-missing** replays what was, and records the rest.

    For example:

        llama record -u https://api.openai.com -- pytest tests/chat
        llama record -u https://api.openai.com --mode replay -- pytest tests/chat
        llama record -u http://localhost:8080 --port 9000 --to recordings/llama-cpp
        llama record -u grpc://localhost:8080 -- python ask_runner.py
        llama record -u a=http://host:8080 -u b=grpc://host:8081 -- pytest
    """
    options = Options(mode, test, frozenset(ignore or ()), timing)
    upstreams = [Upstream.parse(text) for text in upstream]
    if len(upstreams) > 1 and (port or len({u.variable for u in upstreams}) < len(upstreams)):
        raise typer.BadParameter("several servers need names, each its own, and free ports")
    with _plain_errors():
        if port:
            check_free(LOOPBACK, port)
        code = asyncio.run(_record(upstreams, to, options, port, command or []))
    raise typer.Exit(code)


async def _record(
    upstreams: list[Upstream], folder: Path, options: Options, port: int, command: list[str]
) -> int:
    """Run recorders for as long as the command takes, or until a signal; return the exit code."""
    async with AsyncExitStack() as stack:
        places, tallies = {}, []
        for one in upstreams:
            made = recorder(one.url, folder / one.name, options, port)
            running = await stack.enter_async_context(made)
            places[one.variable] = running.url
            tallies.append(running.tally)
        if command:
            code = await _run(command, places)
        else:
            for one, url in zip(upstreams, places.values(), strict=True):
                _say(f"[bold]{escape(url)}[/] stands in for {escape(one.url)} ({options.mode})")
            code = await _until_told()
    _summarise(tallies, folder)
    return code


async def _run(command: list[str], places: dict[str, str]) -> int:
    """Run a command that finds the recorders in its environment, and return its exit code."""
    try:
        process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **places})
    except (FileNotFoundError, PermissionError) as error:
        _say(f"[red]error:[/] cannot run {escape(command[0])}: {error.strerror}")
        return _NO_COMMAND
    loop = asyncio.get_running_loop()
    # A terminal sends Ctrl-C to both; the command says when it is over.
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    loop.add_signal_handler(signal.SIGTERM, process.terminate)
    code = await process.wait()
    return _ENDED_BY - code if code < 0 else code


async def _until_told() -> int:
    """Wait for Ctrl-C, or for a supervisor's signal."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()
    return 0


def _summarise(tallies: Iterable[Tally], folder: Path) -> None:
    counts = {
        "replayed": sum(tally.replayed for tally in tallies),
        "recorded": sum(tally.recorded for tally in tallies),
        "passed on": sum(tally.passed for tally in tallies),
        "[red]not recorded[/]": sum(tally.missing for tally in tallies),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    _say(f"{escape(str(folder))}: {told or 'no request came'}")


def _say(text: str) -> None:
    err.print(text, highlight=False)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """End with one sentence and exit code 1 where a person has to do something."""
    try:
        yield
    except (WrongUpstreamError, ConfigError, PortTakenError, OSError) as error:
        _say(f"[red]error:[/] {escape(str(error))}")
        raise typer.Exit(1) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(_ENDED_BY + signal.SIGINT) from error
