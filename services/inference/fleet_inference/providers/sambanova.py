"""`remote::sambanova`: SambaNova Cloud.

Format: https://docs.sambanova.ai/docs/en/api-reference
"""

from fleet_inference.openai_server import OpenAIServer
from fleet_runtime.config import Secret
from fleet_upstream.settings import UpstreamConfig


class SambaNova(OpenAIServer):
    """Passes requests on. Callers may bring their own `sambanova_api_key`."""

    class Config(UpstreamConfig):
        """Where the server is, and how to be let in."""

        base_url: str | Secret = "https://api.sambanova.ai/v1"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, key_name="sambanova_api_key")
