"""`inline::parrot`: repeats what it is told, a word at a time."""

import time
import uuid
from collections.abc import AsyncGenerator

from pydantic import Field

from fleet.inference.v1 import messages as m
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.errors import InvalidArgument, Unimplemented
from fleet_runtime.operation import Answer


class Parrot:
    """Has one model, which knows only what it hears."""

    class Config(BaseConfig):
        """How it speaks."""

        name: str = "polly"
        """What the model is called."""
        repeat: int = Field(default=1, ge=1, le=10)
        """How often it says everything."""

    def __init__(self, config: Config) -> None:
        self._config = config

    async def aclose(self) -> None:
        """Let go of connections and threads, if there were any."""

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Answer a conversation with its last message, as a stream: whoever wants no stream gets it in one piece."""
        del call
        heard = request.messages[-1].content
        if not isinstance(heard, str):
            raise InvalidArgument(
                "A parrot hears text only.", code="unsupported_content", param="messages"
            )
        return self._words(heard.split() * self._config.repeat, request)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Raise `Unimplemented`: it waits for its turn to speak."""
        del request, call
        raise Unimplemented("A parrot answers, but does not go on.", code="not_supported")

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        """Raise `Unimplemented`: it has no vectors."""
        del request, call
        raise Unimplemented("A parrot makes no embeddings.", code="not_supported")

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Raise `Unimplemented`: all texts are alike to it."""
        del request, call
        raise Unimplemented("A parrot does not rerank.", code="not_supported")

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the one model."""
        del call
        return [ProviderModel(self._config.name, "llm", {"context_length": 1024})]

    async def _words(
        self, words: list[str], request: m.ChatCompletionRequest
    ) -> AsyncGenerator[m.ChatCompletionChunk, None]:
        """Yield a chunk a word, the reason for the end in the last, and then what it cost."""
        id_, created = f"chatcmpl-{uuid.uuid4().hex}", int(time.time())

        def chunk(
            choices: list[m.ChunkChoice], usage: m.Usage | None = None
        ) -> m.ChatCompletionChunk:
            return m.ChatCompletionChunk(
                id=id_, choices=choices, created=created, model=request.model, usage=usage
            )

        for place, word in enumerate(words):
            said = m.Delta(
                role=None if place else "assistant", content=f"{' ' if place else ''}{word}"
            )
            yield chunk([m.ChunkChoice(index=0, delta=said)])
        yield chunk([m.ChunkChoice(index=0, delta=m.Delta(), finish_reason="stop")])
        if not request.stream or (request.stream_options and request.stream_options.include_usage):
            yield chunk(
                [],
                m.Usage(
                    prompt_tokens=len(words),
                    completion_tokens=len(words),
                    total_tokens=2 * len(words),
                ),
            )
