"""What the engine does, told as the steps of a turn.

The engine's events say what the model writes as it comes; its steps say what an answer adds up to, and what came of
calls. So a step of the engine that is new ends the inference before it.
"""

from collections.abc import Iterator

from fleet.agents.v1 import messages as m
from fleet_agents.responses.events import Event
from fleet_agents.responses.run import Run
from fleet_agents.responses.steps import Step, ToolUse
from fleet_agents.sessions import payloads
from fleet_agents.sessions.agent_steps import (
    begun,
    has_pending,
    message,
    text_said,
    tool_call,
    uses,
)
from fleet_agents.sessions.executions import Executions
from fleet_agents.sessions.moments import now
from fleet_agents.sessions.payloads import Payload
from fleet_agents.sessions.tools.tool_here import CALL_BEGUN, CALL_ENDED
from fleet_agents.sessions.tools.toolset import Toolset

_WHOLE = ("created", "queued", "in_progress", "completed", "incomplete", "failed")
_TEXTS = ("output_text.delta", "refusal.delta")
# Why an answer ended, where it is not whole, by what the engine calls it.
_CUTS = {"max_output_tokens": "out_of_tokens", "content_filter": "end_of_turn"}


class Telling:
    """Tells of one run of the engine.

    Args:
        turn: The turn that it makes. Its steps are added to.
        run: The run.
        toolset: The tools that it may use.
        held_back: Whether what the model says is told only after `let_go`.

    Attributes:
        has_begun: Whether the model has begun to answer.
        withheld: What the model said, if that is told only after `let_go`; else nothing.
    """

    def __init__(self, turn: m.AgentTurn, run: Run, toolset: Toolset, *, held_back: bool) -> None:
        self.has_begun = False
        self.withheld = ""
        self._turn = turn
        self._run = run
        self._held_back = held_back
        self._held: list[Payload] = []
        self._executions = Executions(turn, toolset)
        self._seen = len(run.steps)
        self._inference: m.AgentStep | None = None
        self._asked = now()
        self._answered = False

    def of(self, event: Event) -> Iterator[Payload]:
        """Yield what there is to tell when `event` has happened."""
        kind = event.type.removeprefix("response.")
        new = self._run.steps[self._seen :]
        # Calls of an answer that was cut off end before the run says so: what ends unbegun must wait for what is next.
        if new and kind != CALL_ENDED:
            self._seen += len(new)
            yield from self._said(new)
        for told in self._executions.news():
            self._answered = False
            yield told
        if kind in _WHOLE:
            yield from self._on_whole()
        elif kind not in (CALL_BEGUN, CALL_ENDED):
            yield from self._progress(kind, event)

    def let_go(self, *, allowed: bool) -> Iterator[Payload]:
        """Yield what was withheld if that is allowed, and the end of its step."""
        step = self._inference
        if step is None or step.model_response is None:
            return
        if allowed:
            yield from self._held
        else:
            step.model_response.content = ""
        yield self._closed(step)

    def _on_whole(self) -> Iterator[Payload]:
        """Yield what there is to tell at the beginning and the end of the run."""
        status = self._run.response.status
        if status == "in_progress":
            self._asked = now()
            return
        has_ended = status == "completed" or self._cut is not None
        if has_ended and not self._answered and not has_pending(self._run.steps):
            # An answer without a word leaves no step of the engine, but it was one.
            yield from self._said([])

    def _said(self, steps: list[Step]) -> Iterator[Payload]:
        """Yield the end of an inference, which added up to `steps`."""
        step = self._inference
        if step is None:
            step = self._begun()
            yield payloads.step_start(step)
        calls, text = uses(steps), text_said(steps)
        if self._held_back and calls:
            text = ""  # nobody judges what is said beside calls
        step.model_response = message(text, self._stop_reason(calls), calls)
        self._answered = True
        if self._held_back and text:
            self.withheld = text
        else:
            yield self._closed(step)
        if self._cut is None:
            self._executions.begin(steps)

    def _begun(self) -> m.AgentStep:
        """Return the step of an answer that begins. The model was asked when there was nothing else left to do."""
        self.has_begun = True
        step = self._inference = begun(self._turn.turn_id, "inference")
        step.started_at = self._executions.since or self._asked
        return step

    def _closed(self, step: m.AgentStep) -> Payload:
        """Return the event that the model has answered."""
        step.completed_at = now()
        self._turn.steps.append(step)
        self._inference = None
        self._held = []
        return payloads.step_complete(step)

    def _progress(self, kind: str, event: Event) -> Iterator[Payload]:
        """Yield what the model writes."""
        step, item = self._inference, event.item
        if step is None:
            step = self._begun()
            yield payloads.step_start(step)
        if kind in _TEXTS:
            new = payloads.text(step, event.delta or "")
            if self._held_back:
                self._held.append(new)
            else:
                yield new
        elif kind == "function_call_arguments.delta":
            yield payloads.call(step, event.delta or "", "in_progress")
        elif item is not None and item.type == "function_call":
            yield from _call_progress(step, kind, item)

    def _stop_reason(self, calls: list[ToolUse]) -> str:
        """Return why an answer ended, in the old words."""
        if self._cut is not None:
            return self._cut
        return "end_of_message" if calls else "end_of_turn"

    @property
    def _cut(self) -> str | None:
        """Why the model's last answer is not whole, in the old words, if it is not."""
        details = self._run.response.incomplete_details
        return None if details is None else _CUTS.get(details.reason or "")


def _call_progress(step: m.AgentStep, kind: str, item: m.Item) -> Iterator[Payload]:
    """Yield that a call begins, or is whole or will not be."""
    if kind == "output_item.added":
        yield payloads.call(step, "", "started")
    elif kind == "output_item.done":
        use = ToolUse(item.call_id or "", item.name or "", item.arguments or "{}")
        status = "succeeded" if item.status == "completed" else "failed"
        yield payloads.call(step, tool_call(use), status)
