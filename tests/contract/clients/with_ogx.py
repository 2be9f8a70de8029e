"""Talks to a fleet with ogx-client, whose generated types are strict about answers."""

from collections.abc import Callable
from typing import Any

from ogx_client import OgxClient
from scenarios import (
    ASK_FOR_CITY,
    ASK_TO_SAY,
    CITY,
    FACTS,
    HELLO,
    SAY,
    completion_text,
    eventually,
    folded,
    raised,
    tell,
    usage,
    whole,
)

client = OgxClient(base_url=FACTS.root)


def ask(model: str = FACTS.chat, **more: Any) -> Any:
    asked = {"messages": HELLO, "max_tokens": 4, "temperature": 0.0} | more
    return client.chat.completions.create(model=model, **asked)


def vectors(**more: Any) -> list[Any]:
    answer = client.embeddings.create(model=FACTS.embedding, input=["one", "two words"], **more)
    return [one.embedding for one in answer.data]


def chat():
    return whole(ask())


def chat_stream():
    return folded(ask(stream=True))


def chat_stream_with_usage():
    return folded(ask(stream=True, stream_options={"include_usage": True}))


def tools():
    choice = {"type": "function", "function": {"name": "say"}}
    return whole(ask(messages=ASK_TO_SAY, tools=[SAY], tool_choice=choice, max_tokens=40))


def tools_stream():
    more = {"tools": [SAY], "tool_choice": "required", "max_tokens": 40}
    return folded(ask(messages=ASK_TO_SAY, stream=True, **more))


def json_schema():
    return whole(ask(messages=ASK_FOR_CITY, response_format=CITY, max_tokens=20))


def logprobs():
    return whole(ask(logprobs=True, top_logprobs=2))


def several():
    return whole(ask(n=2))


def seed():
    answers = [ask(seed=7, temperature=1.0) for _ in range(2)]
    return [answer.choices[0].message.content for answer in answers]


def completion():
    answer = client.completions.create(model=FACTS.chat, prompt="One two", max_tokens=3)
    return completion_text([answer]) | {"usage": usage(answer.usage)}


def completion_stream():
    asked = {"model": FACTS.chat, "prompt": "One two", "max_tokens": 3}
    return completion_text(client.completions.create(**asked, stream=True))


def embeddings():
    return {
        "usual": vectors(),
        "float": vectors(encoding_format="float"),
        "base64": vectors(encoding_format="base64"),
        "short": [len(vector) for vector in vectors(dimensions=4)],
    }


def models():
    slashes = "runner/HuggingFaceTB/SmolLM2-135M-Instruct"
    return {
        "listed": [model.id for model in client.models.list()],
        "got": client.models.retrieve(FACTS.chat).identifier,
        "got_with_slashes": client.models.retrieve(slashes).identifier,
    }


def rerank():
    asked = {"query": "a red apple", "items": ["a grey stone", "an apple that is red"]}
    ranked = client.alpha.inference.rerank(model="encoder", **asked)
    return {"places": [item.index for item in ranked.data]}


def stored():
    made = ask("engine", store=True)
    completions = client.chat.completions
    listed = eventually(lambda: made.id in [kept.id for kept in completions.list(limit=100).data])
    messages = completions.messages.list(made.id)
    return {
        "listed": listed,
        "got": completions.retrieve(made.id).choices[0].message.role,
        "asked": [message.content for message in messages.data],
    }


def errors():
    return {
        "unknown model": raised(lambda: ask("nope")),
        "wrong field": raised(lambda: ask(top_logprobs=2)),
        "too many": raised(lambda: ask("remote/fail-429")),
        "broken": raised(lambda: ask("remote/fail-500")),
    }


SCENARIOS: tuple[Callable[[], Any], ...] = (
    *(chat, chat_stream, chat_stream_with_usage, tools, tools_stream, json_schema, logprobs),
    *(several, seed, completion, completion_stream, embeddings, models, rerank, stored, errors),
)

tell({scenario.__name__: scenario for scenario in SCENARIOS})
