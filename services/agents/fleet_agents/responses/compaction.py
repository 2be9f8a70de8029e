"""Items that stand for a conversation: what they hold, and how it is read.

A `compaction` that a response makes holds a summary of all before it, and as they are the last question and what came
of it; so what stands before it need not be read any more. One of `/v1/responses/compact` holds the summary only:
what users said stands beside it, in what was given out with it.

Format of the item: https://platform.openai.com/docs/guides/compaction
"""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from fleet.agents.v1 import messages as m
from fleet_agents.items.ids import item_id
from fleet_agents.responses.sealed import not_ours, seal, unseal
from fleet_agents.responses.steps import Said, Step

_ORDERS = ("system", "developer")


class Compacted(msgspec.Struct, omit_defaults=True):
    """What an item holds.

    Attributes:
        summary: What was said.
        kept: What is read after the summary, as it was; unset if the item stands for no more than the summary.
    """

    summary: str
    kept: list[Step] | None = None


_decode = msgspec.json.Decoder(Compacted).decode


def compaction_item(summary: str, kept: Sequence[Step] | None = None) -> m.Item:
    """Return an item that stands for a conversation."""
    lean = None if kept is None else [_without_data(step) for step in kept]
    sealed = seal(msgspec.json.encode(Compacted(summary, lean)).decode())
    return m.Item(type="compaction", id=item_id("compaction"), encrypted_content=sealed)


def check_compactions(asked: Sequence[m.Item]) -> None:
    """Raise `InvalidArgument` if an item of a request was not made here."""
    for place, item in enumerate(asked):
        if item.type == "compaction":
            _held(item, f"input[{place}].encrypted_content")


def summary_of(item: m.Item, param: str) -> str:
    """Return the summary that an item holds.

    Raises:
        InvalidArgument: It was not made here. `param` names it.
    """
    return _held(item, param).summary


def read_from(steps: Sequence[Step]) -> list[Step]:
    """Return what is to be read of steps: from the newest item on that stands for all before it.

    Raises:
        InvalidArgument: An item was not made here.
    """
    for place in reversed(range(len(steps))):
        item = steps[place].item
        if item is None or item.type != "compaction":
            continue
        held = _held(item, "input")
        if held.kept is not None:
            summary = Step(item=compaction_item(held.summary))
            return [summary, *_whole(held.kept, steps[:place]), *steps[place + 1 :]]
    return list(steps)


def split(steps: Sequence[Step]) -> tuple[list[Step], list[Step]]:
    """Return what a summary may stand for, and what is kept beside it: orders, and all from the last question on."""
    last = max((place for place, step in enumerate(steps) if _is_by(step, "user")), default=0)
    before, kept = list(steps[:last]), list(steps[last:])
    return before, [*(step for step in before if _is_by(step, *_ORDERS)), *kept]


def _held(item: m.Item, param: str) -> Compacted:
    try:
        return _decode(unseal(item.encrypted_content or "", param))
    except msgspec.DecodeError:
        raise not_ours(param) from None


def _is_by(step: Step, *roles: str) -> bool:
    return step.item is not None and step.item.type == "message" and step.item.role in roles


def _whole(kept: Sequence[Step], before: Sequence[Step]) -> Iterator[Step]:
    """Yield what was kept, with its images and files where they are at hand."""
    known = {step.item.id: step for step in before if step.item is not None}
    for step in kept:
        yield known.get(step.item.id, step) if step.item is not None else step


def _without_data(step: Step) -> Step:
    """Return a step with the names of images and files that are in the request itself, in place of what is in them."""
    if step.item is None:
        return replace(step, told=_lean(step.told))
    item = replace(step.item, content=_lean(step.item.content), output=_lean(step.item.output))
    return replace(step, item=item, told=_lean(step.told))


def _lean(said: Said | None) -> Said | None:
    if not isinstance(said, list):
        return said
    return [_named(part) if _has_data(part) else part for part in said]


def _has_data(part: m.Part) -> bool:
    return part.file_data is not None or (part.image_url or "").startswith("data:")


def _named(part: m.Part) -> m.Part:
    what = "image" if part.type == "input_image" else "file"
    text = f"[{what}: {part.filename}]" if part.filename else f"[{what}]"
    return m.Part(type="input_text", text=text)
