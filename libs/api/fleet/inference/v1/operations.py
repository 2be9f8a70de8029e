"""Operations of `fleet.inference.v1`. Written by `make gen`; do not edit."""

from typing import Protocol

from fleet.inference.v1 import codec, messages as m
from fleet.inference.v1 import chat_pb2
from fleet.inference.v1 import completion_pb2
from fleet.inference.v1 import embedding_pb2
from fleet.inference.v1 import inference_pb2
from fleet.inference.v1 import models_pb2
from fleet.inference.v1 import rerank_pb2
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.operation import (
    Answer,
    Binding,
    BoundService,
    MessageType,
    Operation,
    Route,
    Stream,
)

_ChatCompletion = MessageType(
    m.ChatCompletion,
    chat_pb2.ChatCompletion,
    codec.chat_completion_to_proto,
    codec.chat_completion_from_proto,
)
_ChatCompletionChunk = MessageType(
    m.ChatCompletionChunk,
    chat_pb2.ChatCompletionChunk,
    codec.chat_completion_chunk_to_proto,
    codec.chat_completion_chunk_from_proto,
)
_ChatCompletionDeleted = MessageType(
    m.ChatCompletionDeleted,
    chat_pb2.ChatCompletionDeleted,
    codec.chat_completion_deleted_to_proto,
    codec.chat_completion_deleted_from_proto,
)
_ChatCompletionList = MessageType(
    m.ChatCompletionList,
    chat_pb2.ChatCompletionList,
    codec.chat_completion_list_to_proto,
    codec.chat_completion_list_from_proto,
)
_ChatCompletionMessageList = MessageType(
    m.ChatCompletionMessageList,
    chat_pb2.ChatCompletionMessageList,
    codec.chat_completion_message_list_to_proto,
    codec.chat_completion_message_list_from_proto,
)
_ChatCompletionRequest = MessageType(
    m.ChatCompletionRequest,
    chat_pb2.ChatCompletionRequest,
    codec.chat_completion_request_to_proto,
    codec.chat_completion_request_from_proto,
)
_Completion = MessageType(
    m.Completion, completion_pb2.Completion, codec.completion_to_proto, codec.completion_from_proto
)
_CompletionRequest = MessageType(
    m.CompletionRequest,
    completion_pb2.CompletionRequest,
    codec.completion_request_to_proto,
    codec.completion_request_from_proto,
)
_DeleteChatCompletionRequest = MessageType(
    m.DeleteChatCompletionRequest,
    chat_pb2.DeleteChatCompletionRequest,
    codec.delete_chat_completion_request_to_proto,
    codec.delete_chat_completion_request_from_proto,
)
_EmbeddingList = MessageType(
    m.EmbeddingList,
    embedding_pb2.EmbeddingList,
    codec.embedding_list_to_proto,
    codec.embedding_list_from_proto,
)
_EmbeddingRequest = MessageType(
    m.EmbeddingRequest,
    embedding_pb2.EmbeddingRequest,
    codec.embedding_request_to_proto,
    codec.embedding_request_from_proto,
)
_GetChatCompletionRequest = MessageType(
    m.GetChatCompletionRequest,
    chat_pb2.GetChatCompletionRequest,
    codec.get_chat_completion_request_to_proto,
    codec.get_chat_completion_request_from_proto,
)
_GetModelRequest = MessageType(
    m.GetModelRequest,
    models_pb2.GetModelRequest,
    codec.get_model_request_to_proto,
    codec.get_model_request_from_proto,
)
_ListChatCompletionMessagesRequest = MessageType(
    m.ListChatCompletionMessagesRequest,
    chat_pb2.ListChatCompletionMessagesRequest,
    codec.list_chat_completion_messages_request_to_proto,
    codec.list_chat_completion_messages_request_from_proto,
)
_ListChatCompletionsRequest = MessageType(
    m.ListChatCompletionsRequest,
    chat_pb2.ListChatCompletionsRequest,
    codec.list_chat_completions_request_to_proto,
    codec.list_chat_completions_request_from_proto,
)
_ListModelsRequest = MessageType(
    m.ListModelsRequest,
    models_pb2.ListModelsRequest,
    codec.list_models_request_to_proto,
    codec.list_models_request_from_proto,
)
_Model = MessageType(m.Model, models_pb2.Model, codec.model_to_proto, codec.model_from_proto)
_ModelDeleted = MessageType(
    m.ModelDeleted,
    models_pb2.ModelDeleted,
    codec.model_deleted_to_proto,
    codec.model_deleted_from_proto,
)
_ModelList = MessageType(
    m.ModelList, models_pb2.ModelList, codec.model_list_to_proto, codec.model_list_from_proto
)
_RegisterModelRequest = MessageType(
    m.RegisterModelRequest,
    models_pb2.RegisterModelRequest,
    codec.register_model_request_to_proto,
    codec.register_model_request_from_proto,
)
_RerankRequest = MessageType(
    m.RerankRequest,
    rerank_pb2.RerankRequest,
    codec.rerank_request_to_proto,
    codec.rerank_request_from_proto,
)
_RerankResponse = MessageType(
    m.RerankResponse,
    rerank_pb2.RerankResponse,
    codec.rerank_response_to_proto,
    codec.rerank_response_from_proto,
)
_StoredChatCompletion = MessageType(
    m.StoredChatCompletion,
    chat_pb2.StoredChatCompletion,
    codec.stored_chat_completion_to_proto,
    codec.stored_chat_completion_from_proto,
)
_UnregisterModelRequest = MessageType(
    m.UnregisterModelRequest,
    models_pb2.UnregisterModelRequest,
    codec.unregister_model_request_to_proto,
    codec.unregister_model_request_from_proto,
)
_UpdateChatCompletionRequest = MessageType(
    m.UpdateChatCompletionRequest,
    chat_pb2.UpdateChatCompletionRequest,
    codec.update_chat_completion_request_to_proto,
    codec.update_chat_completion_request_from_proto,
)


