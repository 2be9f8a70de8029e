"""What must be kept while a response is made, so that another process can go on with it."""

from collections.abc import Sequence
from typing import Protocol

from fleet.agents.v1 import messages as m
from fleet_agents.responses.steps import Step


class Happened(Protocol):
    """What has happened in a response so far."""

    @property
    def response(self) -> m.Response:
        """The response."""
        ...

    @property
    def steps(self) -> Sequence[Step]:
        """Its steps."""
        ...


class Journal(Protocol):
    """Keeps what has happened."""

    async def before_tools(self, happened: Happened) -> None:
        """Keep that tools are about to run. Only when that is kept may they."""
        ...

    async def after_tool(self, happened: Happened) -> None:
        """Keep what tools gave."""
        ...


class NoJournal:
    """Keeps nothing: a response that its caller waits for is gone with the process that makes it."""

    async def before_tools(self, happened: Happened) -> None:
        """Do nothing."""

    async def after_tool(self, happened: Happened) -> None:
        """Do nothing."""
