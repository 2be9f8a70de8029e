"""Where in a request items stand, for errors that name it."""

from collections.abc import Iterable

from fleet.agents.v1 import messages as m


class Places:
    """Where the items of one request stand. Those of its stored prompt and of what came before stand nowhere in it.

    Args:
        asked: The items of its `input`.
        prompt: What its stored prompt says.
    """

    def __init__(self, asked: Iterable[m.Item], prompt: m.Item | None = None) -> None:
        self._asked = {item.id: place for place, item in enumerate(asked)}
        self._prompt = prompt.id if prompt is not None else None

    def of(self, item: m.Item, field: str, number: int) -> str:
        """Return where a part of an item stands, such as `input[0].content[1]`, or what the request names it by."""
        if item.id in self._asked:
            return f"input[{self._asked[item.id]}].{field}[{number}]"
        return "prompt.variables" if item.id == self._prompt else "previous_response_id"
