"""How fakes speak as hosts of Llama Guard do: as a chat model of OpenAI's wire format that says `safe` or `unsafe`.

Format: https://docs.together.ai/reference/chat-completions-1, https://docs.sambanova.ai/docs/en/api-reference
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import CREATE_CHAT_COMPLETION, INFERENCE_SERVICE
from fleet_runtime.call import Call
from fleet_runtime.errors import ResourceExhausted
from fleet_runtime.operation import Binding, BoundService
from fleet_runtime.serve import serving
from fleet_testing.openai_answers import Json, error
from fleet_testing.openai_upstream import Seen
from fleet_testing.safety_upstream import bearer, is_bad


def completion(model: str, content: str) -> Json:
    """Return a chat completion that says `content`."""
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": model}
    return head | {"choices": [choice]}


class HostedLlamaGuard:
    """Judges the last message of a chat, whose prompt its own chat template writes.

    Attributes:
        says: What models say whatever they are asked, by their names.
    """

    def __init__(self) -> None:
        self.says: dict[str, str] = {}

    def named(self, seen: Seen) -> str:
        """Return the model."""
        if seen.path != "/v1/chat/completions":
            raise KeyError(seen.path)
        return str(seen.json()["model"])

    def key(self, seen: Seen) -> str | None:
        """Return the bearer token."""
        return bearer(seen)

    def answer(self, seen: Seen) -> Json:
        """Return a chat completion."""
        asked = seen.json()
        last = asked["messages"][-1]["content"]
        verdict = "unsafe\nS1,S9" if is_bad(last) else "safe"
        return completion(asked["model"], self.says.get(asked["model"], verdict))

    def refusal(self, message: str) -> Json:
        """Return OpenAI's envelope."""
        return error(message, "invalid_request_error", "made_to_fail")


@dataclass
class GuardRunner:
    """The fleet's inference service with a Llama Guard, as a real gRPC server: it reads the prompt that it is sent.

    Attributes:
        says: What models say whatever they are asked, by their names; `None` for a model that never answers, and an
            empty text for one that is overloaded.
        asked: What it was asked.
        calls: The calls.
        open: How many requests it has now.
    """

    says: dict[str, str | None] = field(default_factory=dict)
    asked: list[i.ChatCompletionRequest] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    open: int = 0

    async def create_chat_completion(
        self, request: i.ChatCompletionRequest, call: Call
    ) -> i.ChatCompletion:
        """Judge the conversation that the last message quotes."""
        self.asked.append(request)
        self.calls.append(call)
        content: Any = msgspec.to_builtins(request.messages[-1].content)
        text = content if isinstance(content, str) else str(content)
        quoted = text.partition("<BEGIN CONVERSATION>")[2].partition("<END CONVERSATION>")[0]
        verdict = "unsafe\nS1,S9" if is_bad(quoted) else "safe"
        said = self.says.get(request.model, verdict)
        self.open += 1
        try:
            if said is None:
                await asyncio.Event().wait()
            if not said:
                raise ResourceExhausted("The queue is full.", code="queue_full", retry_after=7)
        finally:
            self.open -= 1
        return msgspec.convert(completion(request.model, str(said)), i.ChatCompletion)


@asynccontextmanager
async def guard_runner(runner: GuardRunner) -> AsyncGenerator[str, None]:
    """Serve `runner`, and yield the value of `FLEET_ADDRESSES` by which it is found."""
    binding = Binding(CREATE_CHAT_COMPLETION, runner.create_chat_completion)
    async with serving([BoundService(INFERENCE_SERVICE, (binding,))]) as address:
        yield f"inference={address}"
