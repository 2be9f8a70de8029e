"""Where the lines of a batch may go: what they are there, who answers them, and what that cost."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from fleet.agents.v1 import messages as a
from fleet.inference.v1 import messages as i
from fleet_batches.neighbours import Neighbours
from fleet_batches.tokens import Tokens, of_completion, of_embeddings, of_response
from fleet_runtime.call import Call


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where lines go.

    Attributes:
        path: As callers write it.
        request: What the body of a line is.
        ask: Answers it.
        tokens: Returns what an answer cost.
    """

    path: str
    request: type[msgspec.Struct]
    ask: Callable[[Neighbours, Any, Call], Awaitable[msgspec.Struct]]
    tokens: Callable[[Any], Tokens]


async def _chat(to: Neighbours, request: i.ChatCompletionRequest, call: Call) -> i.ChatCompletion:
    return await to.inference.create_chat_completion(request, call)


async def _complete(to: Neighbours, request: i.CompletionRequest, call: Call) -> i.Completion:
    return await to.inference.create_completion(request, call)


async def _embed(to: Neighbours, request: i.EmbeddingRequest, call: Call) -> i.EmbeddingList:
    return await to.inference.create_embedding(request, call)


async def _respond(to: Neighbours, request: a.CreateResponseRequest, call: Call) -> a.Response:
    return await to.responses.create_response(request, call)


RESPONSES = "/v1/responses"

ENDPOINTS: Mapping[str, Endpoint] = {
    endpoint.path: endpoint
    for endpoint in (
        Endpoint("/v1/chat/completions", i.ChatCompletionRequest, _chat, of_completion),
        Endpoint("/v1/completions", i.CompletionRequest, _complete, of_completion),
        Endpoint("/v1/embeddings", i.EmbeddingRequest, _embed, of_embeddings),
        Endpoint(RESPONSES, a.CreateResponseRequest, _respond, of_response),
    )
}
"""All of them, by their paths."""
