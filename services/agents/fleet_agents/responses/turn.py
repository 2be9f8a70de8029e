"""One answer of the model: its chunks as events, and as the steps that they add up to."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from typing import TypeAlias

import msgspec

from fleet.inference.v1 import messages as i
from fleet_agents.items.ids import item_id, new_id
from fleet_agents.responses.called import Called, Writing
from fleet_agents.responses.citations import Citations
from fleet_agents.responses.events import Event
from fleet_agents.responses.message_item import MessageItem
from fleet_agents.responses.reasoning_item import ReasoningItem
from fleet_agents.responses.steps import CUT_OFF, Step, ToolUse
from fleet_agents.responses.toolbox import Offer

SummingUp: TypeAlias = Callable[[str], Awaitable[tuple[str, i.Usage | None]]]
"""Sums up what a model thought, and says what that cost."""

_CUT_OFF = {"length": "max_output_tokens", "content_filter": "content_filter"}


class Turn:
    """One answer of the model.

    Args:
        number: Which one, from 1.
        place: How many items there are before it.
        offer: What it may call.
        files: The names of the files that it may cite, by their ids.
        response_id: The response that it belongs to.
        logprobs: Whether it tells how likely its tokens were.
        summing_up: Sums thoughts up; nothing if nobody asked for that.

    Attributes:
        number: Which one.
        offer: What it may call.
        steps: What it adds up to, so far.
        calls: The calls among it that are whole.
        usages: What it cost, once it is whole.
    """

    def __init__(
        self,
        number: int,
        place: int,
        offer: Offer,
        files: Mapping[str, str],
        *,
        response_id: str,
        logprobs: bool,
        summing_up: SummingUp | None = None,
    ) -> None:
        self.number = number
        self.offer = offer
        self.steps: list[Step] = []
        self.calls: list[Called] = []
        self.usages: list[i.Usage] = []
        self._place = place
        self._files = files
        self._response_id = response_id
        self._logprobs = logprobs
        self._summing_up = summing_up
        self._finish_reason: str | None = None
        self._thoughts: ReasoningItem | None = None
        self._message: MessageItem | None = None
        self._writing: Writing | None = None

    @property
    def cut_off(self) -> str | None:
        """Why it ended before it was whole, if it did, as `incomplete_details` has it."""
        return _CUT_OFF.get(self._finish_reason or "")

    async def events(
        self, chunks: AsyncGenerator[i.ChatCompletionChunk, None]
    ) -> AsyncGenerator[Event, None]:
        """Yield the events of an answer as it comes. To close this early closes `chunks`."""
        usage: i.Usage | None = None
        async with aclosing(chunks):
            async for chunk in chunks:
                usage = chunk.usage or usage
                for choice in chunk.choices:
                    if self._thoughts is not None and _is_more(choice.delta):
                        async for told in self._sum_up():
                            yield told
                    for told in self._said(choice):
                        yield told
        if usage is not None:
            self.usages.append(usage)
        if self.cut_off is None:
            async for told in self._sum_up():
                yield told
        for told in self._close(is_whole=self.cut_off is None):
            yield told

    def broken_off(self) -> Iterator[Event]:
        """Yield the events that it ends here, as nothing more of it will come."""
        yield from self._close(is_whole=False)

    async def _sum_up(self) -> AsyncIterator[Event]:
        """Close the thoughts that are open, if there are any, with a summary, if that is wanted."""
        if self._thoughts is None or self._summing_up is None:
            return
        summary, usage = await self._summing_up(self._thoughts.thoughts)
        if usage is not None:
            self.usages.append(usage)
        for told in self._close(summary):
            yield told

    def _said(self, choice: i.ChunkChoice) -> Iterator[Event]:
        delta = choice.delta
        self._finish_reason = choice.finish_reason or self._finish_reason
        if delta.reasoning_content:
            yield from self._thought(delta.reasoning_content)
        if delta.content or delta.refusal:
            yield from self._spoken(delta, _tokens(choice.logprobs))
        for piece in delta.tool_calls or ():
            yield from self._called(piece)

    def _thought(self, new: str) -> Iterator[Event]:
        if self._thoughts is None:
            yield from self._close()
            self._thoughts = ReasoningItem(self._place, self._response_id)
            yield from self._thoughts.opening()
        yield from self._thoughts.text(new)

    def _spoken(self, delta: i.Delta, logprobs: list[msgspec.Raw]) -> Iterator[Event]:
        if self._message is None:
            yield from self._close()
            citations = Citations(self._files)
            self._message = MessageItem(
                self._place, citations, logprobs=self._logprobs, response_id=self._response_id
            )
            yield from self._message.opening()
        if delta.content:
            yield from self._message.text(delta.content, logprobs)
        if delta.refusal:
            yield from self._message.refusal(delta.refusal)

    def _called(self, piece: i.ToolCall) -> Iterator[Event]:
        function = piece.function or i.FunctionCall()
        writing = self._writing
        if writing is None or writing.is_left_for(piece):
            yield from self._close()
            call_id = piece.id or new_id("call")
            writing = self._writing = Writing(piece.index or 0, call_id, function.name or "")
            tool = self.offer.get(writing.name)
            writing.call = tool.called(self._place, call_id) if tool else None
            if writing.call is not None:
                item = writing.call.item
                item.id = item_id(item.type or "", self._response_id)
            yield from writing.call.opening() if writing.call else ()
        if function.arguments:
            writing.arguments.append(function.arguments)
            yield from writing.call.writing(function.arguments) if writing.call else ()

    def _close(self, summary: str | None = None, *, is_whole: bool = True) -> Iterator[Event]:
        """Close the item that is open, if one is."""
        status = "completed" if is_whole else "incomplete"
        if self._thoughts is not None:
            yield from self._close_thoughts(self._thoughts, status, summary)
        elif self._message is not None:
            yield from self._message.closing(status)
            self._add(Step(item=self._message.item(status)))
        elif self._writing is not None:
            yield from self._close_call(self._writing, is_whole=is_whole)
        self._thoughts = self._message = self._writing = None

    def _close_thoughts(
        self, thoughts: ReasoningItem, status: str, summary: str | None
    ) -> Iterator[Event]:
        yield from thoughts.end_of_thoughts()
        if summary:
            yield from thoughts.summed_up(summary)
        yield from thoughts.closing(status)
        self._add(Step(item=thoughts.item(status)))

    def _close_call(self, writing: Writing, *, is_whole: bool) -> Iterator[Event]:
        arguments = "".join(writing.arguments)
        use = ToolUse(writing.call_id, writing.name, arguments or "{}")
        step, call = Step(use=use), writing.call
        if not is_whole:
            step.told = CUT_OFF
            told = list(call.cut_off(arguments)) if call else []
            step.item = call.item if call and told else None
            yield from told
        else:
            if call is not None:
                yield from call.written(use.arguments)
                step.item = call.item
            self.calls.append(Called(step, call))
        self._add(step)

    def _add(self, step: Step) -> None:
        step.turn = self.number
        self.steps.append(step)
        if step.item is not None:
            self._place += 1


def _is_more(delta: i.Delta) -> bool:
    """Whether something comes that are no thoughts."""
    return bool(delta.content or delta.refusal or delta.tool_calls) and not delta.reasoning_content


def _tokens(logprobs: i.Logprobs | None) -> list[msgspec.Raw]:
    if logprobs is None:
        return []
    return [msgspec.Raw(msgspec.json.encode(token)) for token in logprobs.content or ()]