class InferenceService(Protocol):
    """Runs language models: chat, plain completion, embedding and reranking.

    Every method that names a model fails with `NOT_FOUND` (reason `model_not_found`) if nothing serves it, with
    `INVALID_ARGUMENT` if the model is of another kind or the request cannot succeed, with `RESOURCE_EXHAUSTED` if the
    model's queue is full, and with `UNAVAILABLE`, which is safe to retry, if its server could not be reached.
    """

    async def create_chat_completion(
        self, request: m.ChatCompletionRequest, call: Call
    ) -> Answer[m.ChatCompletion] | Stream[m.ChatCompletionChunk]:
        """Answers a conversation. Over REST, `"stream": true` answers chunk by chunk instead."""
        ...

    async def list_chat_completions(
        self, request: m.ListChatCompletionsRequest, call: Call
    ) -> Answer[m.ChatCompletionList]:
        """Lists stored chat completions, newest first unless `order` says otherwise."""
        ...

    async def get_chat_completion(
        self, request: m.GetChatCompletionRequest, call: Call
    ) -> Answer[m.StoredChatCompletion]:
        """Gets a stored chat completion. Fails with `NOT_FOUND` if it was not stored."""
        ...

    async def update_chat_completion(
        self, request: m.UpdateChatCompletionRequest, call: Call
    ) -> Answer[m.StoredChatCompletion]:
        """Replaces the metadata of a stored chat completion."""
        ...

    async def delete_chat_completion(
        self, request: m.DeleteChatCompletionRequest, call: Call
    ) -> Answer[m.ChatCompletionDeleted]:
        """Deletes a stored chat completion. Fails with `NOT_FOUND` if it is not there."""
        ...

    async def list_chat_completion_messages(
        self, request: m.ListChatCompletionMessagesRequest, call: Call
    ) -> Answer[m.ChatCompletionMessageList]:
        """Lists the messages that a stored chat completion answered, oldest first."""
        ...

    async def create_completion(
        self, request: m.CompletionRequest, call: Call
    ) -> Answer[m.Completion] | Stream[m.Completion]:
        """Continues a text. Over REST, `"stream": true` answers chunk by chunk instead."""
        ...

    async def create_embedding(
        self, request: m.EmbeddingRequest, call: Call
    ) -> Answer[m.EmbeddingList]:
        """Turns texts into vectors."""
        ...

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Orders items by how well they answer a query, best first."""
        ...


INFERENCE_SERVICE = "fleet.inference.v1.InferenceService"
"""The service's full name."""

