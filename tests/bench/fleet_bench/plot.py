"""The samples of `report.write` as a picture: `python plot.py bench.json bench.png`.

Runs in an environment of its own, which has Matplotlib and nothing of ours.
"""

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib.pyplot as plt

PANELS = {
    "latency p50, 1 caller (ms)": "p50_ms",
    "requests a CPU-second, 32 callers": "requests_per_cpu_s",
    "chunks a CPU-second, flat out": "flat_chunks_per_cpu_s",
    "chunks a CPU-second, 50/s in 64 streams": "paced_chunks_per_cpu_s",
    "memory after load, PSS (MiB)": "loaded_pss_mib",
    "start to first answer (s)": "start_s",
}
COLUMNS = 3


def main() -> None:
    """Draw one panel a measure, one bar a system; the scales are logarithmic."""
    source, target = map(Path, sys.argv[1:])
    systems = json.loads(source.read_text())["systems"]
    rows = -(-len(PANELS) // COLUMNS)
    figure, axes = plt.subplots(rows, COLUMNS, figsize=(13, 3.4 * rows), layout="constrained")
    for axis, (title, field) in zip(axes.flat, PANELS.items(), strict=True):
        _draw(axis, title, [(system["version"], _median(system, field)) for system in systems])
    figure.savefig(target, dpi=120)


def _median(system: dict[str, Any], field: str) -> float:
    return float(median(sample[field] for sample in system["samples"]))


def _draw(axis: Any, title: str, bars: list[tuple[str, float]]) -> None:
    """Draw a panel, each bar with its number."""
    names, heights = zip(*bars, strict=True)
    drawn = axis.barh(names, heights, color=[f"C{place}" for place in range(len(bars))])
    axis.bar_label(drawn, labels=[_short(height) for height in heights])
    axis.set(title=title, xscale="log")
    axis.margins(x=0.25)
    axis.invert_yaxis()
    axis.spines[["top", "right"]].set_visible(False)


def _short(number: float) -> str:
    return f" {number:,.0f}" if number >= 100 else f" {number:.3g}"


if __name__ == "__main__":
    main()
