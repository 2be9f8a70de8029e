"""Asking an agent."""

from collections.abc import Mapping
from typing import Any

import msgspec

from fleet.agents.v1 import messages as a
from fleet.agents.v1.operations import AgentServiceClient
from fleet.eval.v1 import messages as m
from fleet_eval.evaluation.asking.question import Question
from fleet_runtime.call import Call
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument

_CONFIG = "benchmark_config.eval_candidate.config"


class Agent:
    """Asks an agent, each question in a session of its own.

    Args:
        agents: Who has it.
        agent_id: Which one.
    """

    def __init__(self, agents: AgentServiceClient, agent_id: str) -> None:
        self._agents = agents
        self._id = agent_id

    def key(self, question: Question) -> str | None:
        """Return nothing: what an agent says depends on what its tools find."""
        del question
        return None

    async def ask(self, question: Question, call: Call) -> Mapping[str, Any]:
        """Return the answer, and as `context` what its tools gave."""
        messages = _messages(question)
        session = a.CreateAgentSessionRequest(agent_id=self._id, session_name="eval")
        created = await self._agents.create_agent_session(session, call)
        request = a.CreateAgentTurnRequest(
            agent_id=self._id, session_id=created.session_id, messages=messages
        )
        turn = await self._agents.create_agent_turn(request, call)
        found = [_text(each.content) for step in turn.steps for each in step.tool_responses or ()]
        generation = {"generated_answer": turn.output_message.content}
        return generation | ({"context": "\n".join(found)} if found else {})


def agent_config(candidate: m.EvalCandidate) -> a.AgentConfig:
    """Return what the agent of a candidate is.

    Raises:
        InvalidArgument: The candidate does not say, or it is none.
    """
    if candidate.config is ABSENT:
        raise InvalidArgument(
            "A candidate of type 'agent' needs 'config'.", code="invalid_value", param=_CONFIG
        )
    try:
        return msgspec.json.decode(candidate.config, type=a.AgentConfig)
    except msgspec.DecodeError as error:
        raise InvalidArgument(
            f"'config' is no config of an agent: {error}.", code="invalid_value", param=_CONFIG
        ) from None


def _messages(question: Question) -> list[a.AgentMessage]:
    """Return a conversation as agents take it.

    Raises:
        InvalidArgument: Others than the user speak in it, or it is none.
    """
    told = [{"role": "user", "content": question.prompt}] if question.prompt else []
    told += msgspec.to_builtins(question.messages)
    try:
        return msgspec.convert(told, list[a.AgentMessage])
    except msgspec.ValidationError as error:
        raise InvalidArgument(
            f"Agents cannot be asked this row: {error}.", code="invalid_value"
        ) from None


def _text(content: a.AgentContent) -> str:
    if isinstance(content, str):
        return content
    items = content if isinstance(content, list) else [content]
    return "\n".join(each.text for each in items if each.text)
