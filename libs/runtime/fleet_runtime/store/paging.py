"""Lists, page by page, from where the last page ended.

A page starts after a row, not after a number of rows, so rows that are added or deleted
meanwhile make no other row appear twice or not at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from sqlalchemy import ColumnElement, Row, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet_runtime.errors import InvalidArgument

T = TypeVar("T")

LARGEST = 100


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list is wanted.

    Args:
        after: The id of the last item of the page before; the first page if `None`.
        limit: The most items, 1 to 100.
        order: `desc` has the newest item first.

    Raises:
        InvalidArgument: `limit` or `order` is none of these.
    """

    after: str | None = None
    limit: int = 20
    order: Literal["asc", "desc"] = "desc"

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= LARGEST:
            message = f"limit must be between 1 and {LARGEST}, not {self.limit}"
            raise InvalidArgument(message, code="invalid_limit", param="limit")
        if self.order not in ("asc", "desc"):
            message = f"order must be 'asc' or 'desc', not {self.order!r}"
            raise InvalidArgument(message, code="invalid_order", param="order")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list, and whether there are more behind them."""

    items: Sequence[T]
    has_more: bool


async def select_page(
    connection: AsyncConnection,
    scope: Select[Any],
    key: tuple[ColumnElement[int], ColumnElement[str]],
    request: PageRequest,
    filters: Sequence[ColumnElement[bool]] = (),
) -> Page[Row[Any]]:
    """Select one page of `scope`.

    Args:
        connection: An open transaction.
        scope: All that the caller may see; the row named by `request.after` is looked up here.
        key: The columns that order the list: time of creation, then id. An index must begin
            with what `scope` compares and go on with these two.
        request: Which page.
        filters: What the rows of the page must fulfil beyond being in `scope`.

    Raises:
        InvalidArgument: There is no row `request.after`.
    """
    query = scope.where(*filters)
    if request.after is not None:
        place = (await connection.execute(scope.where(key[1] == request.after))).first()
        if place is None:
            raise _unknown(request.after)
        start = tuple_(*(place._mapping[column] for column in key))  # noqa: SLF001  # public API
        query = query.where(
            tuple_(*key) > start if request.order == "asc" else tuple_(*key) < start
        )
    ordered = key if request.order == "asc" else [column.desc() for column in key]
    query = query.order_by(*ordered).limit(request.limit + 1)
    rows = (await connection.execute(query)).all()
    return Page(rows[: request.limit], len(rows) > request.limit)


def page_of(items: Sequence[T], id_of: Callable[[T], str], request: PageRequest) -> Page[T]:
    """Cut one page out of `items`, which are all there is, oldest first.

    Raises:
        InvalidArgument: There is no item `request.after`.
    """
    ordered = items if request.order == "asc" else items[::-1]
    start = 0
    if request.after is not None:
        ids = [id_of(item) for item in ordered]
        if request.after not in ids:
            raise _unknown(request.after)
        start = ids.index(request.after) + 1
    end = start + request.limit
    return Page(ordered[start:end], end < len(ordered))


def _unknown(after: str) -> InvalidArgument:
    message = f"the list has no item {after!r} to go on after; start again without 'after'"
    return InvalidArgument(message, code="unknown_cursor", param="after")
