"""The samples as tables, ours / theirs, beside the bar they are to pass, and as a file."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from fleet_bench import samples
from fleet_bench.responses.fleet import FLEET
from fleet_bench.responses.measuring import RATE, Crowd, Sample
from fleet_bench.responses.ogx import OGX

BAR = 4.0
"""How many times as many responses a CPU-second ours should make."""
WIDTH = 150
_PARTS = ("envoy", "fleet_agents", "fleet_tools", "fleet_inference", "postgres")
_SIDES = (FLEET.name, OGX.name)

_Sample = TypeVar("_Sample", Sample, Crowd)


def show(responses: Sequence[Sample], crowds: Sequence[Crowd]) -> None:
    """Print the medians of all rounds: ours / theirs."""
    console = Console(width=WIDTH)
    for table in (cost_table(responses), parts_table(responses), crowd_table(crowds)):
        if table.row_count:
            console.print(table)


def cost_table(responses: Sequence[Sample]) -> Table:
    """Return what responses take, a row for each scenario."""
    table = Table("scenario", title=f"responses, {FLEET.version} / {OGX.version}")
    for title in (
        "responses/CPU-s",
        f"bar {BAR:g}x",
        "responses/s",
        f"p50 ms at {RATE:g}/s",
        "p99 ms",
        "added per step: p50 ms",
        "p99 ms",
    ):
        table.add_column(title, justify="right")
    for scenario in dict.fromkeys(sample.scenario for sample in responses):
        sides = _sides([sample for sample in responses if sample.scenario == scenario])
        table.add_row(
            scenario,
            _both(sides, lambda s: s.responses_per_cpu_s),
            _verdict(sides),
            _both(sides, lambda s: s.responses_per_s),
            _both(sides, lambda s: s.p50_ms),
            _both(sides, lambda s: s.p99_ms),
            _both(sides, lambda s: s.step_p50_ms),
            _both(sides, lambda s: s.step_p99_ms),
        )
    return table


def parts_table(responses: Sequence[Sample]) -> Table:
    """Return where our CPU time goes: by service, its children with it, for a response."""
    table = Table("CPU ms of a response", *_PARTS, "rest", title=FLEET.version)
    ours = [sample for sample in responses if sample.system == FLEET.name]
    for scenario in dict.fromkeys(sample.scenario for sample in ours):
        found = [sample.cpu_ms for sample in ours if sample.scenario == scenario]
        named = (median(used.get(part, 0.0) for used in found) for part in _PARTS)
        rest = median(sum(cpu for p, cpu in used.items() if p not in _PARTS) for used in found)
        table.add_row(scenario, *map(_short, named), _short(rest))
    return table


def crowd_table(crowds: Sequence[Crowd]) -> Table:
    """Return what became of streams that began at once, a row for each number of them, with all rounds together."""
    table = Table("streams at once", title=f"with a tool, {FLEET.version} / {OGX.version}")
    for title in ("asked for", "lost", "out of order", "p50 ms", "p99 ms", "all, seconds"):
        table.add_column(title, justify="right")
    for streams in dict.fromkeys(each.streams for each in crowds):
        sides = _sides([each for each in crowds if each.streams == streams])
        table.add_row(
            str(streams),
            _both(sides, lambda c: c.streams, sum),
            _both(sides, lambda c: c.lost, sum),
            _both(sides, lambda c: c.out_of_order, sum),
            _both(sides, lambda c: c.p50_ms),
            _both(sides, lambda c: c.p99_ms),
            _both(sides, lambda c: c.seconds),
        )
    return table


def write(responses: Sequence[Sample], crowds: Sequence[Crowd], path: Path) -> None:
    """Write every sample as JSON, with the machine it was taken on."""
    found = {
        "responses": [asdict(sample) for sample in responses],
        "crowds": [asdict(each) for each in crowds],
    }
    samples.keep(path, found)
    print(f"all samples: {path}")


def draw(path: Path) -> None:
    """Draw what `write` wrote, as a picture beside it."""
    samples.draw(Path(__file__).with_name("plot.py"), path)


def _sides(found: Sequence[_Sample]) -> list[list[_Sample]]:
    """Return our samples and theirs."""
    return [[sample for sample in found if sample.system == side] for side in _SIDES]


def _both(
    sides: Sequence[Sequence[_Sample]],
    field: Callable[[_Sample], float],
    of: Callable[[list[float]], float] = median,
) -> str:
    return " / ".join(_short(of([field(each) for each in side])) if side else "-" for side in sides)


def _verdict(sides: Sequence[Sequence[Sample]]) -> str:
    """Return how many times as many responses a CPU-second ours makes, and whether that passes the bar."""
    if not all(sides):
        return "-"
    ours, theirs = (median(sample.responses_per_cpu_s for sample in side) for side in sides)
    return f"{ours / theirs:.2g}x {'passed' if ours >= BAR * theirs else 'MISSED'}"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
