"""`remote::oci`: models on Oracle Cloud Infrastructure's Generative AI service, by its own API.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

import msgspec

from fleet.inference.v1 import messages as m
from fleet_inference.local.texts import embedding_texts, rerank_texts
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_inference.ranking import best_first
from fleet_inference.several import answered
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, Unimplemented
from fleet_runtime.operation import Answer
from fleet_upstream.json_api import JsonApi
from fleet_upstream.oci import answers, encoders
from fleet_upstream.oci.access import PROFILE, Access
from fleet_upstream.oci.authorization import OciAuthorization
from fleet_upstream.oci.events import to_chunks
from fleet_upstream.oci.formats import format_of
from fleet_upstream.oci.listing import listed
from fleet_upstream.oci.principals import Principal
from fleet_upstream.oci.profiles import Profiles
from fleet_upstream.oci.requests import to_chat
from fleet_upstream.oci.settings import OciConfig


class Oci:
    """Translates requests and answers.

    Callers may choose the region and the compartment by `oci_region` and `oci_compartment_id`; and who signs by
    `oci_auth_type: config_file`, `oci_config_profile` and `oci_config_file_path`, as far as the operator lets them. A
    model's name is that of a model, or the OCID of an endpoint of one's own.
    """

    class Config(OciConfig):
        """Which region, who signs, and what is booked to."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._access = config.access()
        authorization = self._authorization(self._access)
        self._api = self._opened(self._access, authorization)
        self._listing = JsonApi(
            config.of("generativeai", config.control_url, config.oci_region),
            PROFILE,
            authorization,
            signs=True,
        )

    async def aclose(self) -> None:
        await self._api.aclose()
        await self._listing.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        self._api.check_allowed(request.model)
        access = self._access_of(call)
        api_format = format_of(request.model, self._config.api_formats)
        body = to_chat(request, call, access.needed_compartment(), api_format)
        return await answered(
            request,
            lambda: self._whole(body, request, call, access),
            lambda: self._streamed(body, request, call, access),
        )

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        raise Unimplemented(
            "remote::oci continues no bare texts: Oracle Cloud's models know conversations only."
            " Ask for a chat completion, at `/v1/chat/completions`.",
            code="not_supported",
        )

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        self._api.check_allowed(request.model)
        texts, access = embedding_texts(request), self._access_of(call)
        compartment = access.needed_compartment()
        async with self._reached(access) as api:
            return await encoders.embedded(
                api, texts, request=request, call=call, compartment=compartment
            )

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        self._api.check_allowed(request.model)
        (query, texts), access = rerank_texts(request), self._access_of(call)
        compartment = access.needed_compartment()
        async with self._reached(access) as api:
            found = await encoders.ranked(
                api, query, texts, request=request, call=call, compartment=compartment
            )
        return best_first(found, request.max_num_results)

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        access = self._access_of(call) if call else self._access
        compartment = access.needed_compartment()
        return [ProviderModel(o.id, o.type) for o in await listed(self._listing, compartment, call)]

    async def _whole(
        self, body: bytes, request: m.ChatCompletionRequest, call: Call, access: Access
    ) -> m.ChatCompletion:
        async with self._reached(access) as api:
            url = api.base / "actions/chat"
            answer = await api.post(url, msgspec.Raw(body), answers.Answer, call)
        return answer.completion(request.model)

    async def _streamed(
        self, body: bytes, request: m.ChatCompletionRequest, call: Call, access: Access
    ) -> AsyncGenerator[m.ChatCompletionChunk, None]:
        async with AsyncExitStack() as stack:
            api = await stack.enter_async_context(self._reached(access))
            events = await api.events(api.base / "actions/chat", body, call)
            return _until_end(to_chunks(events, request), stack.pop_all())

    def _access_of(self, call: Call) -> Access:
        """Return where a call goes."""
        return self._access.of(call, self._config.callers_config_folder)

    @asynccontextmanager
    async def _reached(self, access: Access) -> AsyncIterator[JsonApi]:
        """Lend the way there. Callers may choose any region, so ways to others than ours are not kept."""
        if access.way == self._access.way:
            yield self._api
            return
        if self._config.base_url and access.region != self._access.region:
            raise InvalidArgument(
                "`oci_region` in the provider data cannot be served: this provider has one address.",
                code="invalid_provider_data",
            )
        api = self._opened(access, self._authorization(access))
        try:
            yield api
        finally:
            await api.aclose()

    def _opened(self, access: Access, authorization: OciAuthorization) -> JsonApi:
        config = self._config.of("inference.generativeai", self._config.base_url, access.region)
        return JsonApi(config, PROFILE, authorization, signs=True)

    def _authorization(self, access: Access) -> OciAuthorization:
        config, kind = self._config, access.auth_type
        own = config.oci_config_profile if kind == "config_file" else Principal(kind)
        allowed = config.callers_profiles if access.file == self._access.file else ["*"]
        return OciAuthorization(Profiles(access.file), own, allowed)


async def _until_end(
    chunks: AsyncGenerator[m.ChatCompletionChunk, None], stack: AsyncExitStack
) -> AsyncGenerator[m.ChatCompletionChunk, None]:
    """Yield `chunks`, and leave `stack` after them."""
    async with stack, aclosing(chunks):
        async for chunk in chunks:
            yield chunk
