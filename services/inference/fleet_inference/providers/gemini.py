"""`remote::gemini`: Google's models, by the Gemini API.

Format: https://ai.google.dev/api
"""

from collections.abc import Mapping
from typing import Self
from urllib.parse import quote

from pydantic import Field, model_validator

from fleet.inference.v1 import messages as m
from fleet_inference.local.texts import embedding_texts
from fleet_inference.provider import ChatAnswer, CompletionAnswer, ProviderModel
from fleet_inference.several import answered
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import Unimplemented
from fleet_runtime.operation import Answer
from fleet_upstream.address import Address
from fleet_upstream.google.embeddings import embedded
from fleet_upstream.google.generating import Generation
from fleet_upstream.google.models import ModelPage, listed
from fleet_upstream.google.requests import check
from fleet_upstream.json_api import JsonApi
from fleet_upstream.keys import Key
from fleet_upstream.native.thoughts import ThoughtsInMemory
from fleet_upstream.settings import UpstreamConfig

KEY = "gemini_api_key"
PAGE = 1000
"""How many models to list at once: the most that the vendor shows."""


class Gemini:
    """Translates requests and answers. Callers may bring their own `gemini_api_key`.

    Names of end users, and hints for caches, are not sent on, as the vendor has nothing for them.
    """

    class Config(UpstreamConfig):
        """How to be let in: by an API key, or by an access token and the project that pays."""

        base_url: str | Secret = "https://generativelanguage.googleapis.com/v1beta"
        """Where the API begins."""
        access_token: Secret | str | None = Field(default=None, repr=False)
        """An OAuth 2.0 access token, in place of `api_key`. Needs `project`."""
        project: str | None = None
        """The project whose quota requests by `access_token` use."""

        @model_validator(mode="after")
        def _one_way(self) -> Self:
            if self.access_token and self.api_key:
                raise ValueError("set either 'api_key' or 'access_token'")
            if self.access_token and not self.project:
                raise ValueError("'access_token' needs 'project' beside it")
            return self

    def __init__(self, config: Config) -> None:
        project = config.project if config.access_token else None
        ours = config.model_copy(update={"api_key": config.access_token or config.api_key})
        self._api = JsonApi(ours, KEY, _Authorization(project))
        self._thoughts = ThoughtsInMemory()

    async def aclose(self) -> None:
        await self._api.aclose()

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        self._api.check_allowed(request.model)
        check(request)
        model = self._model(request.model)
        asking = Generation(self._api, model, self._thoughts, request, call)
        return await answered(request, asking.whole, asking.streamed)

    async def complete(self, request: m.CompletionRequest, call: Call) -> CompletionAnswer:
        raise Unimplemented(
            "remote::gemini continues no bare texts: Google's models know conversations only."
            " Ask for a chat completion, at `/v1/chat/completions`.",
            code="not_supported",
        )

    async def embed(self, request: m.EmbeddingRequest, call: Call) -> Answer[m.EmbeddingList]:
        self._api.check_allowed(request.model)
        texts = embedding_texts(request)
        return await embedded(self._api, self._model(request.model), texts, request, call)

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        raise Unimplemented(
            "The Gemini API cannot rerank; use a model of another provider.", code="not_supported"
        )

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        found = await listed(self._api, self._api.base / "models", ModelPage, PAGE, call)
        return [ProviderModel(o.id, o.type, o.metadata) for o in found]

    def _model(self, name: str) -> Address:
        """Return where a model is; its name is one segment of the path, but for the folder of tuned ones."""
        folder, slash, own = name.partition("/")
        if slash and folder in ("models", "tunedModels"):
            return self._api.base / f"{folder}/{quote(own, safe='')}"
        return self._api.base / f"models/{quote(name, safe='')}"


class _Authorization:
    """An API key, or a token for a project of ours; what callers send is always an API key."""

    def __init__(self, project: str | None) -> None:
        self._project = project

    async def headers(self, verb: str, url: Address, body: bytes, key: Key) -> Mapping[str, str]:
        """Return the headers for one request."""
        if key.text is None:
            return {}
        if self._project is None or key.callers:
            return {"x-goog-api-key": key.text}
        return {"authorization": f"Bearer {key.text}", "x-goog-user-project": self._project}
