"""The rows of a run that is a job: kept, so that whoever goes on with it finds what is left."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from fleet_eval.benchmarks.provider import AskedRow, Outcome
from fleet_eval.config import EvaluationConfig
from fleet_eval.evaluation.progress import Progress
from fleet_eval.evaluation.resources import Resources
from fleet_eval.evaluation.tables import Run
from fleet_runtime.call import Call
from fleet_runtime.errors import TooLarge
from fleet_runtime.jobs import Job, Journal
from fleet_runtime.store.outages import through_outages
from fleet_runtime.store.rows import now_ms

_DAY = 24 * 3600 * 1000
# Rows that are read or written at once.
_PIECE = 500


@dataclass(slots=True, kw_only=True)
class DurableDesk:
    """The rows of one run.

    They are copied from the dataset before the first one is asked: it may change, or go, while they are.

    Attributes:
        run: The run.
        job: Its job.
        progress: Where it is kept.
        journal: Keeps what comes of rows.
        resources: Have the dataset.
        config: How many rows there may be, and for how long answers are good.
        wanted: How many rows are wanted.
        call: On whose behalf.
        mark: What the provider noted of the run.
    """

    run: Run
    job: Job
    progress: Progress
    journal: Journal[Outcome]
    resources: Resources
    config: EvaluationConfig
    wanted: int | None
    call: Call
    mark: str | None

    async def note(self, mark: str) -> None:
        """Note what whoever goes on must know."""
        await through_outages(lambda: self.progress.write(self.job, mark=mark))
        self.mark = mark

    async def expect(self, total: int) -> None:
        """Note how many rows there are."""
        await through_outages(lambda: self.progress.write(self.job, total=total))

    async def rows(self) -> AsyncGenerator[AskedRow, None]:
        """Yield the rows that have come to nothing yet.

        Raises:
            TooLarge: The dataset has too many.
            FleetError: It cannot be read.
        """
        if self.run.total is None:
            await self.expect(await self._take())
        last = -1
        while piece := await self.progress.pending(self.run.id, last, _PIECE):
            for row in piece:
                yield row
            last = piece[-1].place

    async def known(self, key: str) -> Mapping[str, Any] | None:
        """Return what was said under a key."""
        since = now_ms() - round(self.config.answers_days * _DAY)
        return await self.progress.known(key, since)

    async def keep(self, outcome: Outcome) -> None:
        """Return once an outcome is kept."""
        await self.journal.keep(outcome)

    async def _take(self) -> int:
        """Copy the rows of the dataset, and return how many these are."""
        dataset = await self.resources.datasets.get(self.run.dataset)
        wanted = self.wanted
        count = 0
        # Whoever began this may have died, and the dataset may have other rows since.
        await self.progress.discard(self.job)
        async with aclosing(self.resources.reader.all(dataset, self.call)) as pages:
            async for page in pages:
                rows = page if wanted is None else page[: wanted - count]
                if count + len(rows) > self.config.max_rows:
                    raise self._too_many()
                for first in range(0, len(rows), _PIECE):
                    some = [
                        AskedRow(count + first + place, content)
                        for place, content in enumerate(rows[first : first + _PIECE])
                    ]
                    await self.progress.take(self.job, some)
                count += len(rows)
                if count == wanted:
                    break
        return count

    def _too_many(self) -> TooLarge:
        return TooLarge(
            f"The dataset has more than {self.config.max_rows} rows, which is the most that an eval job asks; say"
            " with 'num_examples' how many of the first ones are wanted.",
            code="too_many_rows",
            param="benchmark_config.num_examples",
        )
