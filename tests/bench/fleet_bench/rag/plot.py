"""The samples of `report.write` as two pictures: `python plot.py bench-rag.json`.

Runs in an environment of its own, which has Matplotlib and nothing of ours.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import matplotlib.pyplot as plt

Sample: TypeAlias = dict[str, Any]
Curves: TypeAlias = dict[str, dict[int, list[Sample]]]
"""Samples by the label of their curve, and by the size of what was measured."""


def main() -> None:
    """Draw recall against latency, and the time of ingestion against its size."""
    source = Path(sys.argv[1])
    document = json.loads(source.read_text())
    searches = _curves(document["searches"], ("system", "engine"), "chunks")
    _draw_searches(searches, source.with_name(f"{source.stem}-recall.png"))
    ingestions = _curves(document["ingestions"], ("system", "engine", "encoder"), "chunks")
    _draw_ingestions(ingestions, source.with_name(f"{source.stem}-ingestion.png"))


def _curves(samples: list[Sample], label: tuple[str, ...], size: str) -> Curves:
    curves: Curves = defaultdict(lambda: defaultdict(list))
    for sample in samples:
        curves[", ".join(sample[part] for part in label)][sample[size]].append(sample)
    return curves


def _points(sizes: dict[int, list[Sample]], field: Callable[[Sample], float]) -> list[float]:
    """Return the median of a field for each size, the smallest size first."""
    return [float(median(map(field, sizes[size]))) for size in sorted(sizes)]


def _draw_searches(curves: Curves, target: Path) -> None:
    figure, axis = plt.subplots(figsize=(8, 5), layout="constrained")
    for place, (label, sizes) in enumerate(sorted(curves.items())):
        latencies = _points(sizes, lambda s: s["p50_ms"])
        recalls = _points(sizes, lambda s: s["recall"])
        axis.plot(latencies, recalls, f"C{place}o-", label=label, alpha=0.8)
        for size, x, y in zip(sorted(sizes), latencies, recalls, strict=True):
            below = (0, -12 - 11 * place)
            axis.annotate(
                f"{size:,}",
                (x, y),
                below,
                textcoords="offset points",
                color=f"C{place}",
                ha="center",
            )
    axis.set(
        xscale="log",
        xlabel="latency p50, 1 caller (ms); numbers: chunks in the store",
        ylabel="recall@10",
    )
    axis.set_ylim(0, 1.05)
    _save(figure, axis, target)


def _draw_ingestions(curves: Curves, target: Path) -> None:
    figure, axis = plt.subplots(figsize=(8, 5), layout="constrained")
    for place, (label, sizes) in enumerate(sorted(curves.items())):
        axis.plot(sorted(sizes), _points(sizes, lambda s: s["seconds"]), f"C{place}o-", label=label)
    axis.set(xlabel="chunks that came in", ylabel="seconds")
    axis.set_xlim(left=0)
    axis.set_ylim(bottom=0)
    _save(figure, axis, target)


def _save(figure: Any, axis: Any, target: Path) -> None:
    axis.spines[["top", "right"]].set_visible(False)
    if axis.has_data():
        axis.legend(frameon=False)
    figure.savefig(target, dpi=120)
    print(f"picture: {target}")


if __name__ == "__main__":
    main()
