"""The services that eval jobs call, as real gRPC servers: a model and agents that repeat what they are told.

neighbours = EvalNeighbours()
async with running(neighbours) as addresses:
    ...  # the value of FLEET_ADDRESSES
"""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec

from fleet.agents.v1 import messages as a
from fleet.agents.v1.operations import (
    AGENT_SERVICE,
    CREATE_AGENT,
    CREATE_AGENT_SESSION,
    CREATE_AGENT_TURN,
    DELETE_AGENT,
)
from fleet.inference.v1.operations import (
    CREATE_CHAT_COMPLETION,
    CREATE_COMPLETION,
    INFERENCE_SERVICE,
)
from fleet_runtime.call import Call
from fleet_runtime.errors import NotFound
from fleet_runtime.operation import Binding, BoundService
from fleet_runtime.serve import serving
from fleet_testing.batches_neighbours import Model

_TIME = "2026-01-01T00:00:00Z"


@dataclass
class Agents:
    """Agents, each of which says what it is told, and that a tool found `found`.

    Attributes:
        there: What each is, by its id.
        made: How many were made.
        said: How often each text was said to one.
        sessions: The sessions of each turn.
    """

    there: dict[str, a.AgentConfig] = field(default_factory=dict)
    made: int = 0
    said: Counter[str] = field(default_factory=Counter)
    sessions: list[str] = field(default_factory=list)

    async def create_agent(self, request: a.CreateAgentRequest, call: Call) -> a.AgentCreated:
        """Make an agent."""
        del call
        self.made += 1
        agent_id = f"agent-{self.made}"
        self.there[agent_id] = request.agent_config
        return a.AgentCreated(agent_id=agent_id)

    async def delete_agent(self, request: a.DeleteAgentRequest, call: Call) -> None:
        """Forget an agent."""
        del call
        self._find(request.agent_id)
        del self.there[request.agent_id]

    async def create_agent_session(
        self, request: a.CreateAgentSessionRequest, call: Call
    ) -> a.AgentSessionCreated:
        """Begin a conversation."""
        del call
        self._find(request.agent_id)
        return a.AgentSessionCreated(session_id=f"session-{self.said.total()}-{id(request)}")

    async def create_agent_turn(self, request: a.CreateAgentTurnRequest, call: Call) -> a.AgentTurn:
        """Repeat what is said."""
        del call
        self._find(request.agent_id)
        text = str(request.messages[-1].content)
        self.said[text] += 1
        self.sessions.append(request.session_id)
        step = {
            "turn_id": "turn",
            "step_id": "step",
            "step_type": "tool_execution",
            "tool_calls": [],
            "tool_responses": [{"call_id": "1", "tool_name": "look", "content": "found"}],
        }
        turn = {
            "turn_id": "turn",
            "session_id": request.session_id,
            "input_messages": [],
            "steps": [step],
            "output_message": {
                "role": "assistant",
                "content": text,
                "stop_reason": "end_of_turn",
                "tool_calls": [],
            },
            "output_attachments": [],
            "started_at": _TIME,
        }
        return msgspec.convert(turn, a.AgentTurn)

    def _find(self, agent_id: str) -> None:
        if agent_id not in self.there:
            raise NotFound("There is no such agent.", code="agent_not_found")


@dataclass
class EvalNeighbours:
    """All of them."""

    model: Model = field(default_factory=Model)
    agents: Agents = field(default_factory=Agents)


@asynccontextmanager
async def running(neighbours: EvalNeighbours) -> AsyncGenerator[str, None]:
    """Serve them, and yield the value of `FLEET_ADDRESSES` by which they are found."""
    model, agents = neighbours.model, neighbours.agents
    services = [
        BoundService(
            INFERENCE_SERVICE,
            (
                Binding(CREATE_CHAT_COMPLETION, model.create_chat_completion),
                Binding(CREATE_COMPLETION, model.create_completion),
            ),
        ),
        BoundService(
            AGENT_SERVICE,
            (
                Binding(CREATE_AGENT, agents.create_agent),
                Binding(CREATE_AGENT_SESSION, agents.create_agent_session),
                Binding(CREATE_AGENT_TURN, agents.create_agent_turn),
                Binding(DELETE_AGENT, agents.delete_agent),
            ),
        ),
    ]
    async with serving(services) as address:
        yield ",".join(f"{name}={address}" for name in ("inference", "agents"))
