"""`remote::bedrock`: models on Amazon Bedrock, by its own API.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference
"""

from collections.abc import AsyncGenerator
from urllib.parse import quote

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.local.texts import embedding_texts, rerank_texts
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_inference.ranking import best_first
from fleet_inference.several import answered
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import Unimplemented
from fleet_runtime.operation import Answer
from fleet_upstream.address import Address
from fleet_upstream.bedrock import answers
from fleet_upstream.bedrock.authorization import AwsAuthorization
from fleet_upstream.bedrock.credentials import AccessKeys
from fleet_upstream.bedrock.embeddings import embedded
from fleet_upstream.bedrock.events import to_chunks
from fleet_upstream.bedrock.listing import listed
from fleet_upstream.bedrock.ranking import model_arn, ranked
from fleet_upstream.bedrock.requests import to_converse
from fleet_upstream.bedrock.settings import KEY, BedrockConfig
from fleet_upstream.json_api import JsonApi
from fleet_upstream.native.conversation import conversation
from fleet_upstream.native.thoughts import ThoughtsInMemory

_EVENT_STREAM = "application/vnd.amazon.eventstream"


class Bedrock:
    """Translates requests and answers. Callers may bring their own `aws_bedrock_bearer_token`.

    A model's name is that of a foundation model or of an inference profile, or an ARN. Fields that OpenAI's API does
    not know go to the model itself, but for Converse's own `guardrailConfig`, `performanceConfig`, `promptVariables`
    and `requestMetadata`.
    """

    class Config(BedrockConfig):
        """Which region, and how to be let in: by a bearer token, or else by what AWS's credential chain finds."""

    def __init__(self, config: Config) -> None:
        self._region = config.region
        authorization = AwsAuthorization(AccessKeys(config.identity()), config.region)

        def api(host: str, url: str | Secret | None) -> JsonApi:
            return JsonApi(config.of(host, url), KEY, authorization, signs=True)

        self._runtime = api("bedrock-runtime", config.base_url)
        self._control = api("bedrock", config.control_url)
        self._agent = api("bedrock-agent-runtime", config.agent_url)
        self._thoughts = ThoughtsInMemory()

    async def aclose(self) -> None:
        for api in (self._runtime, self._control, self._agent):
            await api.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        self._runtime.check_allowed(request.model)
        told = conversation(request.messages)
        ids = [use.id for turn in told.turns for use in turn.calls()]
        body = to_converse(request, call, told, await self._thoughts.recall(ids))
        return await answered(
            request,
            lambda: self._whole(body, request, call),
            lambda: self._streamed(body, request, call),
        )

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        raise Unimplemented(
            "remote::bedrock continues no bare texts: Bedrock's models know conversations only."
            " Ask for a chat completion, at `/v1/chat/completions`.",
            code="not_supported",
        )

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        self._runtime.check_allowed(request.model)
        url = self._of(request.model, "invoke")
        return await embedded(self._runtime, url, embedding_texts(request), request, call)

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        self._agent.check_allowed(request.model)
        query, texts = rerank_texts(request)
        arn = model_arn(request.model, self._region)
        found = await ranked(self._agent, arn, query, texts, request=request, call=call)
        return best_first(found, request.max_num_results)

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        return [ProviderModel(o.id, o.type) for o in await listed(self._control, call)]

    def _of(self, model: str, operation: str) -> Address:
        """Return where a model is asked; its name is one segment of the path, whatever it holds."""
        return self._runtime.base / f"model/{quote(model, safe='')}/{operation}"

    async def _whole(
        self, body: bytes, request: m.ChatCompletionRequest, call: Call
    ) -> m.ChatCompletion:
        url = self._of(request.model, "converse")
        answer = await self._runtime.post(url, msgspec.Raw(body), answers.Answer, call)
        told, thoughts = answer.completion(request.model)
        await self._thoughts.keep(thoughts)
        return told

    async def _streamed(
        self, body: bytes, request: m.ChatCompletionRequest, call: Call
    ) -> AsyncGenerator[m.ChatCompletionChunk, None]:
        url = self._of(request.model, "converse-stream")
        pieces = await self._runtime.pieces(url, body, call, _EVENT_STREAM)
        return to_chunks(pieces, request, self._thoughts.keep)
