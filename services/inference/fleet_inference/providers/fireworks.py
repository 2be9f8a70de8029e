"""`remote::fireworks`: Fireworks AI.

Format: https://docs.fireworks.ai/api-reference/introduction
"""

from fleet_inference.openai_server import OpenAIServer
from fleet_runtime.config import Secret
from fleet_upstream.settings import UpstreamConfig


class Fireworks(OpenAIServer):
    """Passes requests on. Callers may bring their own `fireworks_api_key`."""

    class Config(UpstreamConfig):
        """Where the server is, and how to be let in."""

        base_url: str | Secret = "https://api.fireworks.ai/inference/v1"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, key_name="fireworks_api_key")
