"""What a response goes on from: the steps before it, and what is asked now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fleet.agents.v1 import messages as m
from fleet_agents.items.checks import kind_of
from fleet_agents.items.forms import kept_form
from fleet_agents.items.ids import item_id
from fleet_agents.responses.steps import Step, ToolUse
from fleet_runtime.errors import InvalidArgument

_DECLINED = "The user did not allow this call."


@dataclass(frozen=True)
class History:
    """What a response goes on from.

    Attributes:
        before: The steps before it, oldest first.
        asked: What is asked now.
        approved: The calls that the caller has agreed to, each as what asked for it.
    """

    before: list[Step]
    asked: list[Step]
    approved: list[m.Item] = field(default_factory=list)

    def steps(self) -> list[Step]:
        """Return all that the model reads before this response."""
        return [*self.before, *self.asked]

    def listed_tools(self) -> dict[str, list[m.McpTool]]:
        """Return the tools of MCP servers that are known from before, by the server's label."""
        return {
            step.item.server_label or "": step.item.tools or []
            for step in self.steps()
            if step.item is not None and step.item.type == "mcp_list_tools" and not step.item.error
        }

    def found_files(self) -> dict[str, str]:
        """Return the names of the files that searches have found before, by their ids."""
        items = (step.item for step in self.steps() if step.item is not None)
        return {result.file_id: result.filename for item in items for result in item.results or ()}


def named_items(asked: m.ResponseInput | None) -> list[m.Item]:
    """Return what a request asks as items, each with an id, a type, and parts where it has content."""
    if asked is None:
        return []
    items = [m.Item(role="user", content=asked)] if isinstance(asked, str) else asked
    return [_named(item, place) for place, item in enumerate(items)]


def history(before: Sequence[Step], asked: Iterable[m.Item]) -> History:
    """Return what a response goes on from.

    Raises:
        InvalidArgument: What is asked answers a request for approval that nobody made, or refers to an item that is not
            there.
    """
    known = {step.item.id: step.item for step in before if step.item is not None}
    steps: list[Step] = []
    approved: list[m.Item] = []
    for place, given in enumerate(asked):
        item = _referred(given, known, place)
        known[item.id] = item
        if item.type != "mcp_approval_response":
            steps.append(Step(item=item))
            continue
        request = _answered(item, known, place)
        if item.approve:
            approved.append(request)
            steps.append(Step(item=item))
        else:
            use = ToolUse(request.id or "", request.name or "", request.arguments or "{}")
            told = f"{_DECLINED} Reason: {item.reason}" if item.reason else _DECLINED
            steps.append(Step(item=item, use=use, told=told))
    return History(list(before), steps, approved)


def _named(item: m.Item, place: int) -> m.Item:
    named = kept_form(item, f"input[{place}]")
    if named.id is None:
        named.id = item_id(kind_of(named))
    return named


def _referred(item: m.Item, known: dict[str | None, m.Item], place: int) -> m.Item:
    """Return the item that a reference means; an item itself as it is."""
    if item.type != "item_reference":
        return item
    meant = known.get(item.id)
    if meant is None:
        raise InvalidArgument(
            f"There is no item '{item.id}' in what this response goes on from.",
            code="item_not_found",
            param=f"input[{place}].id",
        )
    return meant


def _answered(item: m.Item, known: dict[str | None, m.Item], place: int) -> m.Item:
    """Return the request for approval that an item answers."""
    request = known.get(item.approval_request_id)
    if request is None or request.type != "mcp_approval_request":
        raise InvalidArgument(
            f"There is no request for approval '{item.approval_request_id}' in what this response goes on from.",
            code="approval_request_not_found",
            param=f"input[{place}].approval_request_id",
        )
    return request
