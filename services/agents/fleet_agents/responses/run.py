"""Making a response: the model answers, what it calls is run, and it is asked again, until it is done.

Every change is an event; those who only want the response read them all and take it as it is then.
"""

import time
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.items.inclusion import shown
from fleet_agents.responses import metrics
from fleet_agents.responses.called import Called
from fleet_agents.responses.chat_messages import chat_messages
from fleet_agents.responses.compaction import read_from
from fleet_agents.responses.events import Event, whole
from fleet_agents.responses.failures import failure
from fleet_agents.responses.journal import Journal
from fleet_agents.responses.plan import Plan
from fleet_agents.responses.preparation import Preparation
from fleet_agents.responses.progress import Progress
from fleet_agents.responses.steps import Step
from fleet_agents.responses.tool_runner import ToolRunner, not_run
from fleet_agents.responses.tools.tool import runs_here
from fleet_agents.responses.turn import SummingUp, Turn
from fleet_runtime.errors import DeadlineExceeded, FleetError

# Llama Stack's clients do not know these events without the response's id.
_NAMING_THE_RESPONSE = frozenset(
    f"response.{what}.{when}"
    for what in ("output_item", "content_part")
    for when in ("added", "done")
)


class Run:
    """One response that is being made.

    Args:
        plan: What it is made of.
        journal: Keeps what has happened, so that another process can go on with it.
        steps: What has happened before, in a process that died.
        sequence: How many events have told of that.

    Attributes:
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
        self.error: FleetError | None = None
        self.sequence = sequence
        self._plan = plan
        self._progress = Progress(plan.response, plan.include, steps)
        self._runner = ToolRunner(plan, self._progress, journal)
        self._open: Turn | None = None

    @property
    def response(self) -> m.Response:
        """The response, as it is now."""
        return self._progress.response

    @property
    def steps(self) -> list[Step]:
        """What has happened so far."""
        return self._progress.steps

    @property
    def answering(self) -> bool:
        """Whether the model has said a word or a tool has begun to run, so that it is more than a request."""
        return self._progress.answering

    @property
    def asked(self) -> list[m.Item]:
        """What was asked."""
        return [step.item for step in self._plan.history.asked if step.item is not None]

    def all_steps(self) -> list[Step]:
        """Return its steps, and those that it goes on from."""
        return [*self._plan.history.steps(), *self.steps]

    async def events(self) -> AsyncGenerator[Event, None]:
        """Yield all that happens. To close this early stops the model and the tools."""
        begun, before = time.perf_counter(), len(self.steps)
        try:
            async with aclosing(self._happening()) as happening:
                async for told in happening:
                    yield self._numbered(told)
        except FleetError as error:
            self.error = error
            for told in self._broken_off():
                yield self._numbered(told)
            self.response.error = failure(error)
            yield self._numbered(self._progress.end("failed"))
        finally:
            seconds = time.perf_counter() - begun
            turns, steps = self._progress.turns, self.steps[before:]
            metrics.count(self.response.status, seconds, turns, steps)

    def _numbered(self, told: Event) -> Event:
        told.sequence_number = self.sequence
        if told.type in _NAMING_THE_RESPONSE:
            told.response_id = self.response.id
        self.sequence += 1
        if told.type == "response.output_item.done" and told.item is not None:
            told.item = shown(told.item, self._plan.include)
        return told

    async def _happening(self) -> AsyncGenerator[Event, None]:
        if self.sequence == 0:
            yield whole("created", self.response)
        yield whole("in_progress", self._progress.now())
        preparation = Preparation(self._plan, self._progress, self._runner)
        async with aclosing(preparation.events()) as events:
            async for told in events:
                yield told
        if self._progress.turns:
            for told in self._decided():
                yield told
        while self._progress.is_going_on:
            async with aclosing(self._one_turn()) as events:
                async for told in events:
                    yield told

    async def _one_turn(self) -> AsyncGenerator[Event, None]:
        """Ask the model once, and run what it calls."""
        progress, most = self._progress, self._progress.tokens_left()
        if most is not None and most < 1:
            yield progress.end("incomplete", "max_output_tokens")
            return
        turn = self._open = self._turn()
        async with aclosing(turn.events(await self._chunks(turn, most))) as events:
            async for told in events:
                progress.answering = True
                yield told
        progress.answering, progress.turns, self._open = True, turn.number, None
        progress.steps += turn.steps
        for usage in turn.usages:
            progress.count(usage)
        async with aclosing(self._after(turn)) as events:
            async for told in events:
                yield told

    def _turn(self) -> Turn:
        """Return the next turn of the model.

        Raises:
            DeadlineExceeded: There is no time left for it.
        """
        plan = self._plan
        if plan.call.seconds_left() == 0.0:
            raise DeadlineExceeded(
                "The response took longer than it may; ask for less, or make it in the background.",
                code="response_timeout",
            )
        return Turn(
            self._progress.turns + 1,
            self._progress.place,
            plan.toolbox.offered(self._runner.rules.choice),
            plan.toolbox.files,
            response_id=self.response.id,
            logprobs="message.output_text.logprobs" in plan.include,
            summing_up=self._summing_up(),
        )

    def _summing_up(self) -> SummingUp | None:
        plan, wanted = self._plan, self.response.reasoning
        if wanted is None or not wanted.summary:
            return None
        return plan.guard.summing_up(plan.model.summary) if plan.guard else plan.model.summary

    async def _chunks(
        self, turn: Turn, most: int | None
    ) -> AsyncGenerator[i.ChatCompletionChunk, None]:
        """Return what the model answers, as far as it may be shown."""
        plan = self._plan
        read = await plan.attachments.resolved(read_from(self.all_steps()))
        messages = [*plan.instructions, *chat_messages(read)]
        chunks = plan.model.chunks(messages, turn.offer, most)
        return plan.guard.passed(chunks) if plan.guard is not None else chunks

    async def _after(self, turn: Turn) -> AsyncGenerator[Event, None]:
        """Run what the model has called, and end the response unless the model is to be asked again."""
        guard, stopped = self._plan.guard, self._runner.rules.stopped
        here = [one for one in turn.calls if one.call is None or runs_here(one.call)]
        if guard is not None and guard.blocked:
            for told in self._ended_by(turn.calls, "guardrails ended the answer", "completed"):
                yield told
        elif turn.cut_off is not None:
            why = "the answer was cut off"
            for told in self._ended_by(here, why, "incomplete", turn.cut_off):
                yield told
        else:
            async with aclosing(self._runner.run(here)) as events:
                async for told in events:
                    yield told
            for told in self._decided(stopped):
                yield told

    def _ended_by(
        self, calls: Iterable[Called], why: str, status: str, reason: str | None = None
    ) -> Iterator[Event]:
        """End the response with calls that are not run."""
        for one in calls:
            yield from not_run(one, f"Not run: {why}.")
        yield self._progress.end(status, reason)

    def _decided(self, stopped: str | None = None) -> Iterator[Event]:
        """End the response, unless the model is to be told what came of all that it has called.

        Args:
            stopped: Why the response ends if the model has called anything, though it was told not to.
        """
        progress = self._progress
        called = [step for step in progress.steps if step.use and step.turn == progress.turns]
        if not called or any(step.told is None for step in called):
            yield progress.end("completed")
        elif stopped is not None:
            yield progress.end("incomplete", stopped)
        elif progress.turns >= (self.response.max_infer_iters or self._plan.limits.max_infer_iters):
            yield progress.end("incomplete", "max_infer_iters")

    def _broken_off(self) -> Iterator[Event]:
        """Yield the events that what the model was saying ends here."""
        if self._open is not None:
            yield from self._open.broken_off()
            self._progress.steps += self._open.steps
            self._open = None
