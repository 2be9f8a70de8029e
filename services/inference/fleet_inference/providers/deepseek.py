"""`remote::deepseek`: DeepSeek.

Format: https://api-docs.deepseek.com
"""

from fleet_inference.openai_server import OpenAIServer
from fleet_runtime.config import Secret
from fleet_upstream.settings import UpstreamConfig


class DeepSeek(OpenAIServer):
    """Passes requests on. Callers may bring their own `deepseek_api_key`."""

    class Config(UpstreamConfig):
        """Where the server is, and how to be let in."""

        base_url: str | Secret = "https://api.deepseek.com/v1"
        """Where the API begins."""
        anthropic_base_url: str | Secret = "https://api.deepseek.com/anthropic"
        """Of no effect, and here for Llama Stack's configs: `/v1/messages` is served from the API at `base_url`."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, key_name="deepseek_api_key")
