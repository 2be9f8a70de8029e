"""`remote::cerebras`: Cerebras' inference service.

Format: https://inference-docs.cerebras.ai/api-reference
"""

from fleet_inference.openai_server import OpenAIServer
from fleet_runtime.config import Secret
from fleet_upstream.settings import UpstreamConfig


class Cerebras(OpenAIServer):
    """Passes requests on. Callers may bring their own `cerebras_api_key`."""

    class Config(UpstreamConfig):
        """Where the server is, and how to be let in."""

        base_url: str | Secret = "https://api.cerebras.ai/v1"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, key_name="cerebras_api_key")
