"""The samples of `report.write` as a picture: `python plot.py bench-responses.json`.

Runs in an environment of its own, which has Matplotlib and nothing of ours.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import matplotlib.pyplot as plt

Sample: TypeAlias = dict[str, Any]


def main() -> None:
    """Draw responses a CPU-second, and how long they take, for each system and scenario."""
    source = Path(sys.argv[1])
    samples = json.loads(source.read_text())["responses"]
    figure, (cost, time) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    _bars(cost, samples, lambda s: s["responses_per_cpu_s"], "responses a CPU-second")
    _bars(time, samples, lambda s: s["p50_ms"], "p50 at a low load (ms)")
    target = source.with_suffix(".png")
    figure.savefig(target, dpi=120)
    print(f"picture: {target}")


def _bars(axis: Any, samples: list[Sample], field: Callable[[Sample], float], title: str) -> None:
    """Draw the medians of a field: a group for each scenario, and in it a bar for each system."""
    scenarios = list(dict.fromkeys(sample["scenario"] for sample in samples))
    systems = sorted({sample["system"] for sample in samples})
    for place, system in enumerate(systems):
        heights = [
            _median(samples, field, system=system, scenario=scenario) for scenario in scenarios
        ]
        places = [group + place / (len(systems) + 1) for group in range(len(scenarios))]
        bars = axis.bar(places, heights, width=1 / (len(systems) + 1), label=system)
        axis.bar_label(bars, fmt="%.3g")
    middle = (len(systems) - 1) / 2 / (len(systems) + 1)
    axis.set_xticks([group + middle for group in range(len(scenarios))], scenarios)
    axis.set_ylabel(title)
    axis.spines[["top", "right"]].set_visible(False)
    if axis.has_data():
        axis.legend(frameon=False)


def _median(samples: list[Sample], field: Callable[[Sample], float], **wanted: str) -> float:
    """Return the median of a field, of the samples that are of this kind; 0 if there are none."""
    found = [field(s) for s in samples if all(s[key] == value for key, value in wanted.items())]
    return median(found) if found else 0.0


if __name__ == "__main__":
    main()
