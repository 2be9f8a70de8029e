"""The shields of one response."""

import asyncio
from collections.abc import Sequence

from fleet.agents.v1 import messages as m
from fleet.safety.v1 import messages as s
from fleet.safety.v1.operations import SafetyServiceClient
from fleet_agents.config import GuardrailConfig
from fleet_runtime.call import Call
from fleet_runtime.errors import DeadlineExceeded, Unimplemented

_NOT_TO_BE_SHOWN = "error"


def named_shields(asked: m.Guardrails | None, default: Sequence[str]) -> list[str]:
    """Return the shields that a request wants, each once; `default` are those of `true`.

    Raises:
        Unimplemented: It wants the deployment's, which has none.
    """
    if not asked:
        return []
    if asked is not True:
        return list(dict.fromkeys(one if isinstance(one, str) else one.type for one in asked))
    if not default:
        raise Unimplemented(
            "'guardrails' is true, but this deployment has no shields of its own: 'default_shields' in the config of"
            " the agents service names them. A request may name shields itself: a list of their ids.",
            code="no_default_shields",
            param="guardrails",
        )
    return list(dict.fromkeys(default))


class Shields:
    """Shields that judge together: what one of them finds unsafe is unsafe.

    Args:
        safety: The service that runs them.
        names: The shields.
        config: How long they may take, and what is said where a shield says nothing.
        call: On whose behalf.
    """

    def __init__(
        self, safety: SafetyServiceClient, names: Sequence[str], config: GuardrailConfig, call: Call
    ) -> None:
        self._safety = safety
        self._names = names
        self._config = config
        self._call = call

    async def refusal(self, messages: list[s.SafetyMessage]) -> str | None:
        """Return what to say in place of the last message; nothing if there is nothing wrong with it.

        Raises:
            FleetError: As `violation`.
        """
        found = await self.violation(messages)
        return None if found is None else found.user_message or self._config.message

    async def violation(self, messages: list[s.SafetyMessage]) -> s.SafetyViolation | None:
        """Return what is wrong with the last message; nothing if it may be shown.

        Raises:
            FleetError: A shield could not judge. What was not judged must not be shown.
        """
        checks = [asyncio.create_task(self._judged(name, messages)) for name in self._names]
        try:
            async with asyncio.timeout(self._config.seconds):
                found = await asyncio.gather(*checks)
        except TimeoutError:
            raise DeadlineExceeded(
                f"The guardrails did not answer within {self._config.seconds:g} seconds.",
                code="guardrail_timeout",
                param="guardrails",
            ) from None
        finally:
            for check in checks:
                check.cancel()
        return next((one for one in found if one is not None), None)

    async def _judged(self, name: str, messages: list[s.SafetyMessage]) -> s.SafetyViolation | None:
        request = s.RunShieldRequest(shield_id=name, messages=messages)
        answer = await self._safety.run_shield(request, self._call)
        violation = answer.violation
        if violation is None or violation.violation_level != _NOT_TO_BE_SHOWN:
            return None
        return violation
