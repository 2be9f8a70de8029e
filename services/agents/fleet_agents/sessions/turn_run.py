"""Making a turn: its shields, and the engine between them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from fleet.agents.v1 import messages as m
from fleet_agents.responses.journal import NoJournal
from fleet_agents.responses.run import Run
from fleet_agents.responses.steps import Step
from fleet_agents.sessions.agent_steps import has_pending, message
from fleet_agents.sessions.kept_turn import KeptTurn
from fleet_agents.sessions.moments import now
from fleet_agents.sessions.payloads import Payload, step_complete, step_start, turn_end
from fleet_agents.sessions.planning import TurnPlan
from fleet_agents.sessions.telling import Telling


class TurnRun:
    """One turn that is being made.

    What was judged to be unsafe is neither told, nor kept, nor read by the model in later turns.

    Args:
        kept: The turn as it is so far.
        plan: What it is made of.
        news: The steps of the engine that what is asked has brought, for shields: those of the calls that are answered
            where the turn goes on, else those of what was said.
    """

    def __init__(self, kept: KeptTurn, plan: TurnPlan, news: list[Step]) -> None:
        self._turn = kept.turn
        self._asked = kept.asked
        self._plan = plan
        self._news = news
        self._run = Run(plan.engine, NoJournal(), list(kept.steps))
        self._telling = Telling(kept.turn, self._run, plan.toolset, held_back=bool(plan.output))
        self._refusal: str | None = None

    async def payloads(self, opening: Payload) -> AsyncGenerator[Payload, None]:
        """Yield `opening` and all that happens then, but the end. To close this early stops the model and the tools.

        What fails before the model has said a word is raised before anything is told, so that callers get its status.
        """
        held = [opening]
        async with aclosing(self._happening()) as happening:
            async for told in happening:
                held.append(told)
                if self._telling.has_begun:
                    for one in held:
                        yield one
                    held.clear()
        for one in held:
            yield one

    def kept(self) -> KeptTurn:
        """Return the turn, which has ended or awaits its caller."""
        turn, steps = self._turn, self._run.steps
        if self._refusal is not None:
            turn.output_message = message(self._refusal, "end_of_turn")
            kept = KeptTurn(turn, self._asked, self._refused(steps))
        else:
            awaiting = self._run.response.status == "completed"
            kept = KeptTurn(turn, self._asked, steps, awaiting and has_pending(steps))
            turn.output_message = self._output(kept)
        turn.completed_at = now()
        return kept

    async def _happening(self) -> AsyncGenerator[Payload, None]:
        """Yield what happens between the beginning and the end."""
        judged = await self._plan.input.asked(self._turn.turn_id, self._news)
        if judged is not None:
            for told in self._judged(judged, "user-input"):
                yield told
            if self._refusal is not None:
                return
        async with aclosing(self._run.events()) as events:
            async for event in events:
                if self._run.error is not None:
                    raise self._run.error
                for told in self._telling.of(event):
                    yield told
        async with aclosing(self._let_go()) as last:
            async for told in last:
                yield told

    async def _let_go(self) -> AsyncGenerator[Payload, None]:
        """Judge what was answered, and yield it if nothing is wrong with it."""
        answer = self._telling.withheld
        if not answer:
            return
        asked = self._plan.engine.history.asked
        judged = await self._plan.output.answered(self._turn.turn_id, asked, answer)
        for told in self._telling.let_go(allowed=judged is None or judged.violation is None):
            yield told
        if judged is not None:
            for told in self._judged(judged, "assistant-output"):
                yield told

    def _judged(self, step: m.AgentStep, touchpoint: str) -> list[Payload]:
        """Note what shields found, and return the events of that."""
        self._turn.steps.append(step)
        if step.violation is not None:
            self._refusal = step.violation.user_message or ""
        return [step_start(step, touchpoint=touchpoint), step_complete(step)]

    def _refused(self, steps: list[Step]) -> list[Step]:
        """Return steps with the refusal in place of what was refused."""
        last = max((step.turn for step in steps), default=0)
        refused = bool(self._telling.withheld)
        kept = [step for step in steps if not (refused and step.turn == last)]
        said = m.Part(type="output_text", text=self._refusal, annotations=[])
        item = m.Item(type="message", role="assistant", content=[said])
        return [*kept, Step(item=item, turn=last + 1)]

    def _output(self, kept: KeptTurn) -> m.AgentCompletionMessage:
        """Return what the agent said: what its model said last, with the calls that the caller runs."""
        answers = (step.model_response for step in reversed(kept.turn.steps))
        last = next((answer for answer in answers if answer is not None), None)
        text = last.content if last is not None else ""
        if kept.awaiting:
            uses = [step.use for step in kept.pending if step.use is not None]
            return message(text, "end_of_message", uses)
        cut = last is not None and last.stop_reason == "out_of_tokens"
        return message(text, "out_of_tokens" if cut else "end_of_turn")


def ending(kept: KeptTurn) -> Payload:
    """Return the event that a turn has ended, or awaits its caller."""
    return turn_end(kept.turn, awaiting=kept.awaiting)
