"""Llama models on the fleet's own torch engine, in this process."""

import os
import signal
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Literal, TypeVar

import structlog
from pydantic import Field

from fleet.inference.v1 import messages as m
from fleet_engine.config import EngineConfig
from fleet_engine.engine import Engine
from fleet_inference.local.adapters import Adapters
from fleet_inference.local.chat import chat
from fleet_inference.local.completion import complete
from fleet_inference.local.folder import model_folder
from fleet_inference.local.load import publish, report, withdraw
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.errors import Unavailable, Unimplemented
from fleet_runtime.operation import Answer

T = TypeVar("T")

log = structlog.get_logger()


class MetaReference:
    """Runs one model, and its LoRA adapters as models of their own. Loading it takes seconds."""

    class Config(BaseConfig):
        """Which model, and how."""

        model: str = Field(examples=["HuggingFaceTB/SmolLM2-135M-Instruct"])
        """The model's id, as `llama model list` has it, or the path of a Hugging Face folder."""
        adapters: Path | None = None
        """A folder of LoRA adapters, each a folder as PEFT saves it, whose name is the model's. They come and go with
        their folders: the service looks every `refresh_seconds`, and when one is registered that it does not know."""
        dtype: Literal["float32", "bfloat16", "float16"] = "float32"
        """What weights and KV cache are kept in. CPUs compute in float32 in any case."""
        quantization: Literal["int8", "int4"] | None = None
        """What the weights are rounded to: less memory and, on CPUs, faster. int8 keeps the answers nearly whole."""
        device: str = "cpu"
        """As torch names it: `cpu`, `cuda`, `cuda:1`."""
        tensor_parallel: int = Field(default=1, ge=1)
        """Over how many processes each layer is spread. Each has an accelerator of its own, from `cuda:0` on, or shares
        the CPU. The model's heads must be divisible by it, and adapters need 1."""
        threads: int | None = Field(default=None, ge=1)
        """CPU threads of each process of the engine; torch's choice if unset."""
        max_sequences: int = Field(default=32, ge=1)
        """How many answers are produced at once."""
        max_context: int | None = Field(default=None, ge=1)
        """The most tokens of prompt and answer together; the model's own limit if unset."""
        kv_tokens: int | None = Field(default=None, ge=1)
        """The most tokens that the KV cache holds, for running answers and for prompts that begin alike. If unset,
        `max_sequences` contexts, but no more than fit into 4 GiB on a CPU, and into 90 % of an accelerator's memory."""
        prefill_tokens: int | None = Field(default=None, ge=1)
        """The most prompt tokens of a step, so that long prompts do not hold up answers; 128 on a CPU if unset, 2048 on
        an accelerator."""
        max_waiting: int = Field(default=256, ge=0)
        """How many answers may wait for their turn; more are refused with 429."""

    def __init__(self, config: Config) -> None:
        settings = config.model_dump(exclude={"model", "adapters"})
        self._engine = Engine(EngineConfig(model=model_folder(config.model), **settings))
        self._engine.start()
        self._id = config.model
        self._adapters = Adapters(self._engine, self._id, config.adapters)
        publish(self._id, lambda: self._engine.load)
        self._fingerprint = f"fp_{config.quantization or config.dtype}_{config.device}"

    async def aclose(self) -> None:
        withdraw(self._id)
        await self._engine.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        adapter = self._adapters.get(request.model)
        return self._watched(await chat(self._engine, request, self._fingerprint, adapter), call)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        adapter = self._adapters.get(request.model)
        answer = await complete(self._engine, request, self._fingerprint, adapter)
        return answer if isinstance(answer, m.Completion) else self._watched(answer, call)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        raise Unimplemented("This engine makes no embeddings.", code="not_supported")

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        raise Unimplemented("This engine does not rerank.", code="not_supported")

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        del call
        known = {"context_length": self._engine.context}
        adapted = known | {"adapter_of": self._id}
        names = await self._adapters.refresh()
        return [
            ProviderModel(self._id, "llm", known),
            *(ProviderModel(name, "llm", adapted) for name in names),
        ]

    async def _watched(
        self, answer: AsyncGenerator[T, None], call: Call
    ) -> AsyncGenerator[T, None]:
        """Yield `answer`, and end `call` with the engine's load.

        A broken engine cannot be mended in its process, so the process ends and is started anew.
        """
        try:
            async with aclosing(answer):
                async for chunk in answer:
                    yield chunk
            call.trailers.extend(report(self._engine.load).trailers())
        except Unavailable:
            if self._engine.broken:
                log.critical("engine.broken", action="ending this process, to be started anew")
                os.kill(os.getpid(), signal.SIGTERM)
            raise
