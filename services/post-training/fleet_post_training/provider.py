"""What the service asks of who trains."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec

from fleet.post_training.v1 import messages as m
from fleet_runtime.call import Call


class Order(msgspec.Struct, kw_only=True, frozen=True):
    """What is to be trained, and how.

    Attributes:
        job: The job's name: a file name without surprises.
        key: What its folder is called, which no other job's is.
        provider: The id of who trains.
        kind: `sft` on examples, `dpo` on preferences.
        model: The model, if the request names one.
        checkpoint: A checkpoint of another job to begin with, if the request names one.
        training: The request's own settings; they have a `data_config`.
        algorithm: What of the model is trained; all of it if unset.
        preference: How preferences count; only for `dpo`.
        metadata: The caller's keys for providers, and the trace.
    """

    job: str
    key: str
    provider: str
    kind: Literal["sft", "dpo"]
    model: str | None
    checkpoint: str | None
    training: m.TrainingConfig
    algorithm: m.AlgorithmConfig | None = None
    preference: m.DPOAlignmentConfig | None = None
    metadata: list[tuple[str, str]] = []

    @property
    def data(self) -> m.DataConfig:
        """What it is trained on."""
        if self.training.data_config is None:
            raise RuntimeError("an order without data was taken")
        return self.training.data_config


@dataclass(frozen=True, slots=True)
class ExampleFiles:
    """Examples on disk: lines of JSON, each an object.

    It has `prompt` and `completion`, or `prompt`, `chosen` and `rejected`, each a list of messages with `role` and
    `content`.

    Attributes:
        train: What the model learns.
        count: How many there are.
        validation: By what it is validated, if by anything.
    """

    train: Path
    count: int
    validation: Path | None


class Examples(Protocol):
    """The examples of a job, wherever they come from."""

    async def write(self, folder: Path) -> ExampleFiles:
        """Write all of them below `folder`. Those that are there already stay.

        Raises:
            FleetError: They cannot be had, or one is wrong: the error names the row and the field.
        """
        ...


class Report(Protocol):
    """Keeps what a provider tells of a job. Raises `TakenAwayError` once the job is not this process's any more."""

    @property
    def note(self) -> str | None:
        """What was noted of the job last, maybe by another process."""
        ...

    async def noted(self, note: str) -> None:
        """Keep what another process must know to go on."""
        ...

    async def resources(self, resources: dict[str, Any]) -> None:
        """Keep on what it is trained."""
        ...

    async def progress(self, progress: m.TrainingProgress, point: m.LossPoint | None) -> None:
        """Keep how far it is, and the loss, if it was looked at."""
        ...

    async def checkpoints(self, checkpoints: Sequence[m.Checkpoint]) -> None:
        """Keep which checkpoints there are now, oldest first."""
        ...


class TrainingProvider(Protocol):
    """Trains models."""

    async def check(self, order: Order) -> None:
        """Refuse what cannot be trained here; the error names the field of the request.

        Raises:
            FleetError: It cannot.
        """
        ...

    async def train(self, order: Order, examples: Examples, report: Report) -> None:
        """Train until it is done, from where another process left off.

        It may be cancelled at any await, and then leaves nothing running here. What runs elsewhere goes on, so that
        another process can take it up.

        Raises:
            FleetError: It failed. What may pass is tried again.
        """
        ...

    async def cancel(self, note: str, call: Call) -> None:
        """End what runs elsewhere for a job that was cancelled here, by what was noted of it. May be called again.

        Raises:
            FleetError: It could not be.
        """
        ...

    async def aclose(self) -> None:
        """Let go of everything."""
        ...