CREATE_CHAT_COMPLETION = Operation(
    rpc="CreateChatCompletion",
    request=_ChatCompletionRequest,
    answer=_ChatCompletion,
    routes=(
        Route("POST", "/v1/chat/completions"),
        Route("POST", "/v1/openai/v1/chat/completions"),
    ),
    has_body=True,
    stream_rpc="StreamChatCompletion",
    chunk=_ChatCompletionChunk,
)
LIST_CHAT_COMPLETIONS = Operation(
    rpc="ListChatCompletions",
    request=_ListChatCompletionsRequest,
    answer=_ChatCompletionList,
    routes=(
        Route("GET", "/v1/chat/completions"),
        Route("GET", "/v1/openai/v1/chat/completions"),
    ),
    has_body=False,
)
GET_CHAT_COMPLETION = Operation(
    rpc="GetChatCompletion",
    request=_GetChatCompletionRequest,
    answer=_StoredChatCompletion,
    routes=(
        Route("GET", "/v1/chat/completions/{completion_id}"),
        Route("GET", "/v1/openai/v1/chat/completions/{completion_id}"),
    ),
    has_body=False,
)
UPDATE_CHAT_COMPLETION = Operation(
    rpc="UpdateChatCompletion",
    request=_UpdateChatCompletionRequest,
    answer=_StoredChatCompletion,
    routes=(Route("POST", "/v1/chat/completions/{completion_id}"),),
    has_body=True,
)
DELETE_CHAT_COMPLETION = Operation(
    rpc="DeleteChatCompletion",
    request=_DeleteChatCompletionRequest,
    answer=_ChatCompletionDeleted,
    routes=(Route("DELETE", "/v1/chat/completions/{completion_id}"),),
    has_body=False,
)
LIST_CHAT_COMPLETION_MESSAGES = Operation(
    rpc="ListChatCompletionMessages",
    request=_ListChatCompletionMessagesRequest,
    answer=_ChatCompletionMessageList,
    routes=(Route("GET", "/v1/chat/completions/{completion_id}/messages"),),
    has_body=False,
)
CREATE_COMPLETION = Operation(
    rpc="CreateCompletion",
    request=_CompletionRequest,
    answer=_Completion,
    routes=(
        Route("POST", "/v1/completions"),
        Route("POST", "/v1/openai/v1/completions"),
    ),
    has_body=True,
    stream_rpc="StreamCompletion",
    chunk=_Completion,
)
CREATE_EMBEDDING = Operation(
    rpc="CreateEmbedding",
    request=_EmbeddingRequest,
    answer=_EmbeddingList,
    routes=(
        Route("POST", "/v1/embeddings"),
        Route("POST", "/v1/openai/v1/embeddings"),
    ),
    has_body=True,
)
RERANK = Operation(
    rpc="Rerank",
    request=_RerankRequest,
    answer=_RerankResponse,
    routes=(
        Route("POST", "/v1alpha/inference/rerank"),
        Route("POST", "/v1/inference/rerank"),
    ),
    has_body=True,
)


def bind_inference_service(implementation: InferenceService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        INFERENCE_SERVICE,
        (
            Binding(CREATE_CHAT_COMPLETION, implementation.create_chat_completion),
            Binding(LIST_CHAT_COMPLETIONS, implementation.list_chat_completions),
            Binding(GET_CHAT_COMPLETION, implementation.get_chat_completion),
            Binding(UPDATE_CHAT_COMPLETION, implementation.update_chat_completion),
            Binding(DELETE_CHAT_COMPLETION, implementation.delete_chat_completion),
            Binding(LIST_CHAT_COMPLETION_MESSAGES, implementation.list_chat_completion_messages),
            Binding(CREATE_COMPLETION, implementation.create_completion),
            Binding(CREATE_EMBEDDING, implementation.create_embedding),
            Binding(RERANK, implementation.rerank),
        ),
    )


class InferenceServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def create_chat_completion(
        self, request: m.ChatCompletionRequest, call: Call
    ) -> m.ChatCompletion:
        """Answers a conversation. Over REST, `"stream": true` answers chunk by chunk instead."""
        answer: m.ChatCompletion = await self._channel.unary(
            INFERENCE_SERVICE, CREATE_CHAT_COMPLETION, request, call
        )
        return answer

    def stream_chat_completion(
        self, request: m.ChatCompletionRequest, call: Call
    ) -> Stream[m.ChatCompletionChunk]:
        """Answers a conversation. Over REST, `"stream": true` answers chunk by chunk instead. Chunk by chunk."""
        return self._channel.stream(INFERENCE_SERVICE, CREATE_CHAT_COMPLETION, request, call)

    async def list_chat_completions(
        self, request: m.ListChatCompletionsRequest, call: Call
    ) -> m.ChatCompletionList:
        """Lists stored chat completions, newest first unless `order` says otherwise."""
        answer: m.ChatCompletionList = await self._channel.unary(
            INFERENCE_SERVICE, LIST_CHAT_COMPLETIONS, request, call
        )
        return answer

    async def get_chat_completion(
        self, request: m.GetChatCompletionRequest, call: Call
    ) -> m.StoredChatCompletion:
        """Gets a stored chat completion. Fails with `NOT_FOUND` if it was not stored."""
        answer: m.StoredChatCompletion = await self._channel.unary(
            INFERENCE_SERVICE, GET_CHAT_COMPLETION, request, call
        )
        return answer

    async def update_chat_completion(
        self, request: m.UpdateChatCompletionRequest, call: Call
    ) -> m.StoredChatCompletion:
        """Replaces the metadata of a stored chat completion."""
        answer: m.StoredChatCompletion = await self._channel.unary(
            INFERENCE_SERVICE, UPDATE_CHAT_COMPLETION, request, call
        )
        return answer

    async def delete_chat_completion(
        self, request: m.DeleteChatCompletionRequest, call: Call
    ) -> m.ChatCompletionDeleted:
        """Deletes a stored chat completion. Fails with `NOT_FOUND` if it is not there."""
        answer: m.ChatCompletionDeleted = await self._channel.unary(
            INFERENCE_SERVICE, DELETE_CHAT_COMPLETION, request, call
        )
        return answer

    async def list_chat_completion_messages(
        self, request: m.ListChatCompletionMessagesRequest, call: Call
    ) -> m.ChatCompletionMessageList:
        """Lists the messages that a stored chat completion answered, oldest first."""
        answer: m.ChatCompletionMessageList = await self._channel.unary(
            INFERENCE_SERVICE, LIST_CHAT_COMPLETION_MESSAGES, request, call
        )
        return answer

    async def create_completion(self, request: m.CompletionRequest, call: Call) -> m.Completion:
        """Continues a text. Over REST, `"stream": true` answers chunk by chunk instead."""
        answer: m.Completion = await self._channel.unary(
            INFERENCE_SERVICE, CREATE_COMPLETION, request, call
        )
        return answer

    def stream_completion(self, request: m.CompletionRequest, call: Call) -> Stream[m.Completion]:
        """Continues a text. Over REST, `"stream": true` answers chunk by chunk instead. Chunk by chunk."""
        return self._channel.stream(INFERENCE_SERVICE, CREATE_COMPLETION, request, call)

    async def create_embedding(self, request: m.EmbeddingRequest, call: Call) -> m.EmbeddingList:
        """Turns texts into vectors."""
        answer: m.EmbeddingList = await self._channel.unary(
            INFERENCE_SERVICE, CREATE_EMBEDDING, request, call
        )
        return answer

    async def rerank(self, request: m.RerankRequest, call: Call) -> m.RerankResponse:
        """Orders items by how well they answer a query, best first."""
        answer: m.RerankResponse = await self._channel.unary(
            INFERENCE_SERVICE, RERANK, request, call
        )
        return answer


