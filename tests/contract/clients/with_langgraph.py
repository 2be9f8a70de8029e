"""Runs agents with LangChain and LangGraph, over the Responses API."""

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.memory import InMemorySaver
from scenarios import FACTS, tell

CALLS = []


@tool
def say(text: str) -> str:
    """Say a word."""
    CALLS.append(text)
    return f"Said {text}"


def agent(**more):
    model = ChatOpenAI(
        base_url=FACTS.base_url,
        api_key="none",
        model=FACTS.chat,
        use_responses_api=True,
        temperature=0,
        max_tokens=40,
    )
    return create_agent(model, tools=[say], **more)


def loop():
    found = agent().invoke({"messages": [("user", "hello")]})
    return [
        list(CALLS),
        [message.type for message in found["messages"]],
        found["messages"][-1].text,
    ]


def remembered():
    config = {"configurable": {"thread_id": "1"}}
    graph = agent(checkpointer=InMemorySaver())
    graph.invoke({"messages": [("user", "hello")]}, config)
    found = graph.invoke({"messages": [("user", "again")]}, config)
    return [message.type for message in found["messages"]]


tell({scenario.__name__: scenario for scenario in (loop, remembered)})
