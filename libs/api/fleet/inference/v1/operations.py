"""Operations of `fleet.inference.v1`. Written by `make gen`; do not edit."""

from typing import Protocol

from fleet.inference.v1 import codec, messages as m
from fleet.inference.v1 import chat_pb2
from fleet.inference.v1 import completion_pb2
from fleet.inference.v1 import embedding_pb2
from fleet.inference.v1 import inference_pb2
from fleet.inference.v1 import interactions_pb2
from fleet.inference.v1 import legacy_pb2
from fleet.inference.v1 import message_batches_pb2
from fleet.inference.v1 import messages_pb2
from fleet.inference.v1 import models_pb2
from fleet.inference.v1 import rerank_pb2
from fleet_runtime.dialect import ANTHROPIC, GOOGLE, LLAMA_STACK
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

_CancelMessageBatchRequest = MessageType(
    m.CancelMessageBatchRequest,
    message_batches_pb2.CancelMessageBatchRequest,
    codec.cancel_message_batch_request_to_proto,
    codec.cancel_message_batch_request_from_proto,
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
_CountMessageTokensRequest = MessageType(
    m.CountMessageTokensRequest,
    messages_pb2.CountMessageTokensRequest,
    codec.count_message_tokens_request_to_proto,
    codec.count_message_tokens_request_from_proto,
)
_CreateInteractionRequest = MessageType(
    m.CreateInteractionRequest,
    interactions_pb2.CreateInteractionRequest,
    codec.create_interaction_request_to_proto,
    codec.create_interaction_request_from_proto,
)
_CreateMessageBatchRequest = MessageType(
    m.CreateMessageBatchRequest,
    message_batches_pb2.CreateMessageBatchRequest,
    codec.create_message_batch_request_to_proto,
    codec.create_message_batch_request_from_proto,
)
_CreateMessageRequest = MessageType(
    m.CreateMessageRequest,
    messages_pb2.CreateMessageRequest,
    codec.create_message_request_to_proto,
    codec.create_message_request_from_proto,
)
_DeleteChatCompletionRequest = MessageType(
    m.DeleteChatCompletionRequest,
    chat_pb2.DeleteChatCompletionRequest,
    codec.delete_chat_completion_request_to_proto,
    codec.delete_chat_completion_request_from_proto,
)
_DeleteMessageBatchRequest = MessageType(
    m.DeleteMessageBatchRequest,
    message_batches_pb2.DeleteMessageBatchRequest,
    codec.delete_message_batch_request_to_proto,
    codec.delete_message_batch_request_from_proto,
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
_GetMessageBatchRequest = MessageType(
    m.GetMessageBatchRequest,
    message_batches_pb2.GetMessageBatchRequest,
    codec.get_message_batch_request_to_proto,
    codec.get_message_batch_request_from_proto,
)
_GetModelRequest = MessageType(
    m.GetModelRequest,
    models_pb2.GetModelRequest,
    codec.get_model_request_to_proto,
    codec.get_model_request_from_proto,
)
_Interaction = MessageType(
    m.Interaction,
    interactions_pb2.Interaction,
    codec.interaction_to_proto,
    codec.interaction_from_proto,
)
_InteractionEvent = MessageType(
    m.InteractionEvent,
    interactions_pb2.InteractionEvent,
    codec.interaction_event_to_proto,
    codec.interaction_event_from_proto,
)
_LegacyBatchChatAnswer = MessageType(
    m.LegacyBatchChatAnswer,
    legacy_pb2.LegacyBatchChatAnswer,
    codec.legacy_batch_chat_answer_to_proto,
    codec.legacy_batch_chat_answer_from_proto,
)
_LegacyBatchChatRequest = MessageType(
    m.LegacyBatchChatRequest,
    legacy_pb2.LegacyBatchChatRequest,
    codec.legacy_batch_chat_request_to_proto,
    codec.legacy_batch_chat_request_from_proto,
)
_LegacyBatchCompletionAnswer = MessageType(
    m.LegacyBatchCompletionAnswer,
    legacy_pb2.LegacyBatchCompletionAnswer,
    codec.legacy_batch_completion_answer_to_proto,
    codec.legacy_batch_completion_answer_from_proto,
)
_LegacyBatchCompletionRequest = MessageType(
    m.LegacyBatchCompletionRequest,
    legacy_pb2.LegacyBatchCompletionRequest,
    codec.legacy_batch_completion_request_to_proto,
    codec.legacy_batch_completion_request_from_proto,
)
_LegacyChatAnswer = MessageType(
    m.LegacyChatAnswer,
    legacy_pb2.LegacyChatAnswer,
    codec.legacy_chat_answer_to_proto,
    codec.legacy_chat_answer_from_proto,
)
_LegacyChatChunk = MessageType(
    m.LegacyChatChunk,
    legacy_pb2.LegacyChatChunk,
    codec.legacy_chat_chunk_to_proto,
    codec.legacy_chat_chunk_from_proto,
)
_LegacyChatRequest = MessageType(
    m.LegacyChatRequest,
    legacy_pb2.LegacyChatRequest,
    codec.legacy_chat_request_to_proto,
    codec.legacy_chat_request_from_proto,
)
_LegacyCompletionAnswer = MessageType(
    m.LegacyCompletionAnswer,
    legacy_pb2.LegacyCompletionAnswer,
    codec.legacy_completion_answer_to_proto,
    codec.legacy_completion_answer_from_proto,
)
_LegacyCompletionChunk = MessageType(
    m.LegacyCompletionChunk,
    legacy_pb2.LegacyCompletionChunk,
    codec.legacy_completion_chunk_to_proto,
    codec.legacy_completion_chunk_from_proto,
)
_LegacyCompletionRequest = MessageType(
    m.LegacyCompletionRequest,
    legacy_pb2.LegacyCompletionRequest,
    codec.legacy_completion_request_to_proto,
    codec.legacy_completion_request_from_proto,
)
_LegacyEmbeddingsAnswer = MessageType(
    m.LegacyEmbeddingsAnswer,
    legacy_pb2.LegacyEmbeddingsAnswer,
    codec.legacy_embeddings_answer_to_proto,
    codec.legacy_embeddings_answer_from_proto,
)
_LegacyEmbeddingsRequest = MessageType(
    m.LegacyEmbeddingsRequest,
    legacy_pb2.LegacyEmbeddingsRequest,
    codec.legacy_embeddings_request_to_proto,
    codec.legacy_embeddings_request_from_proto,
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
_ListMessageBatchResultsRequest = MessageType(
    m.ListMessageBatchResultsRequest,
    message_batches_pb2.ListMessageBatchResultsRequest,
    codec.list_message_batch_results_request_to_proto,
    codec.list_message_batch_results_request_from_proto,
)
_ListMessageBatchesRequest = MessageType(
    m.ListMessageBatchesRequest,
    message_batches_pb2.ListMessageBatchesRequest,
    codec.list_message_batches_request_to_proto,
    codec.list_message_batches_request_from_proto,
)
_ListModelsRequest = MessageType(
    m.ListModelsRequest,
    models_pb2.ListModelsRequest,
    codec.list_models_request_to_proto,
    codec.list_models_request_from_proto,
)
_Message = MessageType(
    m.Message, messages_pb2.Message, codec.message_to_proto, codec.message_from_proto
)
_MessageBatch = MessageType(
    m.MessageBatch,
    message_batches_pb2.MessageBatch,
    codec.message_batch_to_proto,
    codec.message_batch_from_proto,
)
_MessageBatchDeleted = MessageType(
    m.MessageBatchDeleted,
    message_batches_pb2.MessageBatchDeleted,
    codec.message_batch_deleted_to_proto,
    codec.message_batch_deleted_from_proto,
)
_MessageBatchList = MessageType(
    m.MessageBatchList,
    message_batches_pb2.MessageBatchList,
    codec.message_batch_list_to_proto,
    codec.message_batch_list_from_proto,
)
_MessageBatchResult = MessageType(
    m.MessageBatchResult,
    message_batches_pb2.MessageBatchResult,
    codec.message_batch_result_to_proto,
    codec.message_batch_result_from_proto,
)
_MessageEvent = MessageType(
    m.MessageEvent,
    messages_pb2.MessageEvent,
    codec.message_event_to_proto,
    codec.message_event_from_proto,
)
_MessageTokensCount = MessageType(
    m.MessageTokensCount,
    messages_pb2.MessageTokensCount,
    codec.message_tokens_count_to_proto,
    codec.message_tokens_count_from_proto,
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


class InteractionsService(Protocol):
    """Google's Interactions API, on every model of the fleet: https://ai.google.dev/gemini-api/docs/interactions

    In its form with `outputs` and `content` events, which OGX 1.5.0 serves and google-genai reads up to its version 1.
    Methods fail as those of `InferenceService` do.
    """

    async def create_interaction(
        self, request: m.CreateInteractionRequest, call: Call
    ) -> Answer[m.Interaction] | Stream[m.InteractionEvent]:
        """Answers a prompt or a conversation. Over REST, `"stream": true` answers event by event instead."""
        ...


INTERACTIONS_SERVICE = "fleet.inference.v1.InteractionsService"
"""The service's full name."""

CREATE_INTERACTION = Operation(
    rpc="CreateInteraction",
    request=_CreateInteractionRequest,
    answer=_Interaction,
    routes=(Route("POST", "/v1alpha/interactions"),),
    has_body=True,
    stream_rpc="StreamInteraction",
    chunk=_InteractionEvent,
    dialect=GOOGLE,
)


def bind_interactions_service(implementation: InteractionsService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        INTERACTIONS_SERVICE,
        (Binding(CREATE_INTERACTION, implementation.create_interaction),),
    )


class InteractionsServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def create_interaction(
        self, request: m.CreateInteractionRequest, call: Call
    ) -> m.Interaction:
        """Answers a prompt or a conversation. Over REST, `"stream": true` answers event by event instead."""
        answer: m.Interaction = await self._channel.unary(
            INTERACTIONS_SERVICE, CREATE_INTERACTION, request, call
        )
        return answer

    def stream_interaction(
        self, request: m.CreateInteractionRequest, call: Call
    ) -> Stream[m.InteractionEvent]:
        """Answers a prompt or a conversation. Over REST, `"stream": true` answers event by event instead. Chunk by chunk."""
        return self._channel.stream(INTERACTIONS_SERVICE, CREATE_INTERACTION, request, call)


class LegacyInferenceService(Protocol):
    """Llama Stack's own inference API, as its version 0.2.24 had it last; the Kotlin and Swift SDKs speak it.

    Methods fail as those of `InferenceService` do. New programs use that one.
    """

    async def legacy_chat_completion(
        self, request: m.LegacyChatRequest, call: Call
    ) -> Answer[m.LegacyChatAnswer] | Stream[m.LegacyChatChunk]:
        """Answers a conversation. Over REST, `"stream": true` answers event by event instead."""
        ...

    async def legacy_completion(
        self, request: m.LegacyCompletionRequest, call: Call
    ) -> Answer[m.LegacyCompletionAnswer] | Stream[m.LegacyCompletionChunk]:
        """Continues a text. Over REST, `"stream": true` answers chunk by chunk instead."""
        ...

    async def legacy_embeddings(
        self, request: m.LegacyEmbeddingsRequest, call: Call
    ) -> Answer[m.LegacyEmbeddingsAnswer]:
        """Turns texts into vectors."""
        ...

    async def legacy_batch_chat_completion(
        self, request: m.LegacyBatchChatRequest, call: Call
    ) -> Answer[m.LegacyBatchChatAnswer]:
        """Answers several conversations. Fails as a whole if one of them does."""
        ...

    async def legacy_batch_completion(
        self, request: m.LegacyBatchCompletionRequest, call: Call
    ) -> Answer[m.LegacyBatchCompletionAnswer]:
        """Continues several texts. Fails as a whole if one of them does."""
        ...


LEGACY_INFERENCE_SERVICE = "fleet.inference.v1.LegacyInferenceService"
"""The service's full name."""

LEGACY_CHAT_COMPLETION = Operation(
    rpc="LegacyChatCompletion",
    request=_LegacyChatRequest,
    answer=_LegacyChatAnswer,
    routes=(Route("POST", "/v1/inference/chat-completion"),),
    has_body=True,
    stream_rpc="StreamLegacyChatCompletion",
    chunk=_LegacyChatChunk,
    dialect=LLAMA_STACK,
)
LEGACY_COMPLETION = Operation(
    rpc="LegacyCompletion",
    request=_LegacyCompletionRequest,
    answer=_LegacyCompletionAnswer,
    routes=(Route("POST", "/v1/inference/completion"),),
    has_body=True,
    stream_rpc="StreamLegacyCompletion",
    chunk=_LegacyCompletionChunk,
    dialect=LLAMA_STACK,
)
LEGACY_EMBEDDINGS = Operation(
    rpc="LegacyEmbeddings",
    request=_LegacyEmbeddingsRequest,
    answer=_LegacyEmbeddingsAnswer,
    routes=(Route("POST", "/v1/inference/embeddings"),),
    has_body=True,
    dialect=LLAMA_STACK,
)
LEGACY_BATCH_CHAT_COMPLETION = Operation(
    rpc="LegacyBatchChatCompletion",
    request=_LegacyBatchChatRequest,
    answer=_LegacyBatchChatAnswer,
    routes=(Route("POST", "/v1/inference/batch-chat-completion"),),
    has_body=True,
    dialect=LLAMA_STACK,
)
LEGACY_BATCH_COMPLETION = Operation(
    rpc="LegacyBatchCompletion",
    request=_LegacyBatchCompletionRequest,
    answer=_LegacyBatchCompletionAnswer,
    routes=(Route("POST", "/v1/inference/batch-completion"),),
    has_body=True,
    dialect=LLAMA_STACK,
)


def bind_legacy_inference_service(implementation: LegacyInferenceService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        LEGACY_INFERENCE_SERVICE,
        (
            Binding(LEGACY_CHAT_COMPLETION, implementation.legacy_chat_completion),
            Binding(LEGACY_COMPLETION, implementation.legacy_completion),
            Binding(LEGACY_EMBEDDINGS, implementation.legacy_embeddings),
            Binding(LEGACY_BATCH_CHAT_COMPLETION, implementation.legacy_batch_chat_completion),
            Binding(LEGACY_BATCH_COMPLETION, implementation.legacy_batch_completion),
        ),
    )


class LegacyInferenceServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def legacy_chat_completion(
        self, request: m.LegacyChatRequest, call: Call
    ) -> m.LegacyChatAnswer:
        """Answers a conversation. Over REST, `"stream": true` answers event by event instead."""
        answer: m.LegacyChatAnswer = await self._channel.unary(
            LEGACY_INFERENCE_SERVICE, LEGACY_CHAT_COMPLETION, request, call
        )
        return answer

    def stream_legacy_chat_completion(
        self, request: m.LegacyChatRequest, call: Call
    ) -> Stream[m.LegacyChatChunk]:
        """Answers a conversation. Over REST, `"stream": true` answers event by event instead. Chunk by chunk."""
        return self._channel.stream(LEGACY_INFERENCE_SERVICE, LEGACY_CHAT_COMPLETION, request, call)

    async def legacy_completion(
        self, request: m.LegacyCompletionRequest, call: Call
    ) -> m.LegacyCompletionAnswer:
        """Continues a text. Over REST, `"stream": true` answers chunk by chunk instead."""
        answer: m.LegacyCompletionAnswer = await self._channel.unary(
            LEGACY_INFERENCE_SERVICE, LEGACY_COMPLETION, request, call
        )
        return answer

    def stream_legacy_completion(
        self, request: m.LegacyCompletionRequest, call: Call
    ) -> Stream[m.LegacyCompletionChunk]:
        """Continues a text. Over REST, `"stream": true` answers chunk by chunk instead. Chunk by chunk."""
        return self._channel.stream(LEGACY_INFERENCE_SERVICE, LEGACY_COMPLETION, request, call)

    async def legacy_embeddings(
        self, request: m.LegacyEmbeddingsRequest, call: Call
    ) -> m.LegacyEmbeddingsAnswer:
        """Turns texts into vectors."""
        answer: m.LegacyEmbeddingsAnswer = await self._channel.unary(
            LEGACY_INFERENCE_SERVICE, LEGACY_EMBEDDINGS, request, call
        )
        return answer

    async def legacy_batch_chat_completion(
        self, request: m.LegacyBatchChatRequest, call: Call
    ) -> m.LegacyBatchChatAnswer:
        """Answers several conversations. Fails as a whole if one of them does."""
        answer: m.LegacyBatchChatAnswer = await self._channel.unary(
            LEGACY_INFERENCE_SERVICE, LEGACY_BATCH_CHAT_COMPLETION, request, call
        )
        return answer

    async def legacy_batch_completion(
        self, request: m.LegacyBatchCompletionRequest, call: Call
    ) -> m.LegacyBatchCompletionAnswer:
        """Continues several texts. Fails as a whole if one of them does."""
        answer: m.LegacyBatchCompletionAnswer = await self._channel.unary(
            LEGACY_INFERENCE_SERVICE, LEGACY_BATCH_COMPLETION, request, call
        )
        return answer


class MessagesService(Protocol):
    """Anthropic's Messages API, on every model of the fleet: https://docs.claude.com/en/api/messages

    Methods fail as those of `InferenceService` do.
    """

    async def create_message(
        self, request: m.CreateMessageRequest, call: Call
    ) -> Answer[m.Message] | Stream[m.MessageEvent]:
        """Answers a conversation. Over REST, `"stream": true` answers event by event instead."""
        ...

    async def count_message_tokens(
        self, request: m.CountMessageTokensRequest, call: Call
    ) -> Answer[m.MessageTokensCount]:
        """Counts the tokens that a conversation has for a model, with the system prompt and the tools.

        Model servers tell it with their answers only, so the model reads the conversation, and produces one token.
        """
        ...


MESSAGES_SERVICE = "fleet.inference.v1.MessagesService"
"""The service's full name."""

CREATE_MESSAGE = Operation(
    rpc="CreateMessage",
    request=_CreateMessageRequest,
    answer=_Message,
    routes=(Route("POST", "/v1/messages"),),
    has_body=True,
    stream_rpc="StreamMessage",
    chunk=_MessageEvent,
    dialect=ANTHROPIC,
)
COUNT_MESSAGE_TOKENS = Operation(
    rpc="CountMessageTokens",
    request=_CountMessageTokensRequest,
    answer=_MessageTokensCount,
    routes=(Route("POST", "/v1/messages/count_tokens"),),
    has_body=True,
    dialect=ANTHROPIC,
)


def bind_messages_service(implementation: MessagesService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        MESSAGES_SERVICE,
        (
            Binding(CREATE_MESSAGE, implementation.create_message),
            Binding(COUNT_MESSAGE_TOKENS, implementation.count_message_tokens),
        ),
    )


class MessagesServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def create_message(self, request: m.CreateMessageRequest, call: Call) -> m.Message:
        """Answers a conversation. Over REST, `"stream": true` answers event by event instead."""
        answer: m.Message = await self._channel.unary(
            MESSAGES_SERVICE, CREATE_MESSAGE, request, call
        )
        return answer

    def stream_message(self, request: m.CreateMessageRequest, call: Call) -> Stream[m.MessageEvent]:
        """Answers a conversation. Over REST, `"stream": true` answers event by event instead. Chunk by chunk."""
        return self._channel.stream(MESSAGES_SERVICE, CREATE_MESSAGE, request, call)

    async def count_message_tokens(
        self, request: m.CountMessageTokensRequest, call: Call
    ) -> m.MessageTokensCount:
        """Counts the tokens that a conversation has for a model, with the system prompt and the tools."""
        answer: m.MessageTokensCount = await self._channel.unary(
            MESSAGES_SERVICE, COUNT_MESSAGE_TOKENS, request, call
        )
        return answer


class MessageBatchesService(Protocol):
    """Anthropic's Message Batches API, on every model of the fleet: https://docs.claude.com/en/api/creating-message-batches

    Batches outlive callers and services: what was asked is kept, and so is what was answered. They are worked on when
    there is nothing more urgent, with the keys of the fleet, as those of callers are not kept. Every method fails with
    `UNIMPLEMENTED` (reason `store_not_configured`) if the service keeps nothing.
    """

    async def create_message_batch(
        self, request: m.CreateMessageBatchRequest, call: Call
    ) -> Answer[m.MessageBatch]:
        """Begins to answer many conversations. Fails with `INVALID_ARGUMENT` if a `custom_id` comes twice."""
        ...

    async def list_message_batches(
        self, request: m.ListMessageBatchesRequest, call: Call
    ) -> Answer[m.MessageBatchList]:
        """Lists batches, newest first."""
        ...

    async def get_message_batch(
        self, request: m.GetMessageBatchRequest, call: Call
    ) -> Answer[m.MessageBatch]:
        """Gets a batch, to see how far it is. Fails with `NOT_FOUND` if there is none."""
        ...

    async def cancel_message_batch(
        self, request: m.CancelMessageBatchRequest, call: Call
    ) -> Answer[m.MessageBatch]:
        """Ends a batch early: what was begun is finished, what was not is canceled. An ended batch stays as it is."""
        ...

    async def delete_message_batch(
        self, request: m.DeleteMessageBatchRequest, call: Call
    ) -> Answer[m.MessageBatchDeleted]:
        """Forgets a batch with its results. Fails with `INVALID_ARGUMENT` if it has not ended; cancel it first."""
        ...

    async def list_message_batch_results(
        self, request: m.ListMessageBatchResultsRequest, call: Call
    ) -> Stream[m.MessageBatchResult]:
        """Lists what came of each request of a batch. Fails with `INVALID_ARGUMENT` if it has not ended."""
        ...


MESSAGE_BATCHES_SERVICE = "fleet.inference.v1.MessageBatchesService"
"""The service's full name."""

CREATE_MESSAGE_BATCH = Operation(
    rpc="CreateMessageBatch",
    request=_CreateMessageBatchRequest,
    answer=_MessageBatch,
    routes=(Route("POST", "/v1/messages/batches"),),
    has_body=True,
    dialect=ANTHROPIC,
)
LIST_MESSAGE_BATCHES = Operation(
    rpc="ListMessageBatches",
    request=_ListMessageBatchesRequest,
    answer=_MessageBatchList,
    routes=(Route("GET", "/v1/messages/batches"),),
    has_body=False,
    dialect=ANTHROPIC,
)
GET_MESSAGE_BATCH = Operation(
    rpc="GetMessageBatch",
    request=_GetMessageBatchRequest,
    answer=_MessageBatch,
    routes=(Route("GET", "/v1/messages/batches/{message_batch_id}"),),
    has_body=False,
    dialect=ANTHROPIC,
)
CANCEL_MESSAGE_BATCH = Operation(
    rpc="CancelMessageBatch",
    request=_CancelMessageBatchRequest,
    answer=_MessageBatch,
    routes=(Route("POST", "/v1/messages/batches/{message_batch_id}/cancel"),),
    has_body=True,
    dialect=ANTHROPIC,
)
DELETE_MESSAGE_BATCH = Operation(
    rpc="DeleteMessageBatch",
    request=_DeleteMessageBatchRequest,
    answer=_MessageBatchDeleted,
    routes=(Route("DELETE", "/v1/messages/batches/{message_batch_id}"),),
    has_body=False,
    dialect=ANTHROPIC,
)
LIST_MESSAGE_BATCH_RESULTS = Operation(
    rpc="ListMessageBatchResults",
    request=_ListMessageBatchResultsRequest,
    answer=_MessageBatchResult,
    routes=(Route("GET", "/v1/messages/batches/{message_batch_id}/results"),),
    has_body=False,
    stream_rpc="ListMessageBatchResults",
    chunk=_MessageBatchResult,
    dialect=ANTHROPIC.in_lines(),
)


def bind_message_batches_service(implementation: MessageBatchesService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        MESSAGE_BATCHES_SERVICE,
        (
            Binding(CREATE_MESSAGE_BATCH, implementation.create_message_batch),
            Binding(LIST_MESSAGE_BATCHES, implementation.list_message_batches),
            Binding(GET_MESSAGE_BATCH, implementation.get_message_batch),
            Binding(CANCEL_MESSAGE_BATCH, implementation.cancel_message_batch),
            Binding(DELETE_MESSAGE_BATCH, implementation.delete_message_batch),
            Binding(LIST_MESSAGE_BATCH_RESULTS, implementation.list_message_batch_results),
        ),
    )


class MessageBatchesServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def create_message_batch(
        self, request: m.CreateMessageBatchRequest, call: Call
    ) -> m.MessageBatch:
        """Begins to answer many conversations. Fails with `INVALID_ARGUMENT` if a `custom_id` comes twice."""
        answer: m.MessageBatch = await self._channel.unary(
            MESSAGE_BATCHES_SERVICE, CREATE_MESSAGE_BATCH, request, call
        )
        return answer

    async def list_message_batches(
        self, request: m.ListMessageBatchesRequest, call: Call
    ) -> m.MessageBatchList:
        """Lists batches, newest first."""
        answer: m.MessageBatchList = await self._channel.unary(
            MESSAGE_BATCHES_SERVICE, LIST_MESSAGE_BATCHES, request, call
        )
        return answer

    async def get_message_batch(
        self, request: m.GetMessageBatchRequest, call: Call
    ) -> m.MessageBatch:
        """Gets a batch, to see how far it is. Fails with `NOT_FOUND` if there is none."""
        answer: m.MessageBatch = await self._channel.unary(
            MESSAGE_BATCHES_SERVICE, GET_MESSAGE_BATCH, request, call
        )
        return answer

    async def cancel_message_batch(
        self, request: m.CancelMessageBatchRequest, call: Call
    ) -> m.MessageBatch:
        """Ends a batch early: what was begun is finished, what was not is canceled. An ended batch stays as it is."""
        answer: m.MessageBatch = await self._channel.unary(
            MESSAGE_BATCHES_SERVICE, CANCEL_MESSAGE_BATCH, request, call
        )
        return answer

    async def delete_message_batch(
        self, request: m.DeleteMessageBatchRequest, call: Call
    ) -> m.MessageBatchDeleted:
        """Forgets a batch with its results. Fails with `INVALID_ARGUMENT` if it has not ended; cancel it first."""
        answer: m.MessageBatchDeleted = await self._channel.unary(
            MESSAGE_BATCHES_SERVICE, DELETE_MESSAGE_BATCH, request, call
        )
        return answer

    def list_message_batch_results(
        self, request: m.ListMessageBatchResultsRequest, call: Call
    ) -> Stream[m.MessageBatchResult]:
        """Lists what came of each request of a batch. Fails with `INVALID_ARGUMENT` if it has not ended."""
        return self._channel.stream(
            MESSAGE_BATCHES_SERVICE, LIST_MESSAGE_BATCH_RESULTS, request, call
        )


class ModelService(Protocol):
    """The models that the fleet serves.

    A model is named `provider_id/provider_model_id`, as its provider lists it, or by an alias that was registered.
    """

    async def list_models(self, request: m.ListModelsRequest, call: Call) -> Answer[m.ModelList]:
        """Lists all models: those registered, and those that providers offer.

        Callers with a header `anthropic-version` get what Anthropic's list has as well, and its pages; callers with
        `x-goog-api-key`, `x-goog-user-project` or `x-goog-api-client` get what Google's has.
        """
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
