"""The rows of a run that a caller gave and waits for: in memory."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from fleet_eval.benchmarks.provider import AskedRow, Outcome
from fleet_eval.evaluation.progress import Progress
from fleet_runtime.store.rows import now_ms

_DAY = 24 * 3600 * 1000


class GivenDesk:
    """Rows of a caller's own.

    Args:
        rows: They, each a JSON object.
        progress: Knows earlier answers.
        answers_days: For how long these are good.

    Attributes:
        outcomes: What came of them, by their places.
    """

    mark: str | None = None

    def __init__(self, rows: Sequence[bytes], progress: Progress, answers_days: float) -> None:
        self.outcomes: dict[int, Outcome] = {}
        self._rows = rows
        self._progress = progress
        self._answers_days = answers_days

    async def note(self, mark: str) -> None:
        """Do nothing: nobody else goes on with it."""

    async def expect(self, total: int) -> None:
        """Do nothing: nobody looks how far it is."""

    async def rows(self) -> AsyncGenerator[AskedRow, None]:
        """Yield the rows."""
        for place, content in enumerate(self._rows):
            yield AskedRow(place, content)

    async def known(self, key: str) -> Mapping[str, Any] | None:
        """Return what was said under a key."""
        return await self._progress.known(key, now_ms() - round(self._answers_days * _DAY))

    async def keep(self, outcome: Outcome) -> None:
        """Keep an outcome until the caller is told."""
        self.outcomes[outcome.row.place] = outcome
