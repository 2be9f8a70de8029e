"""Runs agents with the Agent helper of llama-stack-client 0.7."""

from llama_stack_client import LlamaStackClient
from llama_stack_client.lib.agents.agent import Agent
from llama_stack_client.lib.agents.client_tool import client_tool
from scenarios import FACTS, tell

client = LlamaStackClient(base_url=FACTS.root)
CALLS = []


@client_tool
def say(text: str) -> str:
    """Say a word.

    :param text: The word.
    """
    CALLS.append(text)
    return f"Said {text}"


def agent(*tools):
    return Agent(client, model=FACTS.chat, instructions="Be brief.", tools=list(tools))


def plain():
    speaker = agent()
    session = speaker.create_session("one")
    said = [
        speaker.create_turn(
            messages=[{"role": "user", "content": text, "type": "message"}],
            session_id=session,
            stream=False,
        ).output_text
        for text in ("Hello there", "And now")
    ]
    return [bool(text) for text in said]


def own_tool():
    speaker = agent(say)
    answer = speaker.create_turn(
        messages=[{"role": "user", "content": "hello", "type": "message"}],
        session_id=speaker.create_session("two"),
        stream=False,
    )
    return [list(CALLS), answer.output_text]


def streamed():
    speaker = agent(say)
    chunks = speaker.create_turn(
        messages=[{"role": "user", "content": "hello", "type": "message"}],
        session_id=speaker.create_session("three"),
        stream=True,
    )
    events = [type(chunk.event).__name__ for chunk in chunks]
    return [events[0], events[-1]]


tell({scenario.__name__: scenario for scenario in (plain, own_tool, streamed)})
