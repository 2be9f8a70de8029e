"""The operations on the rows of datasets: reading and appending them."""

import msgspec

from fleet.eval.v1 import messages as m
from fleet_eval.datasets import cursor
from fleet_eval.datasets.known import Datasets
from fleet_eval.datasets.provider import Place
from fleet_eval.datasets.reading import Reader
from fleet_eval.datasets.row_store import RowStore
from fleet_eval.datasets.rows import checked
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.operation import Answer

_ALL = -1


class DatasetIoOperations:
    """Reads and appends rows.

    Args:
        datasets: The datasets.
        reader: Reads their rows.
        rows: Where appended rows are kept.
    """

    def __init__(self, datasets: Datasets, reader: Reader, rows: RowStore) -> None:
        self._datasets = datasets
        self._reader = reader
        self._rows = rows

    async def iter_rows(self, request: m.IterRowsRequest, call: Call) -> Answer[m.RowsPage]:
        """Get a page of rows."""
        dataset = await self._datasets.get(request.dataset_id)
        start = Place(request.start_index or 0)
        if request.cursor is not None:
            if request.start_index is not None:
                raise InvalidArgument(
                    "A page goes on from 'cursor' or begins at 'start_index'; leave one out.",
                    code="invalid_value",
                    param="start_index",
                )
            start = cursor.decode(dataset.key, request.cursor, "cursor")
        page = await self._reader.page(dataset, start, _limit(request.limit, "limit"), call)
        return m.RowsPage(
            data=[msgspec.Raw(row) for row in page.rows],
            has_more=page.after is not None,
            next_cursor=cursor.encode(dataset.key, page.after) if page.after else None,
        )

    async def append_rows(self, request: m.AppendRowsRequest, call: Call) -> None:
        """Append rows."""
        del call
        dataset = await self._datasets.get(request.dataset_id)
        await self._rows.append(dataset.key, checked(request.rows, "rows"))

    async def get_rows_paginated(
        self, request: m.GetRowsPaginatedRequest, call: Call
    ) -> Answer[m.PaginatedRows]:
        """Get a page of rows, as older versions of Llama Stack did."""
        if request.filter_condition is not None:
            raise InvalidArgument(
                "Rows cannot be filtered; leave 'filter_condition' out.",
                code="filter_not_supported",
                param="filter_condition",
            )
        dataset = await self._datasets.get(request.dataset_id)
        token = request.page_token
        start = Place() if token is None else cursor.decode(dataset.key, token, "page_token")
        limit = _limit(request.rows_in_page, "rows_in_page")
        page = await self._reader.page(dataset, start, limit, call)
        return m.PaginatedRows(
            rows=[msgspec.Raw(row) for row in page.rows],
            total_count=len(page.rows),
            next_page_token=cursor.encode(dataset.key, page.after) if page.after else None,
        )


def _limit(limit: int | None, param: str) -> int | None:
    """Return the most rows of a page; nothing for all.

    Raises:
        InvalidArgument: It would have none.
    """
    if limit == 0:
        raise InvalidArgument(
            f"'{param}' must be at least 1, or -1 for all rows.", code="invalid_limit", param=param
        )
    return None if limit == _ALL else limit
