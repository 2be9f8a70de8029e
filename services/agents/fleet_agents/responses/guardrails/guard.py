"""What stands guard over one response."""

from collections.abc import Sequence

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet.safety.v1 import messages as s
from fleet_agents.config import ServiceConfig
from fleet_agents.neighbours import Neighbours
from fleet_agents.responses.attachments.attachments import Attachments
from fleet_agents.responses.compaction import read_from
from fleet_agents.responses.guardrails.asked import asked_message, text_alone
from fleet_agents.responses.guardrails.screen import Chunks, Screen
from fleet_agents.responses.guardrails.shields import Shields, named_shields
from fleet_agents.responses.steps import Step
from fleet_agents.responses.turn import SummingUp
from fleet_runtime.call import Call


class Guard:
    """Checks what is asked, and what is answered.

    What is asked is all items of the request, files among them as the model reads them. Its `instructions` are not
    checked: they are the application's, as is the wish for guardrails.

    Args:
        shields: The shields.
        asked: What is asked.
        attachments: The images and files that it names.
        every: After how many characters an answer is checked, where no sentence ends before.

    Attributes:
        blocked: Whether something was wrong with what the model said.
    """

    def __init__(
        self, shields: Shields, asked: Sequence[Step], attachments: Attachments, every: int
    ) -> None:
        self.blocked = False
        self._shields = shields
        self._asked = asked
        self._attachments = attachments
        self._every = every
        self._question: s.SafetyMessage | None = None
        self._context: list[s.SafetyMessage] | None = None

    async def question(self) -> str | None:
        """Return what to answer to what is asked, where something is wrong with it.

        Raises:
            FleetError: That could not be found out.
        """
        await self._read()
        if self._question is None:
            return None
        return await self._shields.refusal([self._question])

    async def passed(self, chunks: Chunks) -> Chunks:
        """Yield what may be shown of an answer, and if something is wrong with it a refusal in place of the rest."""
        screen = Screen(self._refusal, self._every)
        passed = screen.passed(chunks)
        try:
            async for chunk in passed:
                self.blocked = screen.blocked
                yield chunk
        finally:
            await passed.aclose()

    def summing_up(self, summary: SummingUp) -> SummingUp:
        """Return what sums thoughts up as `summary` does, and says something else where that is unsafe."""

        async def checked(thoughts: str) -> tuple[str, i.Usage | None]:
            text, usage = await summary(thoughts)
            return await self._refusal(text) or text, usage

        return checked

    async def _refusal(self, text: str) -> str | None:
        if not text.strip():
            return None
        said = s.SafetyMessage(role="assistant", content=text)
        return await self._shields.refusal([*await self._read(), said])

    async def _read(self) -> list[s.SafetyMessage]:
        """Return what an answer is judged with."""
        if self._context is None:
            asked = await self._attachments.resolved(read_from(self._asked))
            self._question = asked_message(asked)
            told = text_alone(self._question) if self._question is not None else None
            self._context = [told] if told is not None else []
        return self._context


def guard_of(
    asked: m.Guardrails | None,
    steps: Sequence[Step],
    *,
    attachments: Attachments,
    neighbours: Neighbours,
    config: ServiceConfig,
    call: Call,
) -> Guard | None:
    """Return the guard that a request asks for; nothing if it asks for none.

    Raises:
        Unimplemented: The deployment has no shields, or no service that runs them.
    """
    names = named_shields(asked, config.default_shields)
    if not names:
        return None
    shields = Shields(neighbours.shields, names, config.guardrails, call)
    return Guard(shields, steps, attachments, config.guardrails.characters)
