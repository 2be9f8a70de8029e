"""The `llama` command."""

import typer

from fleet_cli import model, stack
from fleet_cli.record import record

app = typer.Typer(
    help="Run the Llama Stack API as a fleet of services.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.add_typer(stack.app, name="stack")
app.add_typer(model.app, name="model")
app.command()(record)


def main() -> None:
    """Run the command line."""
    app()
