"""Pages of the items that a response was asked."""

from fleet.agents.v1 import messages as m
from fleet_agents.items.inclusion import check_include, shown
from fleet_runtime.errors import InvalidArgument

_LIMIT = 20


def item_page(items: list[m.Item], request: m.ListInputItemsRequest) -> m.ResponseItemList:
    """Return a page of `items`, which are given oldest first.

    Raises:
        InvalidArgument: There is no item `request.after` or `request.before`.
    """
    include = check_include(request.include)
    ordered = items if request.order == "asc" else items[::-1]
    ids = [item.id for item in ordered]
    first = _place(ids, request.after, "after") + 1 if request.after is not None else 0
    end = _place(ids, request.before, "before") if request.before is not None else len(ids)
    limit = request.limit or _LIMIT
    page = ordered[first : min(end, first + limit)]
    return m.ResponseItemList(
        data=[shown(item, include) for item in page],
        first_id=page[0].id if page else None,
        last_id=page[-1].id if page else None,
        has_more=first + limit < end,
    )


def _place(ids: list[str | None], wanted: str, param: str) -> int:
    if wanted not in ids:
        raise InvalidArgument(
            f"There is no item '{wanted}' in this response.", code="unknown_cursor", param=param
        )
    return ids.index(wanted)
