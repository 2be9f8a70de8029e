"""`remote::llama-cpp-server`: llama.cpp's server.

Format: https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
"""

from fleet.inference.v1 import messages as m
from fleet_inference.openai_server import OpenAIServer
from fleet_inference.ranking import rerank
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.operation import Answer
from fleet_upstream.settings import UpstreamConfig


class LlamaCppServer(OpenAIServer):
    """Passes requests on."""

    class Config(UpstreamConfig):
        """Where the server is, and how to be let in."""

        base_url: str | Secret = "http://localhost:8080/v1"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._rerank = self.wire.api.base / "rerank"

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Order texts by how well they answer a query; the server must run with `--rerank`."""
        return await rerank(self.wire.api, self._rerank, request, call)
