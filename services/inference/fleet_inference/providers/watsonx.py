"""`remote::watsonx`: models on IBM watsonx.ai, by its own API.

Format: https://cloud.ibm.com/apidocs/watsonx-ai
"""

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

import msgspec
from pydantic import PositiveInt

from fleet.inference.v1 import messages as m
from fleet_inference.local.merge import merged
from fleet_inference.local.texts import embedding_texts, rerank_texts
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_inference.ranking import best_first
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import UpstreamFailed
from fleet_runtime.operation import Answer
from fleet_upstream.json_api import JsonApi
from fleet_upstream.native.at_once import at_once, begun_at_once
from fleet_upstream.settings import HttpAddress, Timeouts, UpstreamConfig
from fleet_upstream.watsonx import answers, encoders, generated
from fleet_upstream.watsonx.generation import Asked, to_generation
from fleet_upstream.watsonx.listing import listed
from fleet_upstream.watsonx.places import Places
from fleet_upstream.watsonx.requests import to_chat
from fleet_upstream.watsonx.tokens import IamAuthorization

VERSION = "2025-04-23"
"""The version of the API that is spoken here."""
_UNAUTHORIZED = 401


class WatsonX:
    """Passes requests on. Callers may bring their own `watsonx_api_key` and `watsonx_project_id`."""

    class Config(UpstreamConfig):
        """Where the models are, how to be let in, and what their cost is booked to."""

        base_url: str | Secret = "https://us-south.ml.cloud.ibm.com"
        """Where the region is."""
        iam_url: HttpAddress = "https://iam.cloud.ibm.com"
        """Where API keys are exchanged for tokens."""
        project_id: str | None = None
        """The project. A project that the caller sends is taken instead."""
        space_id: str | None = None
        """The deployment space, where there is no project."""
        timeout: PositiveInt = 60
        """The longest silence of the server, in seconds, unless `network.timeout` says another."""

    def __init__(self, config: Config) -> None:
        config = _patient(config)
        self._tokens = IamAuthorization(config.model_copy(update={"base_url": config.iam_url}))
        self._api = JsonApi(config, "watsonx_api_key", self._tokens)
        self._places = Places(config.project_id, config.space_id)
        text = self._api.base / "ml/v1/text"
        self._chat = text / f"chat?version={VERSION}"
        self._stream = text / f"chat_stream?version={VERSION}"
        self._generation = text / f"generation?version={VERSION}"
        self._generation_stream = text / f"generation_stream?version={VERSION}"
        self._embeddings = text / f"embeddings?version={VERSION}"
        self._rerank = text / f"rerank?version={VERSION}"

    async def aclose(self) -> None:
        await self._tokens.aclose()
        await self._api.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        self._api.check_allowed(request.model)
        body = msgspec.json.encode(to_chat(request, call, self._places.of(call)))
        with self._let_in(call):
            if request.stream:
                return await self._streamed(body, request, call)
            answer = await self._api.post(self._chat, msgspec.Raw(body), answers.Answer, call)
        return answer.completion(request.model)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        self._api.check_allowed(request.model)
        asked = to_generation(request, call, self._places.of(call))
        with self._let_in(call):
            if request.stream:
                return await self._continued(asked, request, call)
            found = await at_once(
                [
                    self._api.post(
                        self._generation, msgspec.Raw(one.body), generated.Generated, call
                    )
                    for one in asked
                ]
            )
        return generated.completion(found, [one.echo for one in asked], request)

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        self._api.check_allowed(request.model)
        texts, place = embedding_texts(request), self._places.of(call)
        with self._let_in(call):
            return await encoders.embedded(
                self._api, self._embeddings, texts, request=request, call=call, place=place
            )

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        self._api.check_allowed(request.model)
        (query, texts), place = rerank_texts(request), self._places.of(call)
        with self._let_in(call):
            found = await encoders.ranked(
                self._api, self._rerank, query, texts, request=request, call=call, place=place
            )
        return best_first(found, request.max_num_results)

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        return [
            ProviderModel(model.id, model.type, model.metadata)
            for model in await listed(self._api, VERSION, call)
        ]

    @contextmanager
    def _let_in(self, call: Call) -> Iterator[None]:
        """Forget the token of `call` if it is refused inside."""
        try:
            yield
        except UpstreamFailed as error:
            if error.status == _UNAUTHORIZED or error.code == "upstream_unauthorized":
                self._tokens.forget(self._api.key(call))
            raise

    async def _streamed(
        self, body: bytes, request: m.ChatCompletionRequest, call: Call
    ) -> AsyncGenerator[m.ChatCompletionChunk, None]:
        events = await self._api.events(self._stream, body, call)
        return answers.to_chunks(events, request)

    async def _continued(
        self, asked: list[Asked], request: m.CompletionRequest, call: Call
    ) -> AsyncGenerator[m.Completion, None]:
        streams = await begun_at_once(
            [self._api.events(self._generation_stream, one.body, call) for one in asked]
        )
        return generated.completions(merged(streams), [one.echo for one in asked], request)


def _patient(config: WatsonX.Config) -> WatsonX.Config:
    """Return `config` with its `timeout` where all servers have theirs."""
    network = config.network
    if "timeout" in network.model_fields_set:
        return config
    patient = network.model_copy(update={"timeout": Timeouts(read=config.timeout)})
    return config.model_copy(update={"network": patient})
