"""What a benchmark is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark: a dataset, and what answers to its rows are scored by.

    Attributes:
        id: Its name.
        provider: The id of the provider that runs it.
        name: The provider's name for it.
        dataset: The name of the dataset.
        scoring_functions: The names of the scoring functions.
        metadata: What else is known of it: a JSON object.
    """

    id: str
    provider: str
    name: str
    dataset: str
    scoring_functions: tuple[str, ...]
    metadata: bytes = b"{}"
