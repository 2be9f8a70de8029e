"""The numbers as a table of ratios, and as a file with every sample."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from fleet_bench import samples
from fleet_bench.measure import Sample
from fleet_bench.systems.direct import DIRECT
from fleet_bench.systems.fleet import FLEET


@dataclass(frozen=True)
class Result:
    """What one system did in all rounds."""

    name: str
    version: str
    samples: list[Sample]

    def median(self, field: Callable[[Sample], float]) -> float:
        """Return the median of a field over the rounds."""
        return median(map(field, self.samples))


class Row(NamedTuple):
    """One line of the table."""

    title: str
    field: Callable[[Sample], float]
    added: bool = False
    """Whether what the direct way takes is subtracted."""
    more_is_better: bool = False


ROWS = (
    Row("added latency p50, ms, 1 caller", lambda s: s.p50_ms, added=True),
    Row("added latency p99, ms, 1 caller", lambda s: s.p99_ms, added=True),
    Row("requests a CPU-second, 32 callers", lambda s: s.requests_per_cpu_s, more_is_better=True),
    Row(
        "chunks a CPU-second, flat out, 8 streams",
        lambda s: s.flat_chunks_per_cpu_s,
        more_is_better=True,
    ),
    Row(
        "chunks a CPU-second, 50 a second, 64 streams",
        lambda s: s.paced_chunks_per_cpu_s,
        more_is_better=True,
    ),
    Row("pace kept, of 50 chunks a second", lambda s: s.pace_kept, more_is_better=True),
    Row("memory idle, MiB (PSS)", lambda s: s.idle_pss_mib),
    Row("memory after load, MiB (PSS)", lambda s: s.loaded_pss_mib),
    Row("start to first answer, s", lambda s: s.start_s),
)


def value(row: Row, result: Result, results: list[Result]) -> float | None:
    """Return what the table shows for a system; `None` if it needs the direct way, not measured."""
    own = result.median(row.field)
    if not row.added:
        return own
    direct = find(DIRECT.name, results)
    if direct is None or result is direct:
        return None
    return own - direct.median(row.field)


def better(row: Row, number: float, ours: float) -> float:
    """Return how many times better ours is; below 1 it is worse."""
    return ours / number if row.more_is_better else number / ours


def find(name: str, results: list[Result]) -> Result | None:
    """Return the result of a system, if it was measured."""
    return next((result for result in results if result.name == name), None)


def show(results: list[Result]) -> None:
    """Print the medians, and in brackets how many times better ours is."""
    fleet = find(FLEET.name, results)
    table = Table("median of the rounds", title="in brackets: ours is so many times better")
    for result in results:
        table.add_column(result.version, justify="right")
    for row in ROWS:
        ours = value(row, fleet, results) if fleet else None
        numbers = [value(row, result, results) for result in results]
        table.add_row(row.title, *(_cell(row, number, ours) for number in numbers))
    Console(width=50 + 22 * len(results)).print(table)


def write(results: list[Result], path: Path) -> None:
    """Write every sample as JSON, with the machine it was taken on."""
    samples.keep(path, {"systems": [asdict(result) for result in results]})
    print(f"all samples: {path}")


def draw(path: Path) -> None:
    """Draw what `write` wrote, as a picture beside it."""
    picture = path.with_suffix(".png")
    samples.draw(Path(__file__).with_name("plot.py"), path, picture)
    print(f"picture: {picture}")


def _cell(row: Row, number: float | None, ours: float | None) -> str:
    if number is None:
        return "-"
    digits = f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
    return f"{digits} ({better(row, number, ours):.2g}x)" if ours and number else digits
