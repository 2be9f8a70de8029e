"""What a provider of evaluations is: whoever has the rows of a benchmark answered."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from fleet.eval.v1 import messages as m
from fleet_eval.scoring.provider import Score
from fleet_runtime.call import Call
from fleet_runtime.providers import Provider

Results: TypeAlias = Mapping[str, Mapping[str, Any]]
"""What was made of the scores of all rows, by the names of scoring functions."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A run of a benchmark.

    Attributes:
        id: Names it.
        benchmark_id: The benchmark.
        benchmark: The provider's name for the benchmark.
        metadata: What else is known of the benchmark.
        config: Who answers, and how.
    """

    id: str
    benchmark_id: str
    benchmark: str
    metadata: Mapping[str, Any]
    config: m.BenchmarkConfig


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row to be answered.

    Attributes:
        place: Which one it is, from 0.
        content: It, a JSON object.
    """

    place: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a row.

    Attributes:
        row: The row.
        generation: What was said to it: its `generated_answer`, and what more there is to say.
        error: Why nothing was, if so.
        key: Under what later runs find the answer; nothing if they may not.
        cached: Whether it was found so.
        scores: How it was scored, by the names of functions; nothing where the service is to do so.
    """

    row: AskedRow
    generation: Mapping[str, Any]
    error: m.EvalError | None = None
    key: str | None = None
    cached: bool = False
    scores: Mapping[str, Score] | None = None


class Desk(Protocol):
    """Where the rows of one run lie, and where what comes of them goes.

    Whatever is written here raises `TakenAwayError` once the run is somebody else's, or is cancelled.
    """

    @property
    def mark(self) -> str | None:
        """What the provider noted of the run, which may have been in another process."""
        ...

    async def note(self, mark: str) -> None:
        """Note what whoever goes on with the run must know."""
        ...

    async def expect(self, total: int) -> None:
        """Say how many rows there are, where the provider has rows of its own."""
        ...

    def rows(self) -> AsyncGenerator[AskedRow, None]:
        """Yield the rows of the benchmark's dataset that have come to nothing yet.

        Raises:
            FleetError: The dataset cannot be read.
        """
        ...

    async def known(self, key: str) -> Mapping[str, Any] | None:
        """Return the generation that an earlier outcome has under a key."""
        ...

    async def keep(self, outcome: Outcome) -> None:
        """Return once an outcome is kept: never is the row given out again."""
        ...


class EvalProvider(Provider, Protocol):
    """Runs benchmarks."""

    @property
    def scores_itself(self) -> bool:
        """Whether it has rows and scores of its own, and needs no dataset and no scoring function of the service."""
        ...

    async def register(self, benchmark: str, metadata: bytes, call: Call) -> None:
        """Do what is to be done before a benchmark is known. May be done twice for one.

        Args:
            benchmark: The provider's name for it.
            metadata: What else is known of it: a JSON object.
            call: On whose behalf.

        Raises:
            FleetError: The benchmark can never be run, or the provider's upstream failed.
        """
        ...

    async def unregister(self, benchmark: str, call: Call) -> None:
        """Undo it. May be done twice for one."""
        ...

    def check(self, evaluation: Evaluation) -> None:
        """Refuse what could never be run.

        Raises:
            InvalidArgument: The candidate or its parameters are wrong.
        """
        ...

    async def run(self, evaluation: Evaluation, desk: Desk, call: Call) -> Results | None:
        """Have all rows come to something. It may be cancelled at any await, and called again to go on.

        Returns:
            What was made of all scores; nothing if the service is to score.

        Raises:
            FleetError: It cannot be gone on with; it is tried again where that may help.
        """
        ...

    async def cancel(self, evaluation: Evaluation, mark: str | None, call: Call) -> None:
        """Tell whoever else works on a run that it is over."""
        ...
