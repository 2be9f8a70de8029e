"""Judging what is said in a turn, as a step of it."""

from collections.abc import Iterable, Sequence

from fleet.agents.v1 import messages as m
from fleet.safety.v1 import messages as s
from fleet_agents.config import GuardrailConfig
from fleet_agents.neighbours import Neighbours
from fleet_agents.responses.guardrails.asked import asked_message, text_alone
from fleet_agents.responses.guardrails.shields import Shields
from fleet_agents.responses.steps import Step
from fleet_agents.sessions.agent_steps import begun
from fleet_agents.sessions.moments import now
from fleet_runtime.call import Call


class Judge:
    """Some shields, and what they judge.

    Args:
        neighbours: Who runs them.
        names: The shields; nothing is judged without any.
        config: How long they may take, and what is said where a shield says nothing.
        call: On whose behalf.
    """

    def __init__(
        self, neighbours: Neighbours, names: Sequence[str], config: GuardrailConfig, call: Call
    ) -> None:
        self._shields = Shields(neighbours.shields, names, config, call) if names else None
        self._message = config.message

    def __bool__(self) -> bool:
        return self._shields is not None

    async def asked(self, turn_id: str, steps: Iterable[Step]) -> m.AgentStep | None:
        """Return the step that judges what is asked; nothing if there is nothing to judge.

        Raises:
            FleetError: A shield could not judge.
        """
        question = asked_message(steps)
        return None if question is None else await self._step(turn_id, [question])

    async def answered(
        self, turn_id: str, steps: Iterable[Step], answer: str
    ) -> m.AgentStep | None:
        """Return the step that judges an answer to what was asked; nothing if there is nothing to judge.

        Raises:
            FleetError: A shield could not judge.
        """
        question = asked_message(steps)
        context = text_alone(question) if question is not None else None
        said = s.SafetyMessage(role="assistant", content=answer)
        return await self._step(turn_id, [said] if context is None else [context, said])

    async def _step(self, turn_id: str, messages: list[s.SafetyMessage]) -> m.AgentStep | None:
        if self._shields is None:
            return None
        step = begun(turn_id, "shield_call")
        found = await self._shields.violation(messages)
        if found is not None:
            step.violation = m.AgentViolation(
                violation_level=found.violation_level,
                user_message=found.user_message or self._message,
                metadata=found.metadata,
            )
        step.completed_at = now()
        return step
