"""The findings as pictures: `python plot.py bench-stores.json`, which draws `bench-stores-*.png` beside it.

Runs in an environment of its own, which has Matplotlib and nothing of ours.
"""

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import matplotlib.pyplot as plt

Samples: TypeAlias = list[dict[str, Any]]

STYLES = {"ours": ("-", "full"), "own": ("--", "none")}
"""How lines and marks are drawn, by side."""


class Line(NamedTuple):
    """One side of one store."""

    colour: str
    store: str
    side: str
    samples: Samples


def main() -> None:
    """Draw both pictures."""
    source = Path(sys.argv[1])
    samples = [each for each in json.loads(source.read_text())["sample"] if each["callers"] == 1]
    _recall_against_latency(samples, source.with_name(f"{source.stem}-recall.png"))
    _cpu_against_size(samples, source.with_name(f"{source.stem}-cpu.png"))


def _recall_against_latency(samples: Samples, target: Path) -> None:
    """Draw a panel for all rows and one for filtered ones: the largest size, a line where candidates vary."""
    largest = max(each["size"] for each in samples)
    figure, axes = plt.subplots(1, 2, figsize=(13, 5), layout="constrained", sharey=True)
    for axis, filtered in zip(axes, (False, True), strict=True):
        chosen = [s for s in samples if s["size"] == largest and s["filtered"] == filtered]
        for line in _lines(chosen, "p50_ms"):
            _draw(axis, line, "p50_ms", "recall")
        kind = "a filter that keeps 1 %" if filtered else "all"
        axis.set(title=f"{largest:,} vectors, {kind}", xlabel="p50, ms, 1 caller", xscale="log")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("recall@10")
    _finish(figure, axes[0], target)


def _cpu_against_size(samples: Samples, target: Path) -> None:
    """Draw a panel for all rows and one for filtered ones."""
    figure, axes = plt.subplots(1, 2, figsize=(13, 5), layout="constrained", sharey=True)
    for axis, filtered in zip(axes, (False, True), strict=True):
        chosen = [s for s in samples if s["filtered"] == filtered and s["candidates"] is None]
        for line in _lines(chosen, "size"):
            _draw(axis, line, "size", "cpu_ms")
        kind = "a filter that keeps 1 %" if filtered else "all"
        axis.set(title=kind, xlabel="vectors", xscale="log", yscale="log")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("CPU ms a search, 1 caller")
    _finish(figure, axes[0], target)


def _lines(samples: Samples, order: str) -> list[Line]:
    """Return a line for each side of each store, from left to right."""
    stores = list(dict.fromkeys(each["store"] for each in samples))
    ordered = sorted(samples, key=lambda each: each[order])
    return [
        Line(
            f"C{place}",
            store,
            side,
            [each for each in ordered if (each["store"], each["side"]) == (store, side)],
        )
        for place, store in enumerate(stores)
        for side in STYLES
    ]


def _draw(axis: Any, line: Line, across: str, up: str) -> None:
    """Draw a line with a mark at each sample."""
    style, fill = STYLES[line.side]
    axis.plot(
        [each[across] for each in line.samples],
        [each[up] for each in line.samples],
        style,
        color=line.colour,
        marker="o",
        fillstyle=fill,
        label=f"{line.store}, {line.side}",
    )


def _finish(figure: Any, axis: Any, target: Path) -> None:
    handles, labels = axis.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", fontsize="small")
    figure.savefig(target, dpi=120)


if __name__ == "__main__":
    main()
