"""Asking the inference service: vectors, words on a chunk, better queries, better ranks."""

from base64 import b64decode
from collections.abc import Sequence

import msgspec
import numpy as np

from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import InferenceServiceClient, ModelServiceClient
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.errors import FleetError, InvalidArgument, NotFound, UpstreamFailed
from fleet_vector_io.provider import Vector


class EmbeddingModel(msgspec.Struct, frozen=True):
    """What is known of an embedding model.

    Attributes:
        id: The name that requests use.
        local_name: Its provider's name for it, under which it may be on this machine.
        dimension: The length of its vectors, if the fleet knows.
        context: The most tokens that it reads at once, if the fleet knows.
    """

    id: str
    local_name: str
    dimension: int | None
    context: int | None


class _Known(msgspec.Struct):
    model_type: str = "llm"
    provider_resource_id: str = ""
    embedding_dimension: int | None = None
    context_length: int | None = None


class Models:
    """Runs models for this service, by the name of the inference service."""

    def __init__(self, service: str) -> None:
        self._channel = Channel(service)
        self._inference = InferenceServiceClient(self._channel)
        self._models = ModelServiceClient(self._channel)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._channel.aclose()

    async def embedding_model(self, name: str, call: Call) -> EmbeddingModel:
        """Return what is known of a model.

        Raises:
            InvalidArgument: There is no such embedding model.
        """
        try:
            model = await self._models.get_model(i.GetModelRequest(model_id=name), call)
        except FleetError as error:
            if error.status == NotFound.status:
                raise _no_model(name) from None
            raise
        known = msgspec.convert(msgspec.json.decode(model.metadata or b"{}"), _Known, strict=False)
        if model.model_type != "embedding":
            raise _no_model(name)
        local = model.provider_resource_id or name
        return EmbeddingModel(name, local, known.embedding_dimension, known.context_length)

    async def embed(
        self, model: str, texts: Sequence[str], dimension: int | None, call: Call
    ) -> list[Vector]:
        """Return a vector of shape `(dimension,)` for each text.

        Args:
            model: The embedding model.
            texts: At least one.
            dimension: The length that the vectors must have; the model's own, whatever it is, if `None`.
            call: On whose behalf.

        Raises:
            UpstreamFailed: The model gave vectors of another length, or too few.
        """
        asked = i.EmbeddingRequest(model=model, input=list(texts), encoding_format="base64")
        vectors = await self._embedded(asked, call)
        if dimension is not None and vectors and len(vectors[0]) != dimension:
            asked.dimensions = dimension  # not every model can
            vectors = await self._embedded(asked, call)
        if len(vectors) != len(texts) or any(len(v) != (dimension or len(v)) for v in vectors):
            raise _wrong(model)
        return vectors

    async def _embedded(self, asked: i.EmbeddingRequest, call: Call) -> list[Vector]:
        answer = await self._inference.create_embedding(asked, call)
        return [_vector(item.embedding) for item in answer.data]

    async def say(
        self, model: str, prompt: str, call: Call, *, most: int, temperature: float | None = None
    ) -> str:
        """Return what a model answers to `prompt`, in `most` tokens at most."""
        asked = i.ChatCompletionRequest(
            model=model,
            messages=[i.ChatMessage(role="user", content=prompt)],
            max_tokens=most,
            temperature=temperature,
        )
        answer = await self._inference.create_chat_completion(asked, call)
        content = answer.choices[0].message.content if answer.choices else None
        return content.strip() if isinstance(content, str) else ""

    async def ranks(self, model: str, query: str, texts: Sequence[str], call: Call) -> list[float]:
        """Return how well each text answers `query`, as a rerank model has it."""
        asked = i.RerankRequest(model=model, query=query, items=list(texts))
        answer = await self._inference.rerank(asked, call)
        scores = [0.0] * len(texts)
        for item in answer.data:
            scores[item.index] = item.relevance_score
        return scores


def _vector(told: i.Vector) -> Vector:
    """Return a vector as it is told: numbers, or base64 of little-endian floats."""
    if isinstance(told, str):
        return np.frombuffer(b64decode(told), dtype="<f4")
    return np.asarray(told, dtype=np.float32)


def _no_model(name: str) -> InvalidArgument:
    return InvalidArgument(
        f"There is no embedding model '{name}'; 'client.models.list()' says which there are.",
        code="model_not_found",
        param="embedding_model",
    )


def _wrong(model: str) -> UpstreamFailed:
    return UpstreamFailed(
        f"The embedding model '{model}' gave vectors of another length, or number, than it should.",
        status=502,
        code="wrong_embeddings",
    )
