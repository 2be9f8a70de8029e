"""The settings of the post-training service."""

from typing import ClassVar

from pydantic import Field

from fleet_runtime.config import Config, ProviderConfig
from fleet_runtime.jobs import WorkerConfig
from fleet_runtime.store import DatabaseConfig

SCHEMA = "post_training"
"""The schema of the service's tables."""
TASKS = "training_tasks"
"""The table of its tasks, one for each job that has not ended."""


class StoreConfig(Config):
    """Where jobs are kept, and what came of them so far."""

    database: DatabaseConfig
    """Where."""


class TrainingProviderConfig(ProviderConfig):
    """One who trains."""

    group: ClassVar[str | None] = "fleet.post_training"


class WorkConfig(WorkerConfig):
    """How jobs are worked on."""

    in_flight: int = Field(default=1, ge=1)
    """How many jobs at once, in each process."""
    lease_seconds: float = Field(default=10.0, gt=0)
    """How long after its last sign of life others take over what a process has begun. A cancelled job ends within a
    third of it."""
    attempts: int = Field(default=20, ge=1)
    """How often a job is taken up again whose process died, or that fails for what may pass."""


class LimitConfig(Config):
    """What a job may be."""

    most_waiting: int = Field(default=1000, ge=1)
    """How many jobs may be there that have not ended. More are refused."""
    most_rows: int = Field(default=1_000_000, ge=1)
    """The most rows of a dataset."""
    most_bytes: int = Field(default=8 * 1024**3, ge=1)
    """The most bytes of its rows."""


class TeacherConfig(Config):
    """How other models are asked for answers that are learnt."""

    concurrency: int = Field(default=8, ge=1)
    """How many answers are asked for at once, for each job."""
    request_seconds: float = Field(default=600.0, gt=0)
    """The longest that an answer may take."""


class ScoresConfig(Config):
    """By what answers are scored."""

    function: str = Field(min_length=1, examples=["llm-as-judge::base"])
    """A scoring function of the eval service. Its scores must be numbers; the higher, the better."""


class SyntheticDataConfig(Config):
    """How data is made."""

    model: str | None = None
    """The model that answers where a request names none."""
    answers_per_dialog: int = Field(default=4, ge=1, le=64)
    """How often each conversation is answered. Once where all answers are kept."""
    temperature: float = Field(default=0.8, ge=0)
    """How freely."""
    max_tokens: int = Field(default=512, ge=1)
    """The most tokens of an answer."""
    top_k: int = Field(default=1, ge=1)
    """How many answers `top_k` keeps of each conversation."""
    top_p: float = Field(default=0.5, gt=0, le=1)
    """How much of the softmax of scores the answers make up that `top_p` keeps."""
    seed: int | None = None
    """Makes chance the same each time, where filters take it."""
    scores: ScoresConfig | None = None
    """By what answers are scored; by the mean log probability of their tokens if unset."""
    concurrency: int = Field(default=8, ge=1)
    """How many answers are asked for at once, for each request."""
    most_answers: int = Field(default=1000, ge=1)
    """The most answers of one request."""


class ServiceConfig(Config):
    """The post-training service."""

    providers: list[TrainingProviderConfig] = Field(min_length=1)
    """Who trains. The first does, but where a model's name begins with the id of another one and `/`."""
    store: StoreConfig
    """What is kept."""
    datasets: str = "eval"
    """The name of the service that has datasets, and scores."""
    inference: str = "inference"
    """The name of the service that runs models: those from which others learn, and those that make data."""
    limits: LimitConfig = LimitConfig()
    """What a job may be."""
    teacher: TeacherConfig = TeacherConfig()
    """How other models are asked for answers that are learnt."""
    synthetic_data: SyntheticDataConfig = SyntheticDataConfig()
    """How data is made."""
    work: WorkConfig = WorkConfig()
    """How jobs are worked on."""
