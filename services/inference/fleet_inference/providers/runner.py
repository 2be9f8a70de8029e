"""Another deployment of the inference service, with engines of its own, through the typed face."""

import msgspec

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import InferenceServiceClient, ModelServiceClient
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.operation import Answer
from fleet_runtime.unknown import unknown_fields


class Runner:
    """Sends each request to a runner."""

    class Config(BaseConfig):
        """Which runner."""

        service: str = "runner"
        """The name of its service in the values."""

    def __init__(self, config: Config) -> None:
        self._channel = Channel(config.service)
        self._inference = InferenceServiceClient(self._channel)
        self._models = ModelServiceClient(self._channel)

    async def aclose(self) -> None:
        await self._channel.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        request.extra = unknown_fields(request, call)
        if request.stream:
            return self._inference.stream_chat_completion(request, call)
        return await self._inference.create_chat_completion(request, call)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        request.extra = unknown_fields(request, call)
        if request.stream:
            return self._inference.stream_completion(request, call)
        return await self._inference.create_completion(request, call)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        return await self._inference.create_embedding(request, call)

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        return await self._inference.rerank(request, call)

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        listed = await self._models.list_models(
            m.ListModelsRequest(), call or Call("/fleet.inference.v1.ModelService/ListModels")
        )
        return [_model(summary) for summary in listed.data]


def _model(summary: m.ModelSummary) -> ProviderModel:
    """Return a runner's model by the name that its engine has for it."""
    known = msgspec.json.decode(summary.custom_metadata)
    return ProviderModel(
        id=known.pop("provider_resource_id"),
        type=known.pop("model_type"),
        metadata={name: value for name, value in known.items() if name != "provider_id"},
    )
