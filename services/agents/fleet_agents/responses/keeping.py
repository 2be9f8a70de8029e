"""Keeping what came of a response: itself, and its part of a conversation."""

from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.conversations.store import ConversationStore
from fleet_agents.responses.run import Run
from fleet_agents.responses.store import ResponseStore, Stored
from fleet_runtime.store import Database


class Keeping:
    """Keeps responses that have ended.

    Args:
        database: Where.
        responses: Where responses are kept.
        conversations: Where conversations are kept.
    """

    def __init__(
        self, database: Database, responses: ResponseStore, conversations: ConversationStore
    ) -> None:
        self._database = database
        self._responses = responses
        self._conversations = conversations

    async def keep(self, run: Run) -> None:
        """Keep a response, and add what was asked and answered to its conversation; all of it or nothing."""
        if run.response.store:
            async with self._database.begin() as connection:
                await self.write(connection, run)

    async def write(self, connection: AsyncConnection, run: Run, *, streamed: bool = False) -> None:
        """As `keep`, with the transaction of `connection`."""
        response = run.response
        stored = Stored(response, run.asked, run.steps, streamed)
        await self._responses.save(connection, stored)
        if response.conversation is not None and response.status in ("completed", "incomplete"):
            items = [*run.asked, *_said(run)]
            await self._conversations.append(connection, response.conversation.id, items)


def _said(run: Run) -> list[m.Item]:
    """Return all that happened as a conversation keeps it."""
    return [step.item for step in run.steps if step.item is not None]
