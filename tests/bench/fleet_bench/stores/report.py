"""The findings as tables."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from fleet_bench.stores.findings import Findings
from fleet_bench.stores.results import Judged, Sample

_WIDTH = 150
_FEW, _MANY = 1, 8
"""How many callers the tables show."""


def show(findings: Findings) -> None:
    """Print all tables."""
    console = Console(width=_WIDTH)
    for size in _sizes(findings):
        for filtered in (False, True):
            console.print(_searches(findings, size, filtered=filtered))
    console.print(_growth(findings))
    for table in (_tuned(findings), _fillings(findings), _judged(findings.judged)):
        if table.row_count:
            console.print(table)


def ratio(findings: Findings, store: str, size: int, *, filtered: bool) -> float | None:
    """Return how many times the CPU time of the engine's own client a search through our provider takes."""
    ours, own = (
        _found(findings, store, side, size, filtered=filtered, callers=_FEW)
        for side in ("ours", "own")
    )
    return ours.cpu_ms / own.cpu_ms if ours and own else None


def _searches(findings: Findings, size: int, *, filtered: bool) -> Table:
    """Return what searches among `size` rows took."""
    kind = "with a filter that keeps 1 %" if filtered else "all"
    table = Table(
        "store", "side", title=f"{size:,} vectors, {kind}; {_FEW} caller | {_MANY} at once"
    )
    for title in ("recall@10", "nDCG@10", "q/s", "p50 ms", "p99 ms", "CPU ms"):
        table.add_column(title, justify="right")
    for title in ("q/s", "p50 ms", "p99 ms", "CPU ms"):
        table.add_column(f"{_MANY}: {title}", justify="right")
    for store in _stores(findings):
        for side in ("ours", "own"):
            few, many = (
                _found(findings, store, side, size, filtered=filtered, callers=callers)
                for callers in (_FEW, _MANY)
            )
            if few and many:
                quality = (f"{few.recall:.3f}", f"{few.ndcg:.3f}")
                table.add_row(store, side, *quality, *_speed(few), *_speed(many))
        table.add_section()
    return table


def _speed(sample: Sample) -> Iterable[str]:
    numbers = (sample.per_second, sample.p50_ms, sample.p99_ms, sample.cpu_ms)
    return map(digits, numbers)


def _growth(findings: Findings) -> Table:
    """Return how the cost of a search compares with the engine's own, by size."""
    sizes = _sizes(findings)
    table = Table("store", "searches", title="CPU of a search, ours / own")
    for size in sizes:
        table.add_column(f"{size:,}", justify="right")
    table.add_column("growth", justify="right")
    for store in _stores(findings):
        for filtered in (False, True):
            ratios = [ratio(findings, store, size, filtered=filtered) for size in sizes]
            kind = "with a filter" if filtered else "all"
            table.add_row(store, kind, *map(_times, ratios), _times(_grown(ratios)))
    return table


def _grown(ratios: Sequence[float | None]) -> float | None:
    """Return how many times the ratio is at the last size what it is at the first; 1 or less is no growth."""
    known = [each for each in ratios if each is not None]
    return known[-1] / known[0] if len(known) > 1 else None


def _tuned(findings: Findings) -> Table:
    """Return recall and time by the number of candidates."""
    table = Table(
        "store", "side", "vectors", "candidates", title="graphs by how many candidates they look at"
    )
    for title in ("recall@10", "p50 ms", "CPU ms"):
        table.add_column(title, justify="right")
    for sample in findings.samples:
        if sample.candidates is not None:
            table.add_row(
                sample.store,
                sample.side,
                f"{sample.size:,}",
                str(sample.candidates),
                f"{sample.recall:.3f}",
                digits(sample.p50_ms),
                digits(sample.cpu_ms),
            )
    return table


def _fillings(findings: Findings) -> Table:
    """Return what putting rows in took."""
    table = Table("store", "side", title="putting in, by thousands")
    for title in ("up to", "rows/s", "CPU ms a row", "index s"):
        table.add_column(title, justify="right")
    for each in findings.fillings:
        table.add_row(
            each.store,
            each.side,
            f"{each.size:,}",
            digits(each.rows / each.seconds),
            digits(each.cpu_seconds / each.rows * 1e3),
            digits(each.ready_seconds),
        )
    return table


def _judged(judged: Sequence[Judged]) -> Table:
    """Return how well questions were answered."""
    table = Table("store", title="judged questions: nDCG@10 recall@10")
    modes = list(dict.fromkeys(each.mode for each in judged))
    for mode in modes:
        table.add_column(mode, justify="right")
    for store in dict.fromkeys(each.store for each in judged):
        by_mode = {each.mode: each for each in judged if each.store == store}
        cells = (
            f"{by_mode[mode].ndcg:.3f}  {by_mode[mode].recall:.3f}" if mode in by_mode else "-"
            for mode in modes
        )
        table.add_row(store, *cells)
    return table


def digits(number: float) -> str:
    """Return a number with three digits that count."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _times(number: float | None) -> str:
    return "-" if number is None else f"{number:.2f}"


def _stores(findings: Findings) -> list[str]:
    return list(dict.fromkeys(sample.store for sample in findings.samples))


def _sizes(findings: Findings) -> list[int]:
    return sorted({sample.size for sample in findings.samples})


def _found(
    findings: Findings, store: str, side: str, size: int, *, filtered: bool, callers: int
) -> Sample | None:
    wanted = (store, side, size, filtered, callers, None)
    for each in findings.samples:
        about = (each.store, each.side, each.size, each.filtered, each.callers, each.candidates)
        if about == wanted:
            return each
    return None
