"""The settings of the eval service."""

from typing import Any, ClassVar, Literal

from pydantic import Field, PositiveInt

from fleet_runtime.config import Config, ProviderConfig
from fleet_runtime.jobs import WorkerConfig
from fleet_runtime.store import DatabaseConfig

SCHEMA = "eval"
"""The schema of the service's tables."""
JOBS = "eval_jobs"
"""The table of its jobs, one for each run of a benchmark that has not ended."""

MEBIBYTE = 1024 * 1024


class StoreConfig(Config):
    """Where the service keeps what callers register, and rows that they give or append."""

    database: DatabaseConfig
    """Where."""


class DatasetProviderConfig(ProviderConfig):
    """One who reads the rows of datasets."""

    group: ClassVar[str | None] = "fleet.datasetio"


class ScoringProviderConfig(ProviderConfig):
    """One who scores."""

    group: ClassVar[str | None] = "fleet.scoring"


class DatasetConfig(Config):
    """A dataset that is always there."""

    dataset_id: str = Field(min_length=1)
    """Its name."""
    uri: str = Field(min_length=1)
    """Where its rows are."""
    purpose: Literal["eval/question-answer", "eval/messages-answer", "post-training/messages"] = (
        "eval/question-answer"
    )
    """What it is for."""
    provider_id: str | None = None
    """The provider that reads it. The first that reads such an address if unset."""
    metadata: dict[str, Any] = {}
    """What else is to be known of it."""


class EvalProviderConfig(ProviderConfig):
    """One who runs benchmarks."""

    group: ClassVar[str | None] = "fleet.eval"


class BenchmarkEntry(Config):
    """A benchmark that is always there."""

    benchmark_id: str = Field(min_length=1, pattern="^[^/]+$")
    """Its name, without slashes."""
    dataset_id: str = ""
    """The dataset whose rows are asked. Providers that have rows of their own need none."""
    scoring_functions: list[str] = []
    """The names of the scoring functions."""
    provider_id: str | None = None
    """The provider that runs it. The first if unset."""
    provider_benchmark_id: str | None = None
    """The provider's name for it. The same if unset."""
    metadata: dict[str, Any] = {}
    """What else is to be known of it, some of it by the provider."""


class EvaluationConfig(WorkerConfig):
    """How benchmarks are run."""

    lease_seconds: float = Field(default=10.0, gt=0)
    """How long after its last sign of life others take over what a process has begun."""
    attempts: int = Field(default=20, ge=1)
    """How often a run is begun again that cannot go on, as its dataset cannot be read, or whose process died."""
    max_rows: PositiveInt = 100_000
    """The most rows that a run asks."""
    max_given_rows: PositiveInt = 1000
    """The most rows of its own that a caller has answered and waits for."""
    most_waiting: PositiveInt = 1000
    """How many runs may be there that have not ended. More are refused."""
    answers_days: float = Field(default=30.0, ge=0)
    """For how many days later runs take answers of earlier ones. They take none if 0."""


class PageConfig(Config):
    """How much a page of rows may have, whatever its caller asks for."""

    max_rows: PositiveInt = 10_000
    """The most rows."""
    max_bytes: PositiveInt = 8 * MEBIBYTE
    """The most bytes, but for the last row."""


class ServiceConfig(Config):
    """The eval service."""

    datasetio: list[DatasetProviderConfig] = Field(
        default=[DatasetProviderConfig(id="localfs", type="inline::localfs")], min_length=1
    )
    """Who reads the rows of datasets. Where a dataset names nobody, the first that reads such an address."""
    datasets: list[DatasetConfig] = []
    """The datasets that are always there; callers cannot take them away."""
    scoring: list[ScoringProviderConfig] = Field(
        default=[
            ScoringProviderConfig(id="basic", type="inline::basic"),
            ScoringProviderConfig(id="llm-as-judge", type="inline::llm-as-judge"),
        ],
        min_length=1,
    )
    """Who scores."""
    eval: list[EvalProviderConfig] = [EvalProviderConfig(id="builtin", type="inline::builtin")]
    """Who runs benchmarks. Where a benchmark names nobody, the first."""
    benchmarks: list[BenchmarkEntry] = []
    """The benchmarks that are always there; callers cannot take them away."""
    evaluation: EvaluationConfig = EvaluationConfig()
    """How they are run."""
    max_scored_rows: PositiveInt = 100_000
    """The most rows of a dataset that are scored at once."""
    pages: PageConfig = PageConfig()
    """How much a page of rows may have."""
    store: StoreConfig
    """What is kept."""
