"""Tables about fleets, distributions and what is installed."""

import time
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points, requires

import psutil
from rich.filesize import decimal
from rich.table import Table

from fleet_cli.apis import api_of, package_of
from fleet_cli.check import left_out, providers_of
from fleet_cli.distributions import distributions
from fleet_cli.gateway import url
from fleet_cli.home import shortened
from fleet_cli.needed_models import absent_models
from fleet_cli.plan import starts_postgres
from fleet_cli.settings import Values
from fleet_cli.state import FleetState, ProgramState
from fleet_cli.tables import table

PROVIDERS = "fleet."
"""The entry-point groups of providers start so."""
SAMPLE = 0.2
"""Seconds over which the use of the CPU is measured."""
COLOURS = {"ready": "green", "starting": "yellow", "unhealthy": "red", "backing off": "red"}


def status_table(state: FleetState) -> Table:
    """Show every process of a fleet, and what it uses."""
    shown = table("SERVICE", "STATE", "UPTIME", "RESTARTS", "ADDRESS", "CPU", "MEMORY", "LAST END")
    used = usage([program.pid for program in state.programs if program.pid])
    for program in state.programs:
        cpu, memory = used.get(program.pid or 0, ("", ""))
        colour = COLOURS.get(program.condition, "dim")
        shown.add_row(
            program.name,
            f"[{colour}]{program.condition}[/]",
            _uptime(program),
            str(program.restarts),
            shortened(program.address),
            cpu,
            memory,
            program.detail,
        )
    return shown


def usage(pids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the CPU (100% is one core) and the memory that process trees use, by their roots."""
    trees = {pid: _tree(pid) for pid in pids}
    begun = {pid: sum(map(_cpu_seconds, tree)) for pid, tree in trees.items()}
    time.sleep(SAMPLE)
    return {
        pid: (
            f"{max(0.0, sum(map(_cpu_seconds, tree)) - begun[pid]) / SAMPLE:.0%}",
            decimal(sum(map(_memory, tree))),
        )
        for pid, tree in trees.items()
    }


def distributions_table(running: set[str]) -> Table:
    """Show the distributions, and which of them run."""
    shown = table("DISTRIBUTION", "RUNNING", "WHAT IT IS")
    for name, file in distributions().items():
        lines = file.read_text().splitlines()
        summary = lines[0].lstrip("# ") if lines and lines[0].startswith("#") else ""
        shown.add_row(name, "[green]yes[/]" if name in running else "", summary)
    return shown


def plan_table(values: Values) -> Table:
    """Show what would be started."""
    shown = table("SERVICE", "API", "PROCESSES", "EXPOSED", "PROVIDERS")
    out = {(service, provider) for service, provider, _ in left_out(values)}
    if starts_postgres(values):
        shown.add_row("postgres", "", "1", "", "")
    for name, service in values.services.items():
        kinds = [p.type for p in providers_of(service) if (name, p.id) not in out]
        exposed = "yes" if service.expose else ""
        shown.add_row(name, api_of(name, service), str(service.replicas), exposed, ", ".join(kinds))
    if any(service.expose for service in values.services.values()):
        shown.add_row("gateway", "", "1", url(values.gateway), "")
    return shown


def notes(values: Values) -> list[str]:
    """Say what a person should know before the start, one line each."""
    gone = [
        f"{service}: leaving out the provider {provider!r}, as {', '.join(absent)} is not set"
        for service, provider, absent in left_out(values)
    ]
    return gone + [f"the model {model} will be downloaded" for model in absent_models(values)]


def provider_entries(api: str | None = None) -> list[tuple[str, EntryPoint]]:
    """Return the installed providers with their APIs, of one API or of all."""
    groups = entry_points().groups
    apis = sorted(group.removeprefix(PROVIDERS) for group in groups if group.startswith(PROVIDERS))
    return [
        (name.replace("_", "-"), entry)
        for name in apis
        if api in (None, name, name.replace("_", "-"))
        for entry in sorted(entry_points(group=PROVIDERS + name), key=lambda e: e.name)
    ]


def requirements(values: Values) -> list[str]:
    """Return what pip must install for the fleet: distributions, with the extras that providers name."""
    wanted: dict[str, set[str]] = {}
    for name, service in values.services.items():
        group = PROVIDERS + package_of(api_of(name, service)).removeprefix("fleet_")
        for provider in providers_of(service):
            entry = entry_points(group=group)[provider.type]
            if entry.dist:
                wanted.setdefault(entry.dist.name, set()).update(entry.extras)
    return [f"{dist}[{','.join(sorted(x))}]" if x else dist for dist, x in sorted(wanted.items())]


def packages(requirement: str) -> list[str]:
    """Return the packages that one of `requirements` stands for."""
    dist, _, extras = requirement.rstrip("]").partition("[")
    wanted = {f'extra == "{extra}"' for extra in extras.split(",")}
    found = []
    for line in requires(dist) or []:
        package, _, marker = line.partition(";")
        if "extra ==" not in marker or any(extra in marker.replace("'", '"') for extra in wanted):
            found.append(package.strip())
    return found


def _uptime(program: ProgramState) -> str:
    if program.pid is None:
        return ""
    minutes, seconds = divmod(int(time.time() - program.since), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    told = [f"{number}{unit}" for number, unit in parts if number]
    return " ".join(told[:2]) or "0s"


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _cpu_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
