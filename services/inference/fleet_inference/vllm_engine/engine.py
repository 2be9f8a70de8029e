"""vLLM's engine and the serving layer of its own server, in this process."""

import asyncio
import os
import signal
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from pydantic import TypeAdapter
from starlette.datastructures import State
from vllm.engine.arg_utils import AsyncEngineArgs
from vllm.entrypoints.launchers.api_server.app_state import init_app_state
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.entrypoints.openai.completion.protocol import CompletionRequest
from vllm.entrypoints.pooling.embed.protocol import EmbeddingRequest
from vllm.entrypoints.pooling.scoring.protocol import RerankRequest
from vllm.usage.usage_lib import UsageContext
from vllm.v1.engine.async_llm import AsyncLLM

from fleet_inference.vllm_engine.adapters import Adapters
from fleet_inference.vllm_engine.answers import answered, whole
from fleet_inference.vllm_engine.flags import parsed
from fleet_inference.vllm_engine.load import LoadMeter
from fleet_inference.vllm_engine.refusals import vllm_errors
from fleet_runtime.config import ConfigError
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_runtime.errors import Unimplemented
from fleet_runtime.load_report import LoadReport

log = structlog.get_logger()

# In seconds.
_LOOK_AGAIN = 1.0

_EMBEDDING = TypeAdapter(EmbeddingRequest)
# What a model does, by the part of the serving layer that it has.
_KINDS = {
    "llm": "openai_serving_chat",
    "embedding": "serving_embedding",
    "rerank": "serving_scores",
}


class Engine:
    """Runs one model. Its engine is a process that vLLM starts; it ends this process, to be started anew, if it dies.

    Args:
        settings: vLLM's flags.
        adapters: A folder of LoRA adapters, if there is one.

    Raises:
        ConfigError: A flag is wrong, or the flags do not go together.
    """

    def __init__(self, settings: Mapping[str, Any], adapters: Path | None) -> None:
        args = parsed(settings)
        self._meter = LoadMeter()
        self._llm = _engine(args, self._meter)
        self._adapters = adapters
        # Its parts are made by coroutines, so the first to want one of them waits for it.
        self._state = asyncio.create_task(self._serving(args))
        self._watch = asyncio.create_task(self._end_with_engine())

    async def aclose(self) -> None:
        """End the engine."""
        self._watch.cancel()
        self._state.cancel()
        await asyncio.wait([self._watch, self._state])
        await asyncio.to_thread(self._llm.shutdown)

    @property
    def load(self) -> LoadReport:
        """How busy the engine is."""
        return self._meter.report()

    async def chat(self, body: bytes) -> Encoded[Any] | EncodedStream[Any]:
        """Answer a request to `/v1/chat/completions`."""
        serving = await self._part("openai_serving_chat", "chats with nobody")
        with vllm_errors("messages"):
            request = ChatCompletionRequest.model_validate_json(body)
            return answered(await serving.create_chat_completion(request), "messages")

    async def complete(self, body: bytes) -> Encoded[Any] | EncodedStream[Any]:
        """Answer a request to `/v1/completions`."""
        serving = await self._part("openai_serving_completion", "completes no texts")
        with vllm_errors("prompt"):
            request = CompletionRequest.model_validate_json(body)
            return answered(await serving.create_completion(request), "prompt")

    async def embed(self, body: bytes) -> Encoded[Any]:
        """Answer a request to `/v1/embeddings`."""
        serving = await self._part("serving_embedding", "makes no embeddings")
        with vllm_errors("input"):
            return whole(await serving(_EMBEDDING.validate_json(body)), "input")

    async def rerank(self, body: bytes) -> Encoded[Any]:
        """Answer a request to `/rerank`."""
        serving = await self._part("serving_scores", "does not rerank")
        with vllm_errors("items"):
            return whole(await serving(RerankRequest.model_validate_json(body)), "items")

    async def models(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Return the names of the model and of its adapters, each with what it does and what else is known of it.

        The folder of adapters is looked at anew.
        """
        state = await asyncio.shield(self._state)
        if state.adapters:
            await state.adapters.refresh()
        known: dict[str, Any] = {"context_length": self._llm.model_config.max_model_len}
        kind = next(kind for kind, part in _KINDS.items() if getattr(state, part, None))
        if kind == "embedding":
            known["embedding_dimension"] = self._llm.model_config.embedding_size
        listed = await state.openai_serving_models.show_available_models()
        return [
            (card.id, kind, known | {"adapter_of": card.parent} if card.parent else known)
            for card in listed.data
        ]

    async def _part(self, name: str, cannot: str) -> Any:
        """Return a part of the serving layer. Raises `Unimplemented` if this model has none."""
        part = getattr(await asyncio.shield(self._state), name, None)
        if part is None:
            raise Unimplemented(f"This model {cannot}.", code="not_supported")
        return part

    async def _serving(self, args: Namespace) -> State:
        """Return the serving layer, its adapters loaded."""
        state = State()
        tasks = await self._llm.get_supported_tasks()
        try:
            await init_app_state(self._llm, state, args, tasks)
        except ValueError as error:
            raise ConfigError(f"engine_args: {error}") from error
        state.adapters = self._adapters and Adapters(self._adapters, state.openai_serving_models)
        return state

    async def _end_with_engine(self) -> None:
        """End this process once the engine is dead, as it cannot be mended from here."""
        while not self._llm.errored:  # noqa: ASYNC110 - vLLM has no event for it
            await asyncio.sleep(_LOOK_AGAIN)
        log.critical("engine.broken", action="ending this process, to be started anew")
        os.kill(os.getpid(), signal.SIGTERM)


def _engine(args: Namespace, meter: LoadMeter) -> AsyncLLM:
    """Start the engine. It takes a minute, and longer for a large model."""
    try:
        config = AsyncEngineArgs.from_cli_args(args).create_engine_config(
            UsageContext.ENGINE_CONTEXT
        )
    except (ValueError, TypeError, NotImplementedError) as error:
        raise ConfigError(f"engine_args: {error}") from error
    return AsyncLLM.from_vllm_config(
        config,
        usage_context=UsageContext.ENGINE_CONTEXT,
        stat_loggers=[meter.logger],
        enable_log_requests=args.enable_log_requests,
        disable_log_stats=args.disable_log_stats,
    )
