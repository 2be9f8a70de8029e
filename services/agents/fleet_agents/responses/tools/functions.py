"""Tools that callers run themselves: functions, and custom tools, whose input is plain text."""

from collections.abc import Iterator

import msgspec

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.items.ids import item_id
from fleet_agents.responses.events import Event, event, item_added, item_done
from fleet_agents.responses.tools.tool import one_text


class Function:
    """A function of the caller's."""

    def __init__(self, asked: m.ResponseTool) -> None:
        self.definition = i.FunctionDefinition(
            name=asked.name or "",
            description=asked.description,
            parameters=asked.parameters,
            strict=asked.strict,
        )

    def called(self, place: int, call_id: str) -> "FunctionCall":
        """Return a new call of it."""
        item = m.Item(
            type="function_call",
            id=item_id("function_call"),
            call_id=call_id,
            name=self.definition.name,
            arguments="",
            status="in_progress",
        )
        return FunctionCall(place, item)

    def resumed(self, place: int, item: m.Item) -> "FunctionCall":
        """Return a call that has been written before."""
        return FunctionCall(place, item)


class FunctionCall:
    """One call of a function."""

    def __init__(self, place: int, item: m.Item) -> None:
        self._place = place
        self.item = item

    def opening(self) -> Iterator[Event]:
        """Yield the event that the model begins to write it."""
        yield item_added(self._place, msgspec.structs.replace(self.item))

    def writing(self, new: str) -> Iterator[Event]:
        """Yield the event of new text of its arguments."""
        yield self._event("function_call_arguments.delta", delta=new)

    def written(self, arguments: str) -> Iterator[Event]:
        """Yield the events that it is whole."""
        yield from self._end(arguments, "completed")

    def cut_off(self, arguments: str) -> Iterator[Event]:
        """Yield the events that it is not whole, and will not be."""
        yield from self._end(arguments, "incomplete")

    def _end(self, arguments: str, status: str) -> Iterator[Event]:
        self.item.arguments, self.item.status = arguments, status
        yield self._event("function_call_arguments.done", arguments=arguments, name=self.item.name)
        yield item_done(self._place, self.item)

    def _event(self, kind: str, **fields: object) -> Event:
        return event(kind, output_index=self._place, item_id=self.item.id, **fields)


class CustomTool:
    """A custom tool of the caller's: models know it as a function that takes one text."""

    def __init__(self, asked: m.ResponseTool) -> None:
        description = asked.description or "Takes a text."
        self.definition = one_text(
            asked.name or "", "input", description=description, about="The text."
        )

    def called(self, place: int, call_id: str) -> "CustomToolCall":
        """Return a new call of it."""
        item = m.Item(
            type="custom_tool_call",
            id=item_id("custom_tool_call"),
            call_id=call_id,
            name=self.definition.name,
            input="",
            status="in_progress",
        )
        return CustomToolCall(place, item)

    def resumed(self, place: int, item: m.Item) -> "CustomToolCall":
        """Return a call that has been written before."""
        return CustomToolCall(place, item)


class _Input(msgspec.Struct):
    input: str


class CustomToolCall:
    """One call of a custom tool. Its input is told when it is whole, as the model writes it within JSON."""

    def __init__(self, place: int, item: m.Item) -> None:
        self._place = place
        self.item = item

    def opening(self) -> Iterator[Event]:
        """Yield the event that the model begins to write it."""
        yield item_added(self._place, msgspec.structs.replace(self.item))

    def writing(self, new: str) -> Iterator[Event]:
        """Yield nothing yet."""
        del new
        yield from ()

    def written(self, arguments: str) -> Iterator[Event]:
        """Yield the events that it is whole."""
        try:
            text = msgspec.json.decode(arguments, type=_Input).input
        except msgspec.DecodeError:
            text = arguments  # some models write the text itself
        yield self._event("custom_tool_call_input.delta", delta=text)
        yield from self._end(text, "completed")

    def cut_off(self, arguments: str) -> Iterator[Event]:
        """Yield the events that it is not whole, and will not be: nothing can be read of it."""
        del arguments
        yield from self._end("", "incomplete")

    def _end(self, text: str, status: str) -> Iterator[Event]:
        self.item.input, self.item.status = text, status
        yield self._event("custom_tool_call_input.done", input=text)
        yield item_done(self._place, self.item)

    def _event(self, kind: str, **fields: object) -> Event:
        return event(kind, output_index=self._place, item_id=self.item.id, **fields)
