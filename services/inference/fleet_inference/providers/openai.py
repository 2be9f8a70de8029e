"""`remote::openai`: OpenAI itself, and whatever else speaks its API at a `base_url`.

Format: https://platform.openai.com/docs/api-reference
"""

from fleet_inference.openai_server import OpenAIServer
from fleet_runtime.config import Secret
from fleet_upstream.settings import UpstreamConfig


class OpenAI(OpenAIServer):
    """Passes requests on. Callers may bring their own `openai_api_key`."""

    class Config(UpstreamConfig):
        """Where the server is, and how to be let in."""

        base_url: str | Secret = "https://api.openai.com/v1"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, key_name="openai_api_key")
