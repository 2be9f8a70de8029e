"""Whom rows are asked."""

from collections.abc import Mapping
from typing import Any, Protocol

from fleet_eval.evaluation.asking.question import Question
from fleet_runtime.call import Call


class Candidate(Protocol):
    """A model or an agent."""

    def key(self, question: Question) -> str | None:
        """Return what an answer depends on, as a digest; nothing if it depends on chance as well."""
        ...

    async def ask(self, question: Question, call: Call) -> Mapping[str, Any]:
        """Return what is said: `generated_answer`, and what more there is to say.

        Raises:
            FleetError: As the model or the agent fails.
        """
        ...
