"""`remote::databricks`: model serving on Databricks.

Format: https://docs.databricks.com/aws/en/machine-learning/model-serving, and for the listing
https://docs.databricks.com/api/workspace/servingendpoints/list
"""

from dataclasses import replace

import msgspec

from fleet_inference.openai_server import OpenAIServer, TokenConfig
from fleet_inference.provider import ModelType, ProviderModel
from fleet_runtime.call import Call

_TYPES: dict[str | None, ModelType] = {
    "llm/v1/chat": "llm",
    "llm/v1/completions": "llm",
    "llm/v1/embeddings": "embedding",
}


class Databricks(OpenAIServer):
    """Passes requests on. Callers may bring their own `databricks_api_token`."""

    class Config(TokenConfig):
        """Where the workspace is, such as `https://<workspace>/serving-endpoints`, and how to be let in."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, key_name="databricks_api_token")
        self._endpoints = replace(self.wire.api.base, path="/api/2.0/serving-endpoints")

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the endpoints of the workspace that serve text or vectors; each is called by its name."""
        api = self.wire.api
        listed = await api.get(self._endpoints, _Endpoints, call)
        return [
            ProviderModel(endpoint.name, _TYPES[endpoint.task])
            for endpoint in listed.endpoints
            if endpoint.task in _TYPES and api.allows(endpoint.name)
        ]


class _Endpoint(msgspec.Struct):
    name: str
    task: str | None = None


class _Endpoints(msgspec.Struct):
    """The answer to `GET /api/2.0/serving-endpoints`; a workspace without any leaves the list out."""

    endpoints: list[_Endpoint] = []
