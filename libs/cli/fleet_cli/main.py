"""The `llama` command."""

import typer

from fleet_cli import batch, dataset, evaluate, model, stack, train
from fleet_cli.record import record

app = typer.Typer(
    help="Run the Llama Stack API as a fleet of services.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.add_typer(stack.app, name="stack")
app.add_typer(model.app, name="model")
app.add_typer(batch.app, name="batch")
app.add_typer(dataset.app, name="dataset")
app.add_typer(evaluate.app, name="eval")
app.add_typer(train.app, name="train")
app.command()(record)


def main() -> None:
    """Run the command line."""
    app()
