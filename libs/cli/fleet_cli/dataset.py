"""`llama dataset …`: rows to evaluate with and to train on."""

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import msgspec
import typer
from rich.markup import escape

from fleet.eval.v1 import messages as m
from fleet_cli.consoles import out
from fleet_cli.remote import (
    DEFAULT,
    Url,
    WrongInputError,
    Yes,
    card,
    fleet_at,
    note,
    uploaded,
)
from fleet_cli.rest import PATIENCE, Gateway, GatewayError, segments
from fleet_cli.tables import table

app = typer.Typer(
    help="Name the rows that models are evaluated with, and trained on.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

_DATASETS, _ROWS, _APPEND = (
    "/v1beta/datasets",
    "/v1beta/datasetio/iterrows",
    "/v1beta/datasetio/append-rows",
)
# What is sent at once: rows, and bytes of them.
_MOST_ROWS, _MOST_BYTES = 1000, 1 << 20

Name = Annotated[str, typer.Argument(metavar="NAME", help="The dataset; may contain slashes.")]


class Purpose(StrEnum):
    """What a dataset is for."""

    QUESTIONS = "eval/question-answer"
    CONVERSATIONS = "eval/messages-answer"
    TRAINING = "post-training/messages"


@app.command()
def register(
    name: Name,
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A file here, which is uploaded; an address; or the id of a file in the fleet.",
        ),
    ],
    purpose: Annotated[Purpose, typer.Option(help="What it is for.")] = Purpose.QUESTIONS,
    provider: Annotated[
        str | None,
        typer.Option(help="Who reads it.", show_default="the first that knows such sources"),
    ] = None,
    url: Url = DEFAULT,
) -> None:
    """Give rows a name. Files may be JSON Lines, JSON, CSV or Parquet.

    For example:

        llama dataset register capitals capitals.jsonl
        llama dataset register chats chats.jsonl --purpose post-training/messages
        llama dataset register simpleqa huggingface://datasets/llamastack/simpleqa?split=train
    """
    with fleet_at(url) as fleet:
        known = {"provider_id": provider} if provider else {}
        body = {
            "dataset_id": name,
            "purpose": purpose.value,
            "source": {"type": "uri", "uri": _uri(fleet, source)},
            "metadata": known,
        }
        made = fleet.post(_DATASETS, body, m.Dataset)
        out.print(f"{escape(made.identifier)} is registered", highlight=False)


@app.command("list")
def list_datasets(url: Url = DEFAULT) -> None:
    """List all datasets.

    For example:

        llama dataset list
    """
    with fleet_at(url) as fleet:
        shown = table("DATASET", "PURPOSE", "PROVIDER", "SOURCE")
        for each in fleet.get(_DATASETS, m.DatasetList).data:
            shown.add_row(
                escape(each.identifier), each.purpose, each.provider_id, escape(_source(each))
            )
        out.print(shown, highlight=False)


@app.command()
def show(name: Name, url: Url = DEFAULT) -> None:
    """Tell what is known of a dataset.

    For example:

        llama dataset show capitals
    """
    with fleet_at(url) as fleet:
        found = fleet.get(f"{_DATASETS}/{segments(name)}", m.Dataset)
        card(
            dataset=found.identifier,
            purpose=found.purpose,
            provider=found.provider_id,
            source=_source(found),
            metadata=bytes(found.metadata).decode(),
        )


@app.command()
def rows(
    name: Name,
    limit: Annotated[int, typer.Option("--limit", "-n", help="The most rows.", min=1)] = 20,
    start: Annotated[int, typer.Option(help="How many rows come before the first.", min=0)] = 0,
    *,
    every: Annotated[bool, typer.Option("--all", help="All rows, however many.")] = False,
    url: Url = DEFAULT,
) -> None:
    """Print rows of a dataset, as JSON Lines.

    For example:

        llama dataset rows capitals
        llama dataset rows capitals --start 100 --limit 5
        llama dataset rows capitals --all > capitals.jsonl
    """
    with fleet_at(url) as fleet:
        for row in _rows(fleet, name, start, None if every else limit):
            sys.stdout.buffer.write(bytes(row) + b"\n")
        sys.stdout.buffer.flush()


@app.command()
def append(
    name: Name,
    file: Annotated[
        typer.FileBinaryRead, typer.Argument(metavar="FILE", help="Rows as JSON Lines; - is stdin.")
    ],
    url: Url = DEFAULT,
) -> None:
    """Append rows to a dataset. What is at its source stays as it is.

    For example:

        llama dataset append capitals more.jsonl
        echo '{"input_query": "Capital of Italy?", "expected_answer": "Rome"}' | llama dataset append capitals -
    """
    with fleet_at(url) as fleet:
        done = 0
        for some in _packets(file):
            try:
                fleet.tell(f"{_APPEND}/{segments(name)}", {"rows": some})
            except GatewayError as error:
                raise type(error)(f"{error} ({done} rows were appended before)") from error
            done += len(some)
        out.print(f"appended {done} rows to {escape(name)}", highlight=False)


@app.command()
def remove(name: Name, *, yes: Yes = False, url: Url = DEFAULT) -> None:
    """Take a dataset's name away, with the rows that were appended. What is at its source stays.

    For example:

        llama dataset remove capitals --yes
    """
    with fleet_at(url) as fleet:
        if not yes:
            typer.confirm(f"Take away {name} and the rows that were appended?", abort=True)
        fleet.delete(f"{_DATASETS}/{segments(name)}")
        out.print(f"removed {escape(name)}", highlight=False)


def _uri(fleet: Gateway, source: str) -> str:
    """Return the address of a source; a file of this machine gets one by being uploaded."""
    if ":" in source or source.startswith("file-"):
        return source
    path = Path(source)
    if not path.is_file():
        raise WrongInputError(f"there is no file {source!r}, and it is no address like https://…")
    kept = uploaded(fleet, path, "evals")
    note(f"uploaded as {kept.id}")
    return kept.id


def _source(dataset: m.Dataset) -> str:
    if dataset.source.uri:
        return dataset.source.uri
    return f"{len(dataset.source.rows or ())} rows, registered with it"


def _rows(fleet: Gateway, name: str, start: int, limit: int | None) -> Iterator[msgspec.Raw]:
    """Yield rows, however many pages they are on."""
    target, left, cursor = f"{_ROWS}/{segments(name)}", limit, None
    while True:
        first = start if cursor is None else None
        page = fleet.get(target, m.RowsPage, PATIENCE, limit=left, start_index=first, cursor=cursor)
        yield from page.data
        left = None if left is None else left - len(page.data)
        cursor = page.next_cursor
        if cursor is None or left == 0:
            return


def _packets(file: BinaryIO) -> Iterator[list[msgspec.Raw]]:
    """Yield the rows of a file, as many as are sent at once."""
    some: list[msgspec.Raw] = []
    size = 0
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.MsgspecError as error:
            raise WrongInputError(f"line {number} is no JSON object ({error})") from error
        some.append(msgspec.Raw(line.strip()))
        size += len(line)
        if len(some) == _MOST_ROWS or size >= _MOST_BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some
