"""`inline::vllm`: vLLM's asynchronous engine, in this process.

Requests go to the serving layer of vLLM's own server, called without its HTTP: chat templates, tool and reasoning
parsers, guided output, logprobs and errors are then those of `vllm serve` to the letter, and none is written twice.
"""

import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import ExitStack, aclosing
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import msgspec
from pydantic import Field

from fleet.inference.v1 import messages as m
from fleet_inference.local.folder import model_folder
from fleet_inference.local.load import publish, withdraw
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_inference.ranking import Ranking, best_first, text_of, texts_of
from fleet_inference.vllm_engine.tools import with_parameters
from fleet_runtime.call import Call
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.config import ConfigError
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_runtime.operation import Answer
from fleet_runtime.unknown import unknown_fields
from fleet_upstream.outgoing import outgoing

# What vLLM reads from its environment, unless that says otherwise.
_ENVIRONMENT = {
    # This process has threads, and a fork has none of them.
    "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
    # By default vLLM tells its makers what it runs.
    "VLLM_NO_USAGE_STATS": "1",
}
_DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "enable_prompt_tokens_details": True,
        "logging_config": {"formatter": "json"},
        "max_num_queued_reqs": 1024,
        # By default forced calls may have any arguments.
        "tool_strict_level": "parameter",
        "use_tqdm_on_load": False,
    }
)


class VllmEngine:
    """Runs one model, and its LoRA adapters as models of their own. Loading it takes a minute or more.

    A process holds one of these: vLLM's metrics, which are among this service's own, are of the last one that was made.
    """

    class Config(BaseConfig):
        """Which model, and how."""

        model: str = Field(examples=["HuggingFaceTB/SmolLM2-135M-Instruct"])
        """The model's id, as `llama model list` has it, or the path of a Hugging Face folder."""
        adapters: Path | None = None
        """A folder of LoRA adapters, each a folder as PEFT saves it, whose name is the model's. They come and go with
        their folders: the service looks every `refresh_seconds`."""
        engine_args: dict[str, Any] = Field(default={})
        """vLLM's own flags by their names, such as `max_model_len: 4096`; those of its HTTP server are not among them.
        https://docs.vllm.ai/en/stable/configuration/engine_args.html"""

    def __init__(self, config: Config) -> None:
        for name, value in _ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        vllm = _vllm()
        adapters = config.adapters and config.adapters.expanduser()
        # By default its sockets stay behind among all that is temporary.
        with ExitStack() as undone:
            sockets = undone.enter_context(TemporaryDirectory(prefix="fleet-vllm-"))
            os.environ.setdefault("VLLM_RPC_BASE_PATH", sockets)
            self._engine = vllm.Engine(_settings(config), adapters)
            self._afterwards = undone.pop_all()
        self._id = config.model
        publish(self._id, lambda: self._engine.load)

    async def aclose(self) -> None:
        withdraw(self._id)
        await self._engine.aclose()
        self._afterwards.close()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        body = outgoing(with_parameters(request), call)
        return self._reported(await self._engine.chat(body), call)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        return self._reported(await self._engine.complete(outgoing(request, call)), call)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        answer: Encoded[m.EmbeddingList] = await self._engine.embed(outgoing(request, call))
        self._report(call)
        return answer

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        asked = {
            **(unknown_fields(request, call) or {}),
            "model": request.model,
            "query": text_of(request.query, "query"),
            "documents": texts_of(request),
        }
        answer: Encoded[Ranking] = await self._engine.rerank(msgspec.json.encode(asked))
        self._report(call)
        return best_first(answer.decode(Ranking).results, request.max_num_results)

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        return [ProviderModel(*known) for known in await self._engine.models()]

    def _reported(
        self, answer: Encoded[Any] | EncodedStream[Any], call: Call
    ) -> Encoded[Any] | EncodedStream[Any]:
        """Return `answer`, which ends `call` with the engine's load."""
        if isinstance(answer, EncodedStream):
            return EncodedStream(self._reported_events(answer.events, call))
        self._report(call)
        return answer

    async def _reported_events(
        self, events: AsyncGenerator[bytes, None], call: Call
    ) -> AsyncGenerator[bytes, None]:
        async with aclosing(events):
            async for event in events:
                yield event
        self._report(call)

    def _report(self, call: Call) -> None:
        """End `call` with the engine's load."""
        call.trailers.extend(self._engine.load.trailers())


def _vllm() -> Any:
    """Import what drives vLLM: not above, for a fleet is checked and described where vLLM is not installed too."""
    try:
        return import_module("fleet_inference.vllm_engine.engine")
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"inline::vllm needs vLLM, and {error.name} is not installed: `pip install 'llama-fleet[vllm]'`"
        ) from error


def _settings(config: VllmEngine.Config) -> dict[str, Any]:
    """Return vLLM's flags: those that `config` has, and ours where it has none."""
    flags = {name.replace("-", "_"): value for name, value in config.engine_args.items()}
    if "model" in flags:
        raise ConfigError("engine_args.model: the model is named by `model`, beside `engine_args`")
    own = {
        "model": str(model_folder(config.model)),
        "served_model_name": [config.model],
        "enable_auto_tool_choice": bool(flags.get("tool_call_parser")),
        "enable_lora": bool(config.adapters or flags.get("lora_modules")),
    }
    return {**_DEFAULTS, **own, **flags}
