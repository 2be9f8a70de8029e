"""The operations of the Safety API."""

import uuid

from fleet.safety.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer
from fleet_safety.findings import result, violation
from fleet_safety.reading import conversation, inputs
from fleet_safety.shields import Shields


class Safety:
    """Judges what people and models say.

    Args:
        shields: The shields.
    """

    def __init__(self, shields: Shields) -> None:
        self._shields = shields

    async def run_shield(
        self, request: m.RunShieldRequest, call: Call
    ) -> Answer[m.RunShieldResponse]:
        """Judge the last message of a conversation."""
        shield = await self._shields.get(request.shield_id)
        judged = conversation(request.messages)
        if not (judged[-1].text.strip() or judged[-1].images):
            return m.RunShieldResponse()  # nothing is said, as before the first word of an answer
        (verdict,) = await self._shields.moderate(shield, [judged], call)
        return m.RunShieldResponse(violation=violation(verdict))

    async def create_moderation(
        self, request: m.ModerationRequest, call: Call
    ) -> Answer[m.Moderation]:
        """Judge one or more inputs, each by itself."""
        judged = inputs(request.input)
        shield = await self._shields.named(request.model)
        verdicts = await self._shields.moderate(shield, judged, call)
        return m.Moderation(
            id=f"modr-{uuid.uuid4().hex}",
            model=request.model or shield.id,
            results=[result(v, one) for v, one in zip(verdicts, judged, strict=True)],
        )
