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
        before: The id of the first item of the page after, for going back; not together with `after`.
        largest: What `limit` may be at most.

    Raises:
        InvalidArgument: `limit` or `order` is none of these, or both cursors are set.
    """

    after: str | None = None
    limit: int = 20
    order: Literal["asc", "desc"] = "desc"
    before: str | None = None
    largest: int = LARGEST

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= self.largest:
            message = f"limit must be between 1 and {self.largest}, not {self.limit}"
            raise InvalidArgument(message, code="invalid_limit", param="limit")
        if self.after is not None and self.before is not None:
            message = (
                "a page goes on after an item, or ends before one; leave 'after' or 'before' out"
            )
            raise InvalidArgument(message, code="invalid_cursor", param="before")
        if self.order not in ("asc", "desc"):
            message = f"order must be 'asc' or 'desc', not {self.order!r}"
            raise InvalidArgument(message, code="invalid_order", param="order")

    @property
    def cursor(self) -> tuple[str, str] | None:
        """The name and the value of the cursor that is set."""
        if self.before is not None:
            return "before", self.before
        return None if self.after is None else ("after", self.after)

    @property
    def reads_ascending(self) -> bool:
        """Whether rows are read from older to newer, on from the cursor."""
        return (self.order == "asc") == (self.before is None)


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
        request: Which page; its items are in the order that it asks for, also where it goes back.
        filters: What the rows of the page must fulfil beyond being in `scope`.

    Raises:
        InvalidArgument: There is no row of the cursor.
    """
    query = scope.where(*filters)
    ascending = request.reads_ascending
    if request.cursor is not None:
        name, value = request.cursor
        place = (await connection.execute(scope.where(key[1] == value))).first()
        if place is None:
            raise _unknown(name, value)
        start = tuple_(*(place._mapping[column] for column in key))  # noqa: SLF001  # public API
        query = query.where(tuple_(*key) > start if ascending else tuple_(*key) < start)
    ordered = key if ascending else [column.desc() for column in key]
    query = query.order_by(*ordered).limit(request.limit + 1)
    rows = list((await connection.execute(query)).all())
    return _page(rows, request)


def page_of(items: Sequence[T], id_of: Callable[[T], str], request: PageRequest) -> Page[T]:
    """Cut one page out of `items`, which are all there is, oldest first.

    Raises:
        InvalidArgument: There is no item of the cursor.
    """
    ordered = items if request.reads_ascending else items[::-1]
    start = 0
    if request.cursor is not None:
        name, value = request.cursor
        ids = [id_of(item) for item in ordered]
        if value not in ids:
            raise _unknown(name, value)
        start = ids.index(value) + 1
    return _page(ordered[start:], request)


def _page(found: Sequence[T], request: PageRequest) -> Page[T]:
    """Return the page that starts what was found on from the cursor, in the order that is asked for."""
    page = found[: request.limit]
    return Page(page if request.before is None else page[::-1], len(found) > request.limit)


def _unknown(name: str, value: str) -> InvalidArgument:
    message = f"the list has no item {value!r} to go on from; start again without '{name}'"
    return InvalidArgument(message, code="unknown_cursor", param=name)
