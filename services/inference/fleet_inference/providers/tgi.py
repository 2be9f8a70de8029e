"""`remote::tgi`: Hugging Face's server for language models (Text Generation Inference).

Chats go by its Messages API, which is OpenAI's but for how it takes a schema; texts are continued by its own
`/generate_stream`. Format: https://huggingface.github.io/text-generation-inference
"""

import msgspec
from pydantic import AliasChoices, Field

from fleet.inference.v1 import messages as m
from fleet_inference.local.merge import merged
from fleet_inference.openai_server import OpenAIServer, TokenConfig
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import Unimplemented
from fleet_runtime.operation import Answer
from fleet_upstream.native.at_once import begun_at_once
from fleet_upstream.tgi.answers import completions
from fleet_upstream.tgi.requests import prompts, to_generate


class Tgi(OpenAIServer):
    """Passes requests on."""

    class Config(TokenConfig):
        """Where the server is, and how to be let in."""

        base_url: str | Secret = Field(validation_alias=AliasChoices("base_url", "url"))
        """Where the server is, such as `http://localhost:8080`."""

    def __init__(self, config: Config) -> None:
        super().__init__(config.model_copy(update={"base_url": _versioned(config.address())}))
        self._generate = self.wire.root / "generate_stream"
        self._info = self.wire.root / "info"

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Answer a conversation."""
        wanted = request.response_format
        if wanted and wanted.json_schema:
            schema = {"type": "json_object", "value": wanted.json_schema.schema}
            return await self.wire.chat(request, call, response_format=schema)
        return await super().chat(request, call)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        """Continue one or more texts, as a stream whatever was asked."""
        self.wire.api.check_allowed(request.model)
        asked = prompts(request)
        streams = await begun_at_once(
            [
                self.wire.api.events(self._generate, body, call)
                for body in to_generate(request, call, asked)
            ]
        )
        echoes = asked if request.echo else [""] * len(asked)
        return completions(merged(streams), echoes, request)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        """Raise `Unimplemented`: the server has no encoders."""
        del request, call
        raise Unimplemented("Text Generation Inference has no encoders; use another provider.")

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the one model that the server has."""
        info = await self.wire.api.get(self._info, _Info, call)
        if not self.wire.api.allows(info.model_id):
            return []
        metadata = {"context_length": info.max_total_tokens} if info.max_total_tokens else {}
        return [ProviderModel(info.model_id, "llm", metadata)]


class _Info(msgspec.Struct):
    """The answer to `GET /info`."""

    model_id: str
    max_total_tokens: int | None = None


def _versioned(address: str) -> str:
    """Return where the Messages API begins on the server at `address`."""
    return f"{address.rstrip('/').removesuffix('/v1')}/v1"
