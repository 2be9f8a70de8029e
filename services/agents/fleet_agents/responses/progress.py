"""How far a response is."""

import time

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.responses.events import Event, whole
from fleet_agents.responses.steps import Step, output
from fleet_agents.responses.usage import added


class Progress:
    """How far a response is.

    Args:
        response: The response, as it is at its beginning.
        include: What else callers see.
        steps: What has happened before, in a process that died.

    Attributes:
        response: The response, as it is now.
        steps: What has happened so far.
        turns: How often the model has answered.
        answering: Whether the model has said a word or a tool has begun to run, so that it is more than a request.
    """

    def __init__(
        self, response: m.Response, include: frozenset[str], steps: list[Step] | None = None
    ) -> None:
        self.response = response
        self.steps = steps or []
        self.turns = max((step.turn for step in self.steps), default=0)
        self.answering = bool(self.steps)
        self._include = include
        self._beside = 0  # tokens that were made, but are no output

    @property
    def is_going_on(self) -> bool:
        """Whether the response has not ended."""
        return self.response.status == "in_progress"

    @property
    def place(self) -> int:
        """The place of the next item among the output."""
        return sum(step.item is not None for step in self.steps)

    def count(self, usage: i.Usage | None, *, is_output: bool = True) -> None:
        """Count what an answer of the model cost; that of one that is no output does not bound the output."""
        self.response.usage = added(self.response.usage, usage)
        if usage is not None and not is_output:
            self._beside += usage.completion_tokens

    def tokens_left(self) -> int | None:
        """Return how many tokens may still be made; nothing if there is no limit."""
        most, usage = self.response.max_output_tokens, self.response.usage
        if most is None or usage is None:
            return most
        return most - (usage.output_tokens - self._beside)

    def now(self) -> m.Response:
        """Return the response with what it has put out so far."""
        self.response.output = output(self.steps, self._include)
        return self.response

    def end(self, status: str, reason: str | None = None) -> Event:
        """End the response, and return the event of that.

        Args:
            status: How it ended.
            reason: Why, if it is incomplete.
        """
        self.response.status = status
        if reason is not None:
            self.response.incomplete_details = m.IncompleteDetails(reason=reason)
        if status == "completed":
            self.response.completed_at = int(time.time())
        return whole(status, self.now())
