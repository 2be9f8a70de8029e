"""Commands that ask a running fleet: where it is, and how their errors are told."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from fleet.files.v1 import messages as files
from fleet_cli.bars import bars
from fleet_cli.consoles import err, out
from fleet_cli.rest import Gateway, GatewayError

DEFAULT = "http://127.0.0.1:8321"
KEY = "LLAMA_STACK_API_KEY"
INTERRUPTED = 128 + signal.SIGINT
"""As shells have it: the exit code of what Ctrl-C ended."""

Url = Annotated[
    str,
    typer.Option(
        "--url",
        help=f"The fleet's gateway. A token for it is taken from ${KEY}.",
        envvar="LLAMA_STACK_BASE_URL",
    ),
]
Watch = Annotated[
    bool, typer.Option("--watch", "-w", help="Stay until it has ended, with a progress bar.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


class WrongInputError(Exception):
    """What a command was given cannot be used."""


@contextmanager
def fleet_at(url: str) -> Iterator[Gateway]:
    """Yield the gateway at `url`; end with a sentence and exit code 1 where a person has to do something."""
    try:
        yield Gateway.at(url, os.environ.get(KEY))
    except (GatewayError, WrongInputError) as error:
        complain(str(error))
        raise typer.Exit(1) from error
    except BrokenPipeError as error:  # `llama dataset rows … | head`
        # What is left in the buffer would be written at the end of the process, and fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from error
    except OSError as error:
        complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        raise typer.Exit(1) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(INTERRUPTED) from error


def uploaded(fleet: Gateway, file: Path, purpose: str) -> files.File:
    """Keep a file of this machine in the files service, with a bar."""
    with bars(err) as progress:
        return fleet.upload(
            file, purpose, lambda done, total: progress(f"uploading {file.name}", done, total)
        )


def complain(text: str) -> None:
    """Say what went wrong."""
    err.print(f"[red]error:[/] {escape(text)}", highlight=False)


def note(text: str) -> None:
    """Say something beside the output. `text` is markup."""
    err.print(text, highlight=False)


def card(**rows: str) -> None:
    """Print what is known of one thing, a line each; empty lines are left out."""
    table = Table("", Column(overflow="fold"), show_header=False, box=None, pad_edge=False)
    for label, value in rows.items():
        if value:
            table.add_row(f"[bold]{label.replace('_', ' ')}", escape(value))
    out.print(table, highlight=False)


def moment(seconds: float | None) -> str:
    """Return a moment of Unix time in the time of this machine; nothing for `None`."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
