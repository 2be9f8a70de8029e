"""The samples as tables of ratios, beside the bars they are to pass, and as a file."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from fleet_bench import samples
from fleet_bench.rag.fleet import FLEET
from fleet_bench.rag.ingesting import IngestionSample
from fleet_bench.rag.ogx import OGX
from fleet_bench.rag.searching import SearchSample

SEARCH_BAR = 3.0
"""How many times as many queries a CPU-second ours should answer, and miss no more."""
INGESTION_BAR = 2.0
"""How many times as many chunks a CPU-second ours should put in."""
WIDTH = 150
_PARTS = ("envoy", "fleet_inference", "fleet_files", "fleet_vector_io")
_SIDES = (FLEET.name, OGX.name)

Sample = TypeVar("Sample", SearchSample, IngestionSample)


def show(searches: Sequence[SearchSample], ingestions: Sequence[IngestionSample]) -> None:
    """Print the medians of all rounds: ours / theirs."""
    console = Console(width=WIDTH)
    for table in (
        search_table(searches),
        ingestion_table(ingestions),
        parts_table(searches, ingestions),
    ):
        if table.row_count:
            console.print(table)


def search_table(samples: Sequence[SearchSample]) -> Table:
    """Return what searches take, a row for each store."""
    table = Table("engine", "chunks", title=f"searches, {FLEET.version} / {OGX.version}")
    for title in (
        "queries/CPU-s",
        f"bar {SEARCH_BAR:g}x",
        "queries/s",
        "p50 ms",
        "p99 ms",
        "recall@10",
    ):
        table.add_column(title, justify="right")
    for engine, chunks in dict.fromkeys((s.engine, s.chunks) for s in samples):
        sides = _sides([s for s in samples if (s.engine, s.chunks) == (engine, chunks)])
        table.add_row(
            engine,
            f"{chunks:,}",
            _both(sides, lambda s: s.queries_per_cpu_s),
            _verdict(
                _ratio(sides, lambda s: s.queries_per_cpu_s),
                SEARCH_BAR,
                _ratio(sides, lambda s: s.recall),
            ),
            _both(sides, lambda s: s.queries_per_s),
            _both(sides, lambda s: s.p50_ms),
            _both(sides, lambda s: s.p99_ms),
            _both(sides, lambda s: s.recall),
        )
    return table


def ingestion_table(samples: Sequence[IngestionSample]) -> Table:
    """Return what putting in files takes, a row for each number of files."""
    table = Table(
        "engine", "embeddings", "files", title=f"ingestion, {FLEET.version} / {OGX.version}"
    )
    for title in ("chunks", "chunks/CPU-s", f"bar {INGESTION_BAR:g}x", "chunks/s", "seconds"):
        table.add_column(title, justify="right")
    for row in dict.fromkeys((s.engine, s.encoder, s.files) for s in samples):
        sides = _sides([s for s in samples if (s.engine, s.encoder, s.files) == row])
        engine, encoder, files = row
        table.add_row(
            engine,
            encoder,
            str(files),
            _both(sides, lambda s: s.chunks),
            _both(sides, lambda s: s.chunks_per_cpu_s),
            _verdict(_ratio(sides, lambda s: s.chunks_per_cpu_s), INGESTION_BAR),
            _both(sides, lambda s: s.chunks_per_s),
            _both(sides, lambda s: s.seconds),
        )
    return table


def parts_table(searches: Sequence[SearchSample], ingestions: Sequence[IngestionSample]) -> Table:
    """Return where our CPU time goes: by service, its children with it, for a query and for a chunk."""
    table = Table("CPU ms", *_PARTS, "rest", title=f"where {FLEET.version}'s CPU time goes")
    rows: defaultdict[str, list[dict[str, float]]] = defaultdict(list)
    for search in searches:
        if search.system == FLEET.name:
            rows[f"a query, {search.engine}, {search.chunks:,} chunks"].append(search.cpu_ms)
    for each in ingestions:
        if each.system == FLEET.name:
            title = f"a chunk, {each.engine}, {each.encoder}, {each.files} files"
            rows[title].append({part: cpu / each.chunks * 1e3 for part, cpu in each.cpu_s.items()})
    for title, found in rows.items():
        named = (median(used.get(part, 0.0) for used in found) for part in _PARTS)
        rest = median(sum(cpu for p, cpu in used.items() if p not in _PARTS) for used in found)
        table.add_row(title, *map(_short, named), _short(rest))
    return table


def write(
    searches: Sequence[SearchSample], ingestions: Sequence[IngestionSample], path: Path
) -> None:
    """Write every sample as JSON, with the machine it was taken on."""
    found = {
        "searches": [asdict(sample) for sample in searches],
        "ingestions": [asdict(sample) for sample in ingestions],
    }
    samples.keep(path, found)
    print(f"all samples: {path}")


def draw(path: Path) -> None:
    """Draw what `write` wrote, as pictures beside it."""
    samples.draw(Path(__file__).with_name("plot.py"), path)


def _sides(samples: Sequence[Sample]) -> list[list[Sample]]:
    """Return our samples and theirs."""
    return [[sample for sample in samples if sample.system == side] for side in _SIDES]


def _both(sides: Sequence[Sequence[Sample]], field: Callable[[Sample], float]) -> str:
    return " / ".join(_short(median(map(field, side))) if side else "-" for side in sides)


def _ratio(sides: Sequence[Sequence[Sample]], field: Callable[[Sample], float]) -> float | None:
    """Return how many times as much ours is; nothing if one was not measured."""
    if not all(sides):
        return None
    ours, theirs = (median(map(field, side)) for side in sides)
    return ours / theirs


def _verdict(ratio: float | None, bar: float, recall: float | None = 1.0) -> str:
    """Return a ratio, and whether it passes the bar: with a recall that is worse than theirs it does not."""
    if ratio is None or recall is None:
        return "-"
    return f"{ratio:.2g}x {'passed' if ratio >= bar and recall >= 1 else 'MISSED'}"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
