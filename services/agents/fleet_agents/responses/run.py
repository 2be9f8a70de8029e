"""Making a response: the model answers, what it calls is run, and it is asked again, until it is done.

Every change is an event; those who only want the response read them all and take it as it is then.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass

import msgspec

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.config import RunConfig
from fleet_agents.items.ids import item_id
from fleet_agents.items.inclusion import shown
from fleet_agents.responses.chat_messages import chat_messages
from fleet_agents.responses.events import Event, item_added, item_done, tool, whole
from fleet_agents.responses.history import History
from fleet_agents.responses.journal import Journal
from fleet_agents.responses.model import Model
from fleet_agents.responses.running import UNKNOWN_OUTCOME, run_calls
from fleet_agents.responses.steps import Step, output
from fleet_agents.responses.steps import ToolUse as Use
from fleet_agents.responses.toolbox import Toolbox
from fleet_agents.responses.tools.mcp import McpServer
from fleet_agents.responses.tools.tool import ToolCallHere, runs_here
from fleet_agents.responses.turn import Called, SummingUp, Turn
from fleet_agents.responses.usage import added
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError

# How often a model may be wrong about its tools, or ask for the same once more, before it has to answer without them.
_MISTAKES = 3


@dataclass(frozen=True)
class Plan:
    """What a response is made of.

    Attributes:
        response: The response, as it is at its beginning.
        history: What it goes on from.
        instructions: What the model is told first.
        include: What else callers see.
        toolbox: What the model may use.
        model: The model.
        limits: How far it may go.
        call: On whose behalf.
    """

    response: m.Response
    history: History
    instructions: list[i.ChatMessage]
    include: frozenset[str]
    toolbox: Toolbox
    model: Model
    limits: RunConfig
    call: Call


class Run:
    """One response that is being made.

    Args:
        plan: What it is made of.
        journal: Keeps what has happened, so that another process can go on with it.
        steps: What has happened before, in a process that died.
        sequence: How many events have told of that.

    Attributes:
        response: The response, as it is now.
        steps: What has happened so far.
        error: What made it fail.
        sequence: How many events there are so far.
    """

    def __init__(
        self,
        plan: Plan,
        journal: Journal,
        steps: list[Step] | None = None,
        sequence: int = 0,
    ) -> None:
        self.response = plan.response
        self.steps = steps or []
        self.error: FleetError | None = None
        self._plan = plan
        self._journal = journal
        self.sequence = sequence
        self._turn = max((step.turn for step in self.steps), default=0)
        self._ran = sum(1 for step in self.steps if step.begun)
        self._mistakes = 0
        self._choice = plan.response.tool_choice

    @property
    def asked(self) -> list[m.Item]:
        """What was asked."""
        return [step.item for step in self._plan.history.asked if step.item is not None]

    @property
    def answering(self) -> bool:
        """Whether the model has said a word, or all is over."""
        return self._turn > 0 or self.response.status != "in_progress"

    async def events(self) -> AsyncGenerator[Event, None]:
        """Yield all that happens. To close this early stops the model and the tools."""
        try:
            async with aclosing(self._happening()) as happening:
                async for told in happening:
                    yield self._numbered(told)
        except FleetError as error:
            self.error = error
            self._end("failed")
            self.response.error = m.ResponseError(code=_code(error), message=error.message)
            yield self._numbered(whole("failed", self._now()))

    def _numbered(self, told: Event) -> Event:
        told.sequence_number = self.sequence
        self.sequence += 1
        if told.type == "response.output_item.done" and told.item is not None:
            told.item = shown(told.item, self._plan.include)
        return told

    async def _happening(self) -> AsyncGenerator[Event, None]:
        if self.sequence == 0:
            yield whole("created", self._now())
            yield whole("in_progress", self._now())
        for server in self._plan.toolbox.servers:
            async for told in self._listed(server):
                yield told
        async for told in self._pending():
            yield told
        while self.response.status == "in_progress":
            async for told in self._one_turn():
                yield told
        yield whole(self.response.status, self._now())

    async def _listed(self, server: McpServer) -> AsyncIterator[Event]:
        """Ask a server for its tools, unless they are known from before."""
        known = self._plan.history.listed_tools() | History([], self.steps).listed_tools()
        if server.label in known:
            self._plan.toolbox.know(server, known[server.label])
            return
        place = self._place()
        item = m.Item(
            type="mcp_list_tools",
            id=item_id("mcp_list_tools"),
            server_label=server.label,
            tools=[],
        )
        yield item_added(place, msgspec.structs.replace(item))
        yield tool("mcp_list_tools.in_progress", place, item)
        try:
            item.tools = await server.tools(self._plan.call)
        except FleetError as error:
            item.error = error.message
            yield tool("mcp_list_tools.failed", place, item)
            yield item_done(place, item)
            self.steps.append(Step(item=item))
            raise
        self._plan.toolbox.know(server, item.tools)
        yield tool("mcp_list_tools.completed", place, item)
        yield item_done(place, item)
        self.steps.append(Step(item=item))

    async def _pending(self) -> AsyncIterator[Event]:
        """Run what the caller has agreed to, and what a process that died left undone."""
        calls = list(self._left_undone()) if self.steps else []
        if not self._turn:
            calls += self._approved()
        async for told in self._run(calls):
            yield told

    def _approved(self) -> Iterator[Called]:
        toolbox = self._plan.toolbox
        for request in self._plan.history.approved:
            found = toolbox.mcp(request.server_label or "", request.name or "")
            use = Use(request.id or "", request.name or "", request.arguments or "{}")
            call = found.approved(self._place(), request) if found else None
            step = Step(item=call.item if call else None, use=use)
            self.steps.append(step)
            yield Called(step, call)

    def _left_undone(self) -> Iterator[Called]:
        """Yield the calls whose outcome is not known, but those that may have changed something: they have failed."""
        place = 0
        for step in self.steps:
            if step.use is not None and step.told is None and step.begun and step.item is not None:
                found = self._plan.toolbox.get(step.use.name)
                call = found.resumed(place, step.item) if found else None
                if call is not None and runs_here(call) and not call.repeatable:
                    call.fail(UNKNOWN_OUTCOME)
                    step.told = UNKNOWN_OUTCOME
                else:
                    yield Called(step, call)
            place += step.item is not None

    async def _one_turn(self) -> AsyncIterator[Event]:
        """Ask the model once, and run what it calls."""
        most = self._tokens_left()
        if most is not None and most < 1:
            self._end("incomplete", "max_output_tokens")
            return
        turn = Turn(
            self._turn + 1,
            self._place(),
            self._plan.toolbox,
            logprobs="message.output_text.logprobs" in self._plan.include,
            summing_up=self._summing_up(),
        )
        tools, choice = self._plan.toolbox.offered(self._choice)
        chunks = self._plan.model.chunks(self._messages(), tools, choice, most)
        async with aclosing(turn.events(chunks)) as events:
            async for told in events:
                self._turn = turn.number
                yield told
        self._turn = turn.number
        self.steps += turn.steps
        self.response.usage = added(self.response.usage, turn.usage)
        async for told in self._after(turn):
            yield told

    async def _after(self, turn: Turn) -> AsyncIterator[Event]:
        """Run what the model has called, and decide whether it is asked again."""
        if turn.finish_reason in _CUT_OFF:
            for called in turn.calls:
                called.step.told = "This call was cut off."
            self._end("incomplete", _CUT_OFF[turn.finish_reason])
            return
        here = [one for one in turn.calls if one.call is None or runs_here(one.call)]
        async for told in self._run(here):
            yield told
        if not turn.calls or len(here) < len(turn.calls):
            self._end("completed")
        elif self._turn >= self._most_turns():
            self._end("incomplete", "max_infer_iters")

    async def _run(self, calls: list[Called]) -> AsyncIterator[Event]:
        """Run tools, as many at once as may, and note what the model is told."""
        running: list[tuple[Step, ToolCallHere]] = []
        for one in calls:
            refusal = self._refusal(one)
            if refusal is None and one.call is not None and runs_here(one.call):
                one.step.begun = True
                running.append((one.step, one.call))
                continue
            one.step.told = refusal
            if one.call is not None and runs_here(one.call) and refusal:
                one.call.fail(refusal)
                for told in one.call.ending():
                    yield told
        if not running:
            return
        await self._journal.before_tools(self)
        async for told in run_calls(running, self._plan.limits, self._plan.call):
            yield told
            if told.type == "response.output_item.done":
                await self._journal.after_tool(self)

    def _refusal(self, one: Called) -> str | None:
        """Return what the model is told of a call that is not run; nothing if it is."""
        use = one.step.use
        if one.call is None:
            self._mistake()
            known = ", ".join(self._plan.toolbox.names()) or "none"
            return f"There is no tool '{use.name if use else ''}'. The tools are: {known}."
        most = self.response.max_tool_calls
        if most is not None and self._ran >= most:
            self._choice = "none"
            return f"Not run: no more than {most} calls of tools are allowed."
        if use is not None and self._is_repeated(use):
            self._mistake()
            return "This call was made before, with the same arguments. Its result stands above."
        self._ran += 1
        if not self.is_told_to_choose():
            self._choice = "auto"
        return None

    def is_told_to_choose(self) -> bool:
        """Whether the model may choose among tools as it likes, or may have none."""
        return self._choice in ("auto", "none") or (
            isinstance(self._choice, m.CertainTool) and self._choice.mode == "auto"
        )

    def _is_repeated(self, use: Use) -> bool:
        same = [
            step
            for step in self.steps
            if step.use is not None
            and step.told is not None
            and (step.use.name, step.use.arguments) == (use.name, use.arguments)
        ]
        return len(same) >= _MISTAKES

    def _mistake(self) -> None:
        """Note that the model was wrong about its tools. If that goes on, it has to answer without them."""
        self._mistakes += 1
        if self._mistakes >= _MISTAKES:
            self._choice = "none"

    def _messages(self) -> list[i.ChatMessage]:
        steps = [*self._plan.history.steps(), *self.steps]
        return [*self._plan.instructions, *chat_messages(steps)]

    def _summing_up(self) -> SummingUp | None:
        wanted = self.response.reasoning
        return self._plan.model.summary if wanted and wanted.summary else None

    def _tokens_left(self) -> int | None:
        most, usage = self.response.max_output_tokens, self.response.usage
        return None if most is None else most - (usage.output_tokens if usage else 0)

    def _most_turns(self) -> int:
        return self.response.max_infer_iters or self._plan.limits.max_infer_iters

    def _place(self) -> int:
        """Return the place of the next item among the output."""
        return sum(step.item is not None for step in self.steps)

    def _now(self) -> m.Response:
        self.response.output = output(self.steps, self._plan.include)
        return self.response

    def _end(self, status: str, reason: str | None = None) -> None:
        self.response.status = status
        self.response.output = output(self.steps, self._plan.include)
        if reason is not None:
            self.response.incomplete_details = m.IncompleteDetails(reason=reason)
        if status == "completed":
            self.response.completed_at = int(time.time())


_CUT_OFF = {"length": "max_output_tokens", "content_filter": "content_filter"}

_CODES = {429: "rate_limit_exceeded", 400: "invalid_prompt"}


def _code(error: FleetError) -> str:
    """Return what OpenAI calls an error of a response; our own name for it where it has none."""
    return error.code or _CODES.get(error.status, "server_error")
