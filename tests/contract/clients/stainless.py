"""Scenarios for SDKs that Stainless generates: openai's, and llama-stack-client, which has the same methods."""

import json
from collections.abc import Callable
from typing import Any

from scenarios import (
    ASK_FOR_CITY,
    ASK_TO_SAY,
    CITY,
    FACTS,
    HELLO,
    SAY,
    completion_text,
    folded,
    raised,
    usage,
    whole,
)

OTHER_KEY = {"X-LlamaStack-Provider-Data": json.dumps({"openai_api_key": "sk-of-the-caller"})}
TEXTS = ["one", "two words"]


class Scenarios:
    """Each public method is a scenario, played with `client`."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def all(self) -> dict[str, Callable[[], Any]]:
        """Return the scenarios by name."""
        names = [name for name in dir(self) if not name.startswith("_") and name != "all"]
        return {name: getattr(self, name) for name in names}

    def _ask(self, model: str = FACTS.chat, **more: Any) -> Any:
        asked = {"messages": HELLO, "max_tokens": 4, "temperature": 0} | more
        return self._client.chat.completions.create(model=model, **asked)

    def chat(self):
        return whole(self._ask())

    def chat_stream(self):
        return folded(self._ask(stream=True))

    def chat_stream_with_usage(self):
        return folded(self._ask(stream=True, stream_options={"include_usage": True}))

    def tools(self):
        choice = {"type": "function", "function": {"name": "say"}}
        return whole(self._ask(messages=ASK_TO_SAY, tools=[SAY], tool_choice=choice, max_tokens=40))

    def tools_stream(self):
        return folded(
            self._ask(
                messages=ASK_TO_SAY, tools=[SAY], tool_choice="required", max_tokens=40, stream=True
            )
        )

    def json_schema(self):
        return whole(self._ask(messages=ASK_FOR_CITY, response_format=CITY, max_tokens=20))

    def logprobs(self):
        return whole(self._ask(logprobs=True, top_logprobs=2))

    def several(self):
        return whole(self._ask(n=2))

    def seed(self):
        answers = [self._ask(seed=7, temperature=1.0) for _ in range(2)]
        return [answer.choices[0].message.content for answer in answers]

    def completion(self):
        answer = self._client.completions.create(model=FACTS.chat, prompt="One two", max_tokens=3)
        return completion_text([answer]) | {"usage": usage(answer.usage)}

    def completion_stream(self):
        asked = {"model": FACTS.chat, "prompt": "One two", "max_tokens": 3}
        return completion_text(self._client.completions.create(**asked, stream=True))

    def embeddings(self):
        return {
            "usual": self._vectors(),
            "float": self._vectors(encoding_format="float"),
            "base64": self._vectors(encoding_format="base64"),
            "short": [len(vector) for vector in self._vectors(dimensions=4)],
        }

    def models(self):
        models = self._client.models
        return {
            "listed": [model.id for model in models.list()],
            "got": models.retrieve(FACTS.chat).id,
            "got_with_slashes": models.retrieve("runner/HuggingFaceTB/SmolLM2-135M-Instruct").id,
        }

    def errors(self):
        return {
            "unknown model": raised(lambda: self._ask("nope")),
            "wrong kind": raised(lambda: self._ask(FACTS.embedding)),
            "wrong field": raised(lambda: self._ask(top_logprobs=2)),
            "wrong type": raised(lambda: self._ask(temperature="hot")),
            "not stored": raised(lambda: self._client.chat.completions.retrieve("chatcmpl-nope")),
            "key refused": raised(lambda: self._ask("remote/fail-401", extra_headers=OTHER_KEY)),
            "forbidden": raised(lambda: self._ask("remote/fail-403", extra_headers=OTHER_KEY)),
            "conflict": raised(lambda: self._ask("remote/fail-409")),
            "unprocessable": raised(lambda: self._ask("remote/fail-422")),
            "too many": raised(lambda: self._ask("remote/fail-429")),
            "broken": raised(lambda: self._ask("remote/fail-500")),
            "broken stream": raised(
                lambda: list(self._ask("remote/error-mid-stream", stream=True))
            ),
        }

    def _vectors(self, **more: Any) -> list[Any]:
        answer = self._client.embeddings.create(model=FACTS.embedding, input=TEXTS, **more)
        return [one.embedding for one in answer.data]