class ModelService(Protocol):
    """The models that the fleet serves.

    A model is named `provider_id/provider_model_id`, as its provider lists it, or by an alias that was registered.
    """

    async def list_models(self, request: m.ListModelsRequest, call: Call) -> Answer[m.ModelList]:
        """Lists all models: those registered, and those that providers offer."""
        ...

    async def get_model(self, request: m.GetModelRequest, call: Call) -> Answer[m.Model]:
        """Gets one model. Fails with `NOT_FOUND` if nothing serves it."""
        ...

    async def register_model(self, request: m.RegisterModelRequest, call: Call) -> Answer[m.Model]:
        """Registers a model under a name of its own, so that callers need not know who serves it.

        Fails with `ALREADY_EXISTS` if the name stands for another model, with `INVALID_ARGUMENT` if the provider is unknown.
        """
        ...

    async def unregister_model(
        self, request: m.UnregisterModelRequest, call: Call
    ) -> Answer[m.ModelDeleted]:
        """Takes a registered model's name away. Fails with `NOT_FOUND` if it was not registered."""
        ...


MODEL_SERVICE = "fleet.inference.v1.ModelService"
"""The service's full name."""

LIST_MODELS = Operation(
    rpc="ListModels",
    request=_ListModelsRequest,
    answer=_ModelList,
    routes=(
        Route("GET", "/v1/models"),
        Route("GET", "/v1/openai/v1/models"),
    ),
    has_body=False,
)
GET_MODEL = Operation(
    rpc="GetModel",
    request=_GetModelRequest,
    answer=_Model,
    routes=(
        Route("GET", "/v1/models/{model_id=**}"),
        Route("GET", "/v1/openai/v1/models/{model_id=**}"),
    ),
    has_body=False,
)
REGISTER_MODEL = Operation(
    rpc="RegisterModel",
    request=_RegisterModelRequest,
    answer=_Model,
    routes=(Route("POST", "/v1/models"),),
    has_body=True,
)
UNREGISTER_MODEL = Operation(
    rpc="UnregisterModel",
    request=_UnregisterModelRequest,
    answer=_ModelDeleted,
    routes=(Route("DELETE", "/v1/models/{model_id=**}"),),
    has_body=False,
)


def bind_model_service(implementation: ModelService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        MODEL_SERVICE,
        (
            Binding(LIST_MODELS, implementation.list_models),
            Binding(GET_MODEL, implementation.get_model),
            Binding(REGISTER_MODEL, implementation.register_model),
            Binding(UNREGISTER_MODEL, implementation.unregister_model),
        ),
    )


class ModelServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def list_models(self, request: m.ListModelsRequest, call: Call) -> m.ModelList:
        """Lists all models: those registered, and those that providers offer."""
        answer: m.ModelList = await self._channel.unary(MODEL_SERVICE, LIST_MODELS, request, call)
        return answer

    async def get_model(self, request: m.GetModelRequest, call: Call) -> m.Model:
        """Gets one model. Fails with `NOT_FOUND` if nothing serves it."""
        answer: m.Model = await self._channel.unary(MODEL_SERVICE, GET_MODEL, request, call)
        return answer

    async def register_model(self, request: m.RegisterModelRequest, call: Call) -> m.Model:
        """Registers a model under a name of its own, so that callers need not know who serves it."""
        answer: m.Model = await self._channel.unary(MODEL_SERVICE, REGISTER_MODEL, request, call)
        return answer

    async def unregister_model(
        self, request: m.UnregisterModelRequest, call: Call
    ) -> m.ModelDeleted:
        """Takes a registered model's name away. Fails with `NOT_FOUND` if it was not registered."""
        answer: m.ModelDeleted = await self._channel.unary(
            MODEL_SERVICE, UNREGISTER_MODEL, request, call
        )
        return answer
