"""Talks to a fleet with LangChain's ChatOpenAI and OpenAIEmbeddings."""

import asyncio
from typing import Any

from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from scenarios import CITY, FACTS, raised, tell

CITY_SCHEMA = CITY["json_schema"]["schema"] | {"title": "city", "description": "A city."}


@tool
def say(text: str) -> str:
    """Say a word."""
    return text


def model(name: str = FACTS.chat, **more: Any) -> ChatOpenAI:
    settings = {"max_retries": 0, "temperature": 0, "max_tokens": 4} | more
    return ChatOpenAI(base_url=FACTS.base_url, api_key="none", model=name, **settings)


def invoke():
    answer = model().invoke("Hello there")
    return [answer.content, answer.usage_metadata, answer.response_metadata["model_name"]]


def stream():
    chunks = list(model(stream_usage=True).stream("Hello there"))
    whole = sum(chunks[1:], start=chunks[0])
    return [whole.content, whole.usage_metadata, len(chunks)]


def async_batch():
    answers = asyncio.run(model().abatch(["Hello there", "Hello there"]))
    return [answer.content for answer in answers]


def tools():
    chosen = model(max_tokens=60).bind_tools([say], tool_choice="say").invoke("hello")
    return [[call["name"], sorted(call["args"])] for call in chosen.tool_calls]


def structured():
    bound = model(max_tokens=20).with_structured_output(CITY_SCHEMA, method="json_schema")
    return bound.invoke('{"city":"Paris"}')


def embeddings():
    settings = {"model": FACTS.embedding, "check_embedding_ctx_length": False}
    embedder = OpenAIEmbeddings(base_url=FACTS.base_url, api_key="none", **settings)
    return [len(vector) for vector in embedder.embed_documents(["one", "two words"])]


def error():
    return raised(lambda: model("nope").invoke("Hello"))


tell(
    {
        scenario.__name__: scenario
        for scenario in (invoke, stream, async_batch, tools, structured, embeddings, error)
    }
)
