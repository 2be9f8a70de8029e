"""`llama stack …`: run fleets on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.markup import escape
from rich.syntax import Syntax

from fleet_cli import launch, logs, overview, state
from fleet_cli.apis import installed_apis
from fleet_cli.check import check
from fleet_cli.child import StartFailedError
from fleet_cli.consoles import err, out
from fleet_cli.distributions import fleet_name, merged
from fleet_cli.home import RunFolder, run_folders
from fleet_cli.needed_models import download_absent
from fleet_cli.ports import PortTakenError, check_free
from fleet_cli.state import FleetState
from fleet_cli.supervisor import AlreadyRunningError
from fleet_cli.tables import table
from fleet_cli.values import Tree
from fleet_models.errors import ModelError
from fleet_runtime.config import ConfigError

app = typer.Typer(
    help="Run fleets on this machine: Envoy, services, engines and Postgres as processes.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


class NotRunningError(Exception):
    """The command is about a running fleet, and there is none, or more than one."""


Distribution = Annotated[
    str | None,
    typer.Argument(metavar="[DISTRIBUTION|FILE]", help="See `llama stack list`, or your own file."),
]
Overrides = Annotated[
    list[Path] | None,
    typer.Option("--values", "-f", help="Values over those of the distribution; the last wins."),
]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", help="One value, as in `gateway.port=8400`.")
]
Providers = Annotated[
    str | None,
    typer.Option(help="Only these providers, as in `inference=remote::openai`."),
]
Fleet = Annotated[str | None, typer.Option("--fleet", help="Which fleet, if several are running.")]


@app.callback(invoke_without_command=True)
def stack(
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    """Run fleets on this machine."""
    if version:
        out.print(installed_version("llama-fleet"), highlight=False)
        raise typer.Exit


@app.command()
def run(
    distribution: Distribution = None,
    *,
    port: Annotated[
        int | None,
        typer.Option(help="The gateway's port.", envvar="LLAMA_STACK_PORT", show_default="8321"),
    ] = None,
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Return when it is ready, and leave it running.")
    ] = False,
    overrides: Overrides = None,
    assignments: Assignments = None,
    providers: Providers = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, and show what would start.")
    ] = False,
) -> None:
    """Start a fleet, and keep it running until Ctrl-C.

    For example:

        llama stack run starter --detach
        llama stack run ./my.yaml --port 8400
        llama stack run starter --set services.inference.replicas=2
        llama stack run --providers inference=remote::openai
    """
    chosen = [*(assignments or ()), *([f"gateway.port={port}"] if port else ())]
    with plain_errors():
        tree = merged(distribution, overrides or (), chosen, providers)
        if dry_run:
            _rehearse(tree)
        else:
            _start(RunFolder(fleet_name(distribution)), tree, detach=detach)


@app.command()
def status(fleet: Fleet = None) -> None:
    """Show every process of a running fleet: its state, its restarts, and what it uses."""
    with plain_errors():
        _, current = running_fleet(fleet)
        where = f" at {current.url}" if current.url else ""
        out.print(f"[bold]{current.name}[/] is {current.phase}{where}\n", highlight=False)
        out.print(overview.status_table(current), highlight=False)


@app.command("logs")
def show_logs(
    service: Annotated[
        str | None, typer.Argument(help="Whose; of all services if left out.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="Last lines of each log.")] = 20,
    fleet: Fleet = None,
) -> None:
    """Show the logs of a fleet.

    For example:

        llama stack logs
        llama stack logs inference -f
    """
    with plain_errors():
        folder = known_fleet(fleet)
        chosen = _logs(folder, service)
        alone = len(chosen) == 1
        for log in chosen:
            for line in logs.tail(log, lines).splitlines():
                _show_line(log, line, alone=alone)
        if follow:
            for log, line in logs.follow(chosen):
                _show_line(log, line, alone=alone)


@app.command()
def stop(fleet: Fleet = None) -> None:
    """Stop a running fleet: no new calls, open ones end, then every process in turn."""
    with plain_errors():
        folder, current = running_fleet(fleet)
        launch.stop(folder, current, out)
        out.print(f"{current.name} is stopped")


@app.command("list")
def list_distributions() -> None:
    """List the distributions."""
    running = {folder.name for folder in run_folders() if state.is_running(folder)}
    out.print(overview.distributions_table(running), highlight=False)


@app.command()
def show(
    distribution: Distribution = None,
    overrides: Overrides = None,
    assignments: Assignments = None,
    providers: Providers = None,
) -> None:
    """Show all values of a fleet, merged and checked; without a distribution, of the running one."""
    with plain_errors():
        if distribution is None and providers is None:
            text = running_fleet(None)[0].values.read_text()
        else:
            tree = merged(distribution, overrides or (), assignments or (), providers)
            check(tree)
            text = yaml.safe_dump(tree, sort_keys=False, allow_unicode=True)
    out.print(
        Syntax(text, "yaml", background_color="default") if out.is_terminal else text.rstrip(),
        highlight=False,
        markup=False,
    )


@app.command("list-deps")
def list_deps(
    distribution: Distribution = None,
    providers: Providers = None,
    expand: Annotated[
        bool, typer.Option("--packages", help="Each package, not ours with its extras.")
    ] = False,
) -> None:
    """List what pip installs for a distribution.

    For example:

        pip install $(llama stack list-deps starter)
    """
    with plain_errors():
        for line in overview.requirements(check(merged(distribution, (), (), providers))):
            for text in overview.packages(line) if expand else [line]:
                out.print(text, highlight=False, markup=False)


@app.command("list-apis")
def list_apis() -> None:
    """List the APIs whose services are installed."""
    for api in installed_apis():
        out.print(api, highlight=False)


@app.command("list-providers")
def list_providers(
    api: Annotated[str | None, typer.Argument(help="Of this API only.")] = None,
) -> None:
    """List the providers that are installed."""
    shown = table("API", "PROVIDER", "FROM")
    for name, entry in overview.provider_entries(api):
        origin = f"{entry.dist.name} {entry.dist.version}" if entry.dist else ""
        shown.add_row(name, entry.name, origin)
    out.print(shown, highlight=False)


def known_fleet(name: str | None) -> RunFolder:
    """Return the fleet called `name`; without a name the running one, or else the last that ran.

    Raises:
        NotRunningError: There is none, or several are running.
    """
    folders = {folder.name: folder for folder in run_folders()}
    if name is not None and name not in folders:
        raise NotRunningError(f"no fleet {name!r} was run here; there are: {', '.join(folders)}")
    if name is not None:
        return folders[name]
    running = [folder for folder in folders.values() if state.is_running(folder)]
    if len(running) > 1:
        raise NotRunningError(f"choose with --fleet: {', '.join(f.name for f in running)}")
    if not folders:
        raise NotRunningError("no fleet is running; `llama stack run starter` starts one")
    return (running or [max(folders.values(), key=lambda f: f.values.stat().st_mtime)])[0]


def running_fleet(name: str | None) -> tuple[RunFolder, FleetState]:
    """Return the fleet called `name`, or the only one that runs, and how it is.

    Raises:
        NotRunningError: It is not running, or several are.
    """
    folder = known_fleet(name)
    current = state.read(folder)
    if current is None or not state.is_running(folder):
        which = f"the fleet {name!r}" if name else "no fleet"
        raise NotRunningError(
            f"{which} is {'not ' if name else ''}running; `llama stack run` starts one"
        )
    return folder, current


@contextmanager
def plain_errors() -> Iterator[None]:
    """End with a few plain words and exit code 1 where a person has to do something."""
    try:
        yield
    except (
        *(AlreadyRunningError, ConfigError, ModelError),
        *(NotRunningError, PortTakenError, StartFailedError),
    ) as error:
        text = str(error)
        if isinstance(error, ConfigError) and "\n" in text:
            text = f"the values are wrong\n{text}"
        text = text.replace("\n", "\n  ")
        err.print(f"[red]error:[/] {escape(text)}", highlight=False)
        raise typer.Exit(1) from error
    except KeyboardInterrupt as error:
        raise typer.Exit(130) from error


def _rehearse(tree: Tree) -> None:
    values = check(tree)
    out.print(overview.plan_table(values), highlight=False)
    _note(overview.notes(values))


def _start(folder: RunFolder, tree: Tree, *, detach: bool) -> None:
    values = check(tree)
    if state.is_running(folder):
        raise AlreadyRunningError(
            f"the fleet {folder.name!r} is running already; `llama stack stop` stops it"
        )
    if any(service.expose for service in values.services.values()):
        _check_port(values.gateway.address, values.gateway.port)
    out.print(f"Starting [bold]{folder.name}[/]", highlight=False)
    _note(overview.notes(values))
    download_absent(values, err)
    launch.prepare(folder, tree)
    if detach:
        launch.detached(folder, out)
    else:
        launch.foreground(folder)


def _check_port(address: str, port: int) -> None:
    try:
        check_free(address, port)
    except PortTakenError as error:
        raise PortTakenError(f"{error}; stop that, or choose another with --port") from error


def _note(notes: list[str]) -> None:
    for note in notes:
        err.print(f"  [yellow]![/] {escape(note)}", highlight=False)


def _logs(folder: RunFolder, service: str | None) -> list[Path]:
    """Return the logs of a fleet, or of one of its services with all its processes."""
    current = state.read(folder)
    names = [program.name for program in current.programs] if current else []
    names = [*names, "supervisor"]
    chosen = [
        n for n in names if service is None or n == service or n.rpartition("-")[0] == service
    ]
    if not chosen:
        raise NotRunningError(f"no service {service!r} in {folder.name!r}: {', '.join(names)}")
    return [folder.log(name) for name in chosen]


def _show_line(log: Path, line: str, *, alone: bool) -> None:
    name = "" if alone else f"[cyan]{log.stem:<12}[/] "
    out.print(f"{name}{escape(line)}", highlight=False)
