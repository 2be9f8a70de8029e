"""Asking the inference service in its own dialect, on behalf of callers that speak another."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, TypeVar

import msgspec

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import InferenceService
from fleet_runtime.call import Call
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_runtime.errors import UpstreamFailed

StructT = TypeVar("StructT", bound=msgspec.Struct)

replace = msgspec.structs.replace


class Chats:
    """The inference service as dialects need it: answers are messages, whatever form they come in.

    Routing, storing and metrics are the service's own, so they work alike for all dialects.
    """

    def __init__(self, inference: InferenceService) -> None:
        self._inference = inference

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> m.ChatCompletion:
        """Answer a conversation. The answer has at least one choice."""
        answer = await self._inference.create_chat_completion(request, call.retold(request))
        return _with_choice(whole(answer, m.ChatCompletion))

    async def chat_chunks(
        self, request: m.ChatCompletionRequest, call: Call
    ) -> AsyncGenerator[m.ChatCompletionChunk, None]:
        """Answer a conversation chunk by chunk; the cost comes last. What fails before the first chunk raises here."""
        options = m.StreamOptions(include_usage=True)
        asked = replace(request, stream=True, stream_options=options)
        answer = await self._inference.create_chat_completion(asked, call.retold(asked))
        return chunks(answer, m.ChatCompletionChunk)

    async def complete(self, request: m.CompletionRequest, call: Call) -> m.Completion:
        """Continue a text. The answer has at least one choice."""
        answer = await self._inference.create_completion(request, call.retold(request))
        return _with_choice(whole(answer, m.Completion))

    async def completion_chunks(
        self, request: m.CompletionRequest, call: Call
    ) -> AsyncGenerator[m.Completion, None]:
        """Continue a text chunk by chunk; the cost comes last."""
        options = m.StreamOptions(include_usage=True)
        asked = replace(request, stream=True, stream_options=options)
        answer = await self._inference.create_completion(asked, call.retold(asked))
        return chunks(answer, m.Completion)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> m.EmbeddingList:
        """Turn texts into vectors."""
        answer = await self._inference.create_embedding(request, call.retold(request))
        return whole(answer, m.EmbeddingList)

    async def stored(self, completion_id: str, call: Call) -> m.StoredChatCompletion:
        """Return a stored chat completion, or raise `NotFound`."""
        request = m.GetChatCompletionRequest(completion_id=completion_id)
        answer = await self._inference.get_chat_completion(request, call.retold(request))
        return whole(answer, m.StoredChatCompletion)


def whole(answer: Any, kind: type[StructT]) -> StructT:
    """Return `answer` as a message of `kind`, decoded where it is not one.

    Raises:
        UpstreamFailed: It is no such message.
    """
    if isinstance(answer, kind):
        return answer
    if not isinstance(answer, Encoded):
        raise TypeError(f"a stream came where one {kind.__name__} was asked for")
    with _documented():
        decoded: StructT = answer.decode(kind)
    return decoded


async def chunks(answer: Any, kind: type[StructT]) -> AsyncGenerator[StructT, None]:
    """Yield the messages of the stream that `answer` is. Closing the generator closes the stream.

    Raises:
        UpstreamFailed: One of them is no message of `kind`.
    """
    stream = answer.decode(kind) if isinstance(answer, EncodedStream) else answer
    with _documented():
        async with aclosing(stream):
            async for chunk in stream:
                yield chunk


@contextmanager
def _documented() -> Iterator[None]:
    """Turn what decoding raises into an error that tells whose fault it is."""
    try:
        yield
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UpstreamFailed(
            f"The model's server answered something else than OpenAI documents: {error}",
            status=502,
            code="bad_upstream_answer",
        ) from None


AnswerT = TypeVar("AnswerT", m.ChatCompletion, m.Completion)


def _with_choice(answer: AnswerT) -> AnswerT:
    if not answer.choices:
        raise UpstreamFailed(
            "The model's server answered without a choice.",
            status=502,
            code="bad_upstream_answer",
        )
    return answer
