"""What runs are made of."""

from dataclasses import dataclass

from fleet_eval.benchmarks.known import Benchmarks
from fleet_eval.datasets.known import Datasets
from fleet_eval.datasets.reading import Reader
from fleet_eval.scoring.scorer import Scorer


@dataclass(frozen=True, slots=True)
class Resources:
    """All that a run of a benchmark uses.

    Attributes:
        benchmarks: The benchmarks, and who runs them.
        datasets: The datasets.
        reader: Reads their rows.
        scorer: Scores.
    """

    benchmarks: Benchmarks
    datasets: Datasets
    reader: Reader
    scorer: Scorer
