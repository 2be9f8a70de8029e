"""The settings of the eval service."""

from typing import Any, ClassVar, Literal

from pydantic import Field, PositiveInt

from fleet_runtime.config import Config, ProviderConfig
from fleet_runtime.store import DatabaseConfig

SCHEMA = "eval"
"""The schema of the service's tables."""

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
    max_scored_rows: PositiveInt = 100_000
    """The most rows of a dataset that are scored at once."""
    pages: PageConfig = PageConfig()
    """How much a page of rows may have."""
    store: StoreConfig
    """What is kept."""
