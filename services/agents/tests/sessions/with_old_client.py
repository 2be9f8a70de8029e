"""Has agents asked by llama-stack-client 0.2, in its own environment, and tells what it saw.

Usage: `python with_old_client.py http://127.0.0.1:8321`
"""

import json
import sys

from llama_stack_client import Agent, LlamaStackClient
from llama_stack_client.lib.agents.event_logger import EventLogger
from llama_stack_client.types.agents import AgentTurnResponseStreamChunk, Session, Turn
from llama_stack_client.types.shared.agent_config import AgentConfig

client = LlamaStackClient(base_url=sys.argv[1], api_key="none", max_retries=0, timeout=30)


def user(text):
    return [{"role": "user", "content": text}]


def add(a: int, b: int) -> int:
    """Add two numbers.

    :param a: The first.
    :param b: The second.
    """
    return a + b


def agent(**config):
    made = Agent(client, model="chat", instructions="Be brief.", **config)
    made.create_session("chat")
    return made


def events(chunks):
    """Return what happened, by the types of the client, strictly; and what its logger prints."""
    told = list(chunks)
    for chunk in told:
        AgentTurnResponseStreamChunk.model_validate(chunk.to_dict())
    payloads = [chunk.event.payload for chunk in told]
    kinds = [[one.event_type, getattr(one, "step_type", "")] for one in payloads]
    printed = "".join(str(line) + line.end for line in EventLogger().log(iter(told)))
    return {"kinds": kinds, "printed": printed, "said": payloads[-1].turn.output_message.content}


def with_client_tool():
    adder = agent(tools=[add])
    asked = adder.create_turn(user("What is 1 + 2?"), session_id=adder.session_id)
    return events(asked)


def with_tool_group():
    asked = agent()
    turn = asked.create_turn(
        user("Weather?"), session_id=asked.session_id, toolgroups=["group"], stream=False
    )
    return {
        "steps": [step.step_type for step in turn.steps],
        "given": turn.steps[1].tool_responses[0].content,
        "said": turn.output_message.content,
    }


def with_shields():
    shielded = agent(input_shields=["guard"])
    return events(shielded.create_turn(user("A bomb!"), session_id=shielded.session_id))


def read_again():
    asked = agent()
    ids = {"agent_id": asked.agent_id, "session_id": asked.session_id}
    made = asked.create_turn(user("Hi"), session_id=asked.session_id, stream=False)
    turn = client.agents.turn.retrieve(made.turn_id, **ids)
    step = client.agents.steps.retrieve(made.steps[0].step_id, turn_id=made.turn_id, **ids).step
    session = client.agents.session.retrieve(turn_ids=[made.turn_id], **ids)
    config = client.agents.retrieve(asked.agent_id).agent_config
    Session.model_validate(session.to_dict())
    Turn.model_validate(turn.to_dict())
    AgentConfig.model_validate(config.to_dict())
    return {
        "same": made == turn == session.turns[0] and made.steps[0] == step,
        "sessions": len(client.agents.session.list(asked.agent_id).data),
        "agents": asked.agent_id in [one["agent_id"] for one in client.agents.list().data],
    }


def deleted():
    asked = agent()
    client.agents.session.delete(asked.session_id, agent_id=asked.agent_id)
    client.agents.delete(asked.agent_id)
    try:
        client.agents.retrieve(asked.agent_id)
    except Exception as error:  # noqa: BLE001 - its class is told
        return type(error).__name__
    return ""


PLAYED = (with_client_tool, with_tool_group, with_shields, read_again, deleted)
json.dump({scenario.__name__: scenario() for scenario in PLAYED}, sys.stdout)
