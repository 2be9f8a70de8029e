"""Llama models on the fleet's own torch engine, in this process."""

import os
import signal
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Literal, TypeVar

import structlog
from pydantic import Field

from fleet.inference.v1 import messages as m
from fleet_engine.config import EngineConfig
from fleet_engine.engine import Engine
from fleet_inference.local.chat import chat
from fleet_inference.local.completion import complete
from fleet_inference.local.folder import model_folder
from fleet_inference.local.load import publish, withdraw
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.errors import Unavailable, Unimplemented
from fleet_runtime.operation import Answer

T = TypeVar("T")

log = structlog.get_logger()


class MetaReference:
    """Runs one model. Loading it takes seconds."""

    class Config(BaseConfig):
        """Which model, and how."""

        model: str
        """The model's id, as `llama model list` has it, or the path of a Hugging Face folder."""
        dtype: Literal["float32", "bfloat16", "float16"] = "float32"
        """What weights and KV cache are kept in. On CPUs without native support only `float32` is fast."""
        device: str = "cpu"
        """As torch names it: `cpu`, `cuda`, `cuda:1`."""
        threads: int | None = Field(default=None, ge=1)
        """CPU threads of the engine; torch's choice if unset."""
        max_sequences: int = Field(default=32, ge=1)
        """How many answers are produced at once."""
        max_context: int | None = Field(default=None, ge=1)
        """The most tokens of prompt and answer together; the model's own limit if unset."""
        kv_tokens: int | None = Field(default=None, ge=1)
        """The most tokens that the KV cache holds."""
        max_waiting: int = Field(default=256, ge=0)
        """How many answers may wait for their turn; more are refused with 429."""

    def __init__(self, config: Config) -> None:
        settings = config.model_dump(exclude={"model"})
        self._engine = Engine(EngineConfig(model=model_folder(config.model), **settings))
        self._engine.start()
        self._id = config.model
        publish(self._id, lambda: self._engine.load)
        self._fingerprint = f"fp_{config.dtype}_{config.device}"

    async def aclose(self) -> None:
        withdraw(self._id)
        await self._engine.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        del call
        return self._watched(await chat(self._engine, request, self._fingerprint))

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        del call
        answer = await complete(self._engine, request, self._fingerprint)
        return answer if isinstance(answer, m.Completion) else self._watched(answer)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        raise Unimplemented("This engine makes no embeddings.", code="not_supported")

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        raise Unimplemented("This engine does not rerank.", code="not_supported")

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        del call
        return [ProviderModel(self._id, "llm", {"context_length": self._engine.context})]

    async def _watched(self, answer: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """Yield `answer`. A broken engine cannot be mended in its process, so the process ends and is started anew."""
        try:
            async with aclosing(answer):
                async for chunk in answer:
                    yield chunk
        except Unavailable:
            if self._engine.broken:
                log.critical("engine.broken", action="ending this process, to be started anew")
                os.kill(os.getpid(), signal.SIGTERM)
            raise
