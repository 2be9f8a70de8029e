"""Building a response from its events, as clients do that do not wait for the last one."""

from collections.abc import Iterable
from typing import Any

import msgspec

from fleet.agents.v1 import messages as m

Json = dict[str, Any]


def built(events: Iterable[m.ResponseEvent]) -> list[Json]:
    """Return the output that events add up to, as JSON has it.

    Raises:
        LookupError: An event is of an item or a part that was never begun, or of an item in another's place.
    """
    output: list[Json] = []
    for told in events:
        event = msgspec.json.decode(msgspec.json.encode(told))
        if "response" in event:
            output = event["response"]["output"]
        elif told.type == "response.output_item.added":
            _place(output, told.output_index, event["item"])
        elif told.type == "response.output_item.done":
            _item(output, event, event["item"]["id"])
            output[event["output_index"]] = event["item"]
        else:
            _change(_item(output, event, event["item_id"]), event)
    return output


def _place(output: list[Json], place: int | None, item: Json) -> None:
    if place != len(output):
        raise LookupError(f"an item begins at {place}, and there are {len(output)}")
    output.append(item)


def _item(output: list[Json], event: Json, item_id: str) -> Json:
    item = output[event["output_index"]]
    if item["id"] != item_id:
        raise LookupError(f"{event['type']} is of {item_id}, and {item['id']} stands there")
    return item


def _change(item: Json, event: Json) -> None:
    kind = event["type"].removeprefix("response.")
    if kind == "content_part.added":
        item.setdefault("content", []).append(event["part"])
    elif kind == "content_part.done":
        item["content"][event["content_index"]] = event["part"]
    elif kind in ("output_text.delta", "refusal.delta"):
        part, name = item["content"][event["content_index"]], kind.partition(".")[0]
        part[name.removeprefix("output_")] += event["delta"]
    elif kind.endswith("_arguments.delta"):
        item["arguments"] += event["delta"]
