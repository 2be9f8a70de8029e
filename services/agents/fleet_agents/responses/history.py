"""What a response goes on from: the steps before it, and what is asked now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from fleet.agents.v1 import messages as m
from fleet_agents.items.checks import kind_of
from fleet_agents.items.forms import kept_form
from fleet_agents.items.ids import item_id
from fleet_agents.responses.steps import Step
from fleet_runtime.errors import InvalidArgument

_Known: TypeAlias = dict[str | None, m.Item]


@dataclass(frozen=True)
class History:
    """What a response goes on from.

    Attributes:
        before: The steps before it, oldest first.
        asked: What is asked now.
        approved: The calls that the caller has agreed to, each as what asked for it.
        tokens: How many tokens the model counted in the steps before; unset if nobody knows.
    """

    before: list[Step]
    asked: list[Step]
    approved: list[m.Item] = field(default_factory=list)
    tokens: int | None = None

    def steps(self) -> list[Step]:
        """Return all that the model reads before this response."""
        return [*self.before, *self.asked]

    def found_files(self) -> dict[str, str]:
        """Return the names of the files that searches have found before, by their ids."""
        items = (step.item for step in self.steps() if step.item is not None)
        return {result.file_id: result.filename for item in items for result in item.results or ()}


def listed_tools(steps: Iterable[Step]) -> dict[str, list[m.McpTool]]:
    """Return the tools of MCP servers that `steps` tell of, by the server's label."""
    return {
        step.item.server_label or "": step.item.tools or []
        for step in steps
        if step.item is not None and step.item.type == "mcp_list_tools" and not step.item.error
    }


def named_items(asked: m.ResponseInput | None) -> list[m.Item]:
    """Return what a request asks as items, each with an id, a type, and parts where it has content."""
    if asked is None:
        return []
    items = [m.Item(role="user", content=asked)] if isinstance(asked, str) else asked
    return [_named(item, place) for place, item in enumerate(items)]


def history(
    before: Sequence[Step],
    asked: Iterable[m.Item],
    tokens: int | None = None,
    elsewhere: Iterable[m.Item] = (),
) -> History:
    """Return what a response goes on from.

    Args:
        before: The steps before it, oldest first.
        asked: What is asked now.
        tokens: How many tokens the model counted in the steps before.
        elsewhere: Items of other responses that may be referred to.

    Raises:
        InvalidArgument: What is asked answers a request for approval that nobody made, or refers to an item that is not
            there.
    """
    read = {step.item.id: step.item for step in before if step.item is not None}
    known = {item.id: item for item in elsewhere} | read
    items = []
    for place, given in enumerate(asked):
        item = _referred(given, known, place)
        known[item.id] = item
        if given.type != "item_reference" or item.id not in read:
            items.append((place, item))
    approved = _approved(items, known, {item.approval_request_id for item in read.values()})
    return History(list(before), [Step(item=item) for _, item in items], approved, tokens)


def _approved(
    items: Sequence[tuple[int, m.Item]], known: _Known, answered: set[str | None]
) -> list[m.Item]:
    """Return the requests for approval that are agreed to now, each once, and whose calls were not made yet.

    Args:
        items: What is asked, each with its place.
        known: All items so far, by their ids.
        answered: The requests that were answered before.
    """
    made = {item.approval_request_id for item in known.values() if item.type == "mcp_call"}
    approved = []
    for place, item in items:
        if item.type != "mcp_approval_response":
            continue
        request = _answered(item, known, place)
        if request.id in answered:
            raise InvalidArgument(
                f"The request for approval '{request.id}' was answered before.",
                code="approval_request_answered",
                param=f"input[{place}].approval_request_id",
            )
        answered.add(request.id)
        if item.approve and request.id not in made:
            approved.append(request)
    return approved


def _named(item: m.Item, place: int) -> m.Item:
    named = kept_form(item, f"input[{place}]")
    if named.id is None:
        named.id = item_id(kind_of(named))
    return named


def _referred(item: m.Item, known: _Known, place: int) -> m.Item:
    """Return the item that a reference means; an item itself as it is."""
    if item.type != "item_reference":
        return item
    meant = known.get(item.id)
    if meant is None:
        raise InvalidArgument(
            f"There is no item '{item.id}' in what this response goes on from, nor in another one that is kept.",
            code="item_not_found",
            param=f"input[{place}].id",
        )
    return meant


def _answered(item: m.Item, known: _Known, place: int) -> m.Item:
    """Return the request for approval that an item answers."""
    request = known.get(item.approval_request_id)
    if request is None or request.type != "mcp_approval_request":
        raise InvalidArgument(
            f"There is no request for approval '{item.approval_request_id}' in what this response goes on from.",
            code="approval_request_not_found",
            param=f"input[{place}].approval_request_id",
        )
    return request
