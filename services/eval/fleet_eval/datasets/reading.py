"""Reading the rows of datasets: those of the source, then those that are kept here."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fleet_eval.datasets.dataset import Dataset
from fleet_eval.datasets.known import Datasets
from fleet_eval.datasets.provider import Bounds, Place, Slice
from fleet_eval.datasets.row_store import RowStore
from fleet_runtime.call import Call

_KEPT = "kept"
"""What marks of rows begin with that are kept here; the number of rows that the source has follows."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a dataset.

    Attributes:
        rows: Each a JSON object.
        after: Where the next page begins; nothing if there is none.
    """

    rows: list[bytes]
    after: Place | None


class Reader:
    """Reads rows, page by page.

    Args:
        datasets: The datasets.
        rows: The rows that are kept here.
        largest: The largest page.
    """

    def __init__(self, datasets: Datasets, rows: RowStore, largest: Bounds) -> None:
        self._datasets = datasets
        self._rows = rows
        self._largest = largest

    async def page(self, dataset: Dataset, start: Place, limit: int | None, call: Call) -> Page:
        """Return a page.

        Args:
            dataset: The dataset.
            start: Where it begins.
            limit: The most rows; all if unset, but no page is larger than the largest.
            call: On whose behalf.

        Raises:
            FleetError: As `DatasetProvider.read`.
        """
        most = self._largest.rows if limit is None else min(limit, self._largest.rows)
        bounds = Bounds(most, self._largest.bytes)
        if dataset.uri is None:
            return await self._kept(dataset, Slice([], Place(0), ended=True), start, bounds)
        kind, _, length = (start.mark or "").partition(":")
        if kind == _KEPT and length.isdecimal():
            source = Slice([], Place(int(length)), ended=True)
            return await self._kept(dataset, source, start, bounds)
        found = await self._datasets.provider(dataset).read(dataset, start, bounds, call)
        if not found.ended:
            return Page(list(found.rows), found.place)
        return await self._kept(dataset, found, start, bounds)

    async def all(self, dataset: Dataset, call: Call) -> AsyncGenerator[list[bytes], None]:
        """Yield all rows, page by page.

        Raises:
            FleetError: As `page`.
        """
        place: Place | None = Place()
        while place is not None:
            page = await self.page(dataset, place, None, call)
            yield page.rows
            place = page.after

    async def _kept(self, dataset: Dataset, source: Slice, start: Place, bounds: Bounds) -> Page:
        """Return what was found in a source to its end, and what is kept here after that."""
        rows, end = list(source.rows), source.place.row
        left = Bounds(bounds.rows - len(rows), bounds.bytes - sum(map(len, rows)))
        first = max(start.row + len(rows) - end, 0)
        if left.rows > 0 and left.bytes > 0:
            rows += await self._rows.read(dataset.key, first, left)
        after = start.row + len(rows)
        if after >= end + await self._rows.size(dataset.key):
            return Page(rows, None)
        return Page(rows, Place(after, f"{_KEPT}:{end}"))
