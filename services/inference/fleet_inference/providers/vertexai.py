"""`remote::vertexai`: Google's models on Vertex AI.

They speak as the Gemini API does, at addresses with a project and a location, and want access tokens.
Format: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
"""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import Field

from fleet.inference.v1 import messages as m
from fleet_inference.local.texts import embedding_texts
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_inference.several import answered
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import InvalidArgument, Unimplemented
from fleet_runtime.operation import Answer
from fleet_runtime.store import DatabaseConfig
from fleet_upstream.address import Address
from fleet_upstream.google.credentials import AccessTokens
from fleet_upstream.google.embeddings import embedded_by_vertex
from fleet_upstream.google.generating import Generation
from fleet_upstream.google.models import PublisherPage, listed
from fleet_upstream.google.requests import check
from fleet_upstream.google.thoughts import opened
from fleet_upstream.json_api import JsonApi
from fleet_upstream.settings import UpstreamConfig

T = TypeVar("T")

KEY = "vertex_access_token"
PAGE = 100
"""How many models to list at once."""

_NAME = re.compile(r"[a-z][a-z0-9:.-]*")
# Locations that span several regions have hosts of another form.
_MULTI_REGIONS = ("eu", "us")
_PUBLISHER = "publishers/google/models"
# Where models are besides: those of other publishers, and those that are deployed or tuned.
_FOLDER = re.compile(r"endpoints|publishers/[a-z0-9-]+/models")


@dataclass(frozen=True, slots=True)
class Place:
    """Whose models, and where they run."""

    project: str
    location: str

    def host(self) -> str:
        """Return the address of the server.

        Format: https://cloud.google.com/vertex-ai/docs/general/locations
        """
        if self.location == "global":
            return "https://aiplatform.googleapis.com"
        if self.location in _MULTI_REGIONS:
            return f"https://aiplatform.{self.location}.rep.googleapis.com"
        return f"https://{self.location}-aiplatform.googleapis.com"


class VertexAI:
    """Translates requests and answers. Names of end users, and hints for caches, are not sent on.

    Callers may bring their own `vertex_access_token`, and with it a `vertex_project` and a `vertex_location`. Without
    a token, ours or theirs, the application default credentials are used.
    """

    class Config(UpstreamConfig):
        """Which project, where, and how to be let in."""

        base_url: str | Secret | None = None  # type: ignore[assignment]  # the location says it
        """Where the API is, without its version. That of the location if unset."""
        project: str = Field(examples=["my-project"])
        """The project."""
        location: str = "global"
        """The location."""
        thought_signature_store: DatabaseConfig | None = None
        """Where signatures are kept that models want back with the next turn. In memory only, if unset: then another
        replica, or this one after a restart, has the model think anew."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._place = Place(config.project, config.location)
        self._tokens = AccessTokens()
        self._api = self._at(self._place)
        self._thoughts = opened(config.thought_signature_store)

    async def aclose(self) -> None:
        await self._api.aclose()
        await self._thoughts.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        check(request)

        async def work(api: JsonApi, place: Place) -> ChatAnswer:
            api.check_allowed(request.model)
            model = _model(api, place, request.model)
            asking = Generation(api, model, self._thoughts, request, call)
            return await answered(request, asking.whole, asking.streamed)

        return await self._asked(call, work)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        raise Unimplemented(
            "remote::vertexai continues no bare texts: Google's models know conversations only."
            " Ask for a chat completion, at `/v1/chat/completions`.",
            code="not_supported",
        )

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        texts = embedding_texts(request)

        async def work(api: JsonApi, place: Place) -> Answer[m.EmbeddingList]:
            api.check_allowed(request.model)
            model = _model(api, place, request.model)
            return await embedded_by_vertex(api, model, texts, request, call)

        return await self._asked(call, work)

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        raise Unimplemented(
            "Models on Vertex AI cannot rerank here; use a model of another provider.",
            code="not_supported",
        )

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        folder = self._api.base / f"v1beta1/{_PUBLISHER}"
        found = await listed(self._api, folder, PublisherPage, PAGE, call)
        return [ProviderModel(o.id, o.type, o.metadata) for o in found]

    def _at(self, place: Place) -> JsonApi:
        base_url = self._config.base_url or place.host()
        config = self._config.model_copy(update={"base_url": base_url})
        return JsonApi(config, KEY, self._tokens, signs=True)

    async def _asked(self, call: Call, work: Callable[[JsonApi, Place], Awaitable[T]]) -> T:
        """Return what `work` gets at the place that is meant.

        Connections to another location than ours are closed when the answer has ended.
        """
        place = _callers(call, self._place)
        if place.location == self._place.location:
            return await work(self._api, place)
        api = self._at(place)
        try:
            answer = await work(api, place)
        except BaseException:
            await api.aclose()
            raise
        if isinstance(answer, AsyncGenerator):
            stream: T = _until_end(answer, api)  # type: ignore[assignment]  # it is the same kind of stream
            return stream
        await api.aclose()
        return answer


async def _until_end(stream: AsyncGenerator[Any, None], api: JsonApi) -> AsyncGenerator[Any, None]:
    try:
        async with aclosing(stream):
            async for item in stream:
                yield item
    finally:
        await api.aclose()


def _callers(call: Call, ours: Place) -> Place:
    """Return the place that the caller names, or else ours.

    Raises:
        InvalidArgument: The name cannot be one, or comes without a token: ours is for our own project alone.
    """
    data = call.provider_data()
    project, location = data.get("vertex_project"), data.get("vertex_location")
    for name, value in (("vertex_project", project), ("vertex_location", location)):
        if value and not (isinstance(value, str) and _NAME.fullmatch(value)):
            raise _wrong(f"`{name}` in the provider data is no name.")
        if value and not data.get(KEY):
            raise _wrong(f"`{name}` needs your `{KEY}` beside it in the provider data.")
    return Place(project or ours.project, location or ours.location)


def _wrong(message: str) -> InvalidArgument:
    return InvalidArgument(message, code="invalid_provider_data")


def _model(api: JsonApi, place: Place, name: str) -> Address:
    """Return where a model is: Google's by its name, another publisher's or a tuned one by its path."""
    own = name.removeprefix(f"{_PUBLISHER}/").removeprefix("google/")
    folder, slash, last = own.rpartition("/")
    path = f"{_PUBLISHER}/{quote(own, safe='')}"
    if _FOLDER.fullmatch(folder):
        path = f"{folder}{slash}{quote(last, safe='')}"
    return api.base / f"v1/projects/{place.project}/locations/{place.location}/{path}"
