"""`llama batch …`: many requests in one file."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from fleet.batches.v1 import messages as m
from fleet_cli.consoles import out
from fleet_cli.remote import (
    DEFAULT,
    Url,
    Watch,
    WrongInputError,
    card,
    fleet_at,
    moment,
    note,
    uploaded,
)
from fleet_cli.rest import Gateway, segment
from fleet_cli.tables import table
from fleet_cli.watching import Look, coloured, ended, share, watch

app = typer.Typer(
    help="Have many requests answered that are in one file, by and by.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

_SHOWN_ERRORS = 20
_BATCHES = "/v1/batches"

Id = Annotated[str, typer.Argument(metavar="ID", help="The batch; `llama batch list` names all.")]


@app.command()
def run(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="The requests, as JSON Lines.", exists=True, dir_okay=False
        ),
    ],
    endpoint: Annotated[
        str | None,
        typer.Option(help="Where they all go.", show_default="the `url` of the first line"),
    ] = None,
    window: Annotated[str, typer.Option(help="How long it may take: a number of d, h, m.")] = "24h",
    *,
    stay: Watch = False,
    url: Url = DEFAULT,
) -> None:
    """Upload a file with requests, and have them answered.

    Each line of the file is a request, such as:

        {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {"model": …, "messages": …}}

    The batch lives in the fleet: it goes on when this command ends, and when services die. Its id is printed.

    For example:

        llama batch run requests.jsonl --watch
        llama batch run texts.jsonl --endpoint /v1/embeddings
    """
    with fleet_at(url) as fleet:
        where = endpoint or _endpoint(file)
        kept = uploaded(fleet, file, "batch")
        body = {"input_file_id": kept.id, "endpoint": where, "completion_window": window}
        batch = fleet.post(_BATCHES, body, m.Batch)
        out.print(batch.id, highlight=False)
        if stay:
            _stay(fleet, batch)


@app.command("list")
def list_batches(
    limit: Annotated[int, typer.Option(help="The most batches.", min=1, max=100)] = 20,
    after: Annotated[str | None, typer.Option(help="Only those older than this one.")] = None,
    url: Url = DEFAULT,
) -> None:
    """List batches, newest first.

    For example:

        llama batch list
        llama batch list --limit 100
    """
    with fleet_at(url) as fleet:
        page = fleet.get(_BATCHES, m.BatchList, limit=limit, after=after)
        shown = table("BATCH", "STATUS", "DONE", "FAILED", "ENDPOINT", "CREATED")
        for batch in page.data:
            counts, look = batch.request_counts, _look(batch)
            shown.add_row(
                *(batch.id, coloured(batch.status), share(look.done, look.total)),
                *(str(counts.failed or ""), batch.endpoint, moment(batch.created_at)),
            )
        out.print(shown, highlight=False)
        if page.has_more:
            note(f"there are more: [bold]llama batch list --after {page.last_id}[/]")


@app.command()
def status(batch_id: Id, url: Url = DEFAULT) -> None:
    """Tell how far a batch is, and what is wrong with its file, if anything is.

    For example:

        llama batch status batch_6f1c
    """
    with fleet_at(url) as fleet:
        batch = _get(fleet, batch_id)
        counts = batch.request_counts
        card(
            batch=batch.id,
            status=batch.status,
            endpoint=batch.endpoint,
            model=batch.model or "",
            answered=share(counts.completed, counts.total),
            failed=str(counts.failed),
            tokens=f"{batch.usage.input_tokens} read, {batch.usage.output_tokens} produced",
            created=moment(batch.created_at),
            expires=moment(batch.expires_at),
            output_file=batch.output_file_id or "",
            error_file=batch.error_file_id or "",
        )
        _tell_errors(batch)


@app.command("watch")
def watch_batch(batch_id: Id, url: Url = DEFAULT) -> None:
    """Watch a batch until it has ended; the exit code is 1 if it is not completed.

    The bar goes on when the gateway is away for a while. Ctrl-C ends the watching, and not the batch.

    For example:

        llama batch watch batch_6f1c
    """
    with fleet_at(url) as fleet:
        _stay(fleet, _get(fleet, batch_id))


@app.command()
def cancel(batch_id: Id, url: Url = DEFAULT) -> None:
    """End a batch early: requests that were begun are finished, and the others given up.

    For example:

        llama batch cancel batch_6f1c
    """
    with fleet_at(url) as fleet:
        batch = fleet.post(f"{_BATCHES}/{segment(batch_id)}/cancel", {}, m.Batch)
        out.print(f"{batch.id} is {coloured(batch.status)}", highlight=False)


@app.command()
def results(
    batch_id: Id,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where the answers go.", show_default="printed"),
    ] = None,
    errors: Annotated[
        Path | None, typer.Option("--errors", help="Where the lines go that were not answered.")
    ] = None,
    url: Url = DEFAULT,
) -> None:
    """Get the answers of a batch that has ended, as JSON Lines.

    For example:

        llama batch results batch_6f1c -o answers.jsonl
        llama batch results batch_6f1c -o answers.jsonl --errors failed.jsonl
    """
    with fleet_at(url) as fleet:
        batch = _get(fleet, batch_id)
        if not _look(batch).has_ended:
            raise WrongInputError(
                f"{batch_id} is {batch.status}; `llama batch watch {batch_id}` waits for it"
            )
        if batch.output_file_id:
            _fetch(fleet, batch.output_file_id, output)
        if batch.error_file_id and errors:
            _fetch(fleet, batch.error_file_id, errors)
        elif batch.error_file_id:
            note("some lines were not answered: [bold]--errors FILE[/] says why")
        if not batch.output_file_id and not (batch.error_file_id and errors):
            raise WrongInputError(f"{batch_id} is {batch.status}, and has no answers")


def _get(fleet: Gateway, batch_id: str) -> m.Batch:
    return fleet.get(f"{_BATCHES}/{segment(batch_id)}", m.Batch)


def _look(batch: m.Batch) -> Look:
    counts = batch.request_counts
    failed = f"{counts.failed} failed" if counts.failed else ""
    return Look(batch.status, counts.completed + counts.failed, counts.total or None, failed)


def _stay(fleet: Gateway, batch: m.Batch) -> None:
    again = f"llama batch watch {batch.id}"
    batch = watch(batch.id, batch, lambda: _get(fleet, batch.id), _look, again)
    _tell_errors(batch)
    if batch.output_file_id or batch.error_file_id:
        note(f"answers: [bold]llama batch results {batch.id} -o FILE[/]")
    counts = batch.request_counts
    ended(_look(batch), f"{counts.completed} answered, {counts.failed} failed of {counts.total}")


def _tell_errors(batch: m.Batch) -> None:
    found = batch.errors.data if batch.errors else []
    shown = table("LINE", "CODE", "WHAT IS WRONG")
    for error in found[:_SHOWN_ERRORS]:
        shown.add_row(str(error.line or ""), error.code, error.message)
    if found:
        out.print(shown, highlight=False, markup=False)
    if len(found) > _SHOWN_ERRORS:
        note(f"… and {len(found) - _SHOWN_ERRORS} more")


def _fetch(fleet: Gateway, file_id: str, path: Path | None) -> None:
    """Write a file of the files service to `path`, whole or not at all; print it if there is none."""
    pieces = fleet.download(file_id)
    if path is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    note(f"wrote {path}")


def _endpoint(file: Path) -> str:
    """Return where the first request of a file goes."""
    with file.open("rb") as lines:
        first = lines.readline()
    try:
        request = msgspec.json.decode(first, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise WrongInputError(f"line 1 of {file} is no JSON object ({error})") from error
    if not isinstance(request.get("url"), str):
        raise WrongInputError(f"line 1 of {file} has no `url`; add it, or give --endpoint")
    return str(request["url"])
