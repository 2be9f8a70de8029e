"""The fleet's inference service as scoring asks it, as a real gRPC server: models that judge, and their vectors."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import (
    CREATE_CHAT_COMPLETION,
    CREATE_EMBEDDING,
    INFERENCE_SERVICE,
)
from fleet_runtime.call import Call
from fleet_runtime.operation import Binding, BoundService
from fleet_runtime.serve import serving
from fleet_testing.llama_guard_upstream import completion


@dataclass
class JudgingModels:
    """Models that answer as a test says.

    Attributes:
        says: What is answered to a prompt: a text, or the arguments of tools by their names.
        asked: What it was asked, oldest first.
        open: How many requests it has now.
        most: How many it ever had at once.
        wait: How long an answer takes, in seconds.
    """

    says: Callable[[str], Any] = lambda prompt: prompt
    asked: list[i.ChatCompletionRequest] = field(default_factory=list)
    open: int = 0
    most: int = 0
    wait: float = 0.0

    def services(self) -> list[BoundService]:
        """Return them as a server takes them."""
        bindings = (
            Binding(CREATE_CHAT_COMPLETION, self.create_chat_completion),
            Binding(CREATE_EMBEDDING, self.create_embedding),
        )
        return [BoundService(INFERENCE_SERVICE, bindings)]

    async def create_chat_completion(
        self, request: i.ChatCompletionRequest, call: Call
    ) -> i.ChatCompletion:
        """Answer a conversation."""
        del call
        self.asked.append(request)
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            await asyncio.sleep(self.wait)
            said = self.says(str(msgspec.to_builtins(request.messages[-1].content)))
        finally:
            self.open -= 1
        told = completion(request.model, said if isinstance(said, str) else "")
        if isinstance(said, dict):
            told["choices"][0]["message"]["tool_calls"] = [
                {
                    "id": f"call_{name}",
                    "type": "function",
                    "function": {"name": name, "arguments": json.dumps(arguments)},
                }
                for name, arguments in said.items()
            ]
        return msgspec.convert(told, i.ChatCompletion)

    async def create_embedding(self, request: i.EmbeddingRequest, call: Call) -> i.EmbeddingList:
        """Return a vector that tells how often each letter is in a text."""
        del call
        text = str(request.input).lower()
        vector = [float(text.count(letter)) for letter in "abcdefghijklmnopqrstuvwxyz"]
        return i.EmbeddingList(
            data=[i.Embedding(embedding=vector, index=0)],
            model=request.model,
            usage=i.EmbeddingUsage(prompt_tokens=1, total_tokens=1),
        )


@asynccontextmanager
async def judging_models(models: JudgingModels) -> AsyncGenerator[str, None]:
    """Serve the models, and yield their address."""
    async with serving(models.services()) as address:
        yield address
