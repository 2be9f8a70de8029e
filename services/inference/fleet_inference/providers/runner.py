"""Another deployment of the inference service, with engines of its own, through the typed face."""

from functools import partial

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_inference.routing.prefix import chat_keys, completion_keys
from fleet_inference.routing.replicas import Replicas, ReplicasConfig
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer
from fleet_runtime.unknown import unknown_fields


class Runner:
    """Sends each request to one of the replicas of a runner."""

    class Config(ReplicasConfig):
        """Which runner."""

    def __init__(self, config: Config) -> None:
        self._replicas = Replicas(config)

    async def aclose(self) -> None:
        await self._replicas.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        request.extra = unknown_fields(request, call)
        prefix = partial(chat_keys, request)
        if request.stream:
            return self._replicas.stream(
                prefix,
                call,
                lambda replica: replica.inference.stream_chat_completion(request, call),
            )
        return await self._replicas.ask(
            prefix, call, lambda replica: replica.inference.create_chat_completion(request, call)
        )

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        request.extra = unknown_fields(request, call)
        prefix = partial(completion_keys, request)
        if request.stream:
            return self._replicas.stream(
                prefix, call, lambda replica: replica.inference.stream_completion(request, call)
            )
        return await self._replicas.ask(
            prefix, call, lambda replica: replica.inference.create_completion(request, call)
        )

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        return await self._replicas.ask(
            _no_prefix, call, lambda replica: replica.inference.create_embedding(request, call)
        )

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        return await self._replicas.ask(
            _no_prefix, call, lambda replica: replica.inference.rerank(request, call)
        )

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        asking = call or Call("/fleet.inference.v1.ModelService/ListModels")
        listed = await self._replicas.ask(
            _no_prefix,
            asking,
            lambda replica: replica.models.list_models(m.ListModelsRequest(), asking),
        )
        return [_model(summary) for summary in listed.data]


def _no_prefix() -> None:
    """Return that there is nothing that a KV cache would keep."""


def _model(summary: m.ModelSummary) -> ProviderModel:
    """Return a runner's model by the name that its engine has for it."""
    known = msgspec.json.decode(summary.custom_metadata)
    return ProviderModel(
        id=known.pop("provider_resource_id"),
        type=known.pop("model_type"),
        metadata={name: value for name, value in known.items() if name != "provider_id"},
    )
