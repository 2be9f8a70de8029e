"""All that a response is made of."""

from dataclasses import dataclass

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.config import RunConfig
from fleet_agents.responses.attachments.attachments import Attachments
from fleet_agents.responses.compacting import Compaction
from fleet_agents.responses.guardrails.guard import Guard
from fleet_agents.responses.history import History
from fleet_agents.responses.model import Model
from fleet_agents.responses.toolbox import Toolbox
from fleet_runtime.call import Call


@dataclass(frozen=True)
class Plan:
    """What a response is made of.

    Attributes:
        response: The response, as it is at its beginning.
        history: What it goes on from.
        instructions: What the model is told first.
        include: What else callers see.
        toolbox: What the model may use.
        model: The model.
        limits: How far it may go.
        call: On whose behalf, and how long it may take.
        attachments: The images and files that it goes on from.
        guard: Checks what is asked and answered, if that is wanted.
        compaction: Makes what it goes on from short, if that is wanted.
    """

    response: m.Response
    history: History
    instructions: list[i.ChatMessage]
    include: frozenset[str]
    toolbox: Toolbox
    model: Model
    limits: RunConfig
    call: Call
    attachments: Attachments
    guard: Guard | None = None
    compaction: Compaction | None = None
