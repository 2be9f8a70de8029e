"""`remote::llama-openai-compat`: the Llama API, by its paths for clients of OpenAI.

Format: https://llama.developer.meta.com/docs/features/compatibility
"""

from fleet_inference.openai_server import OpenAIServer
from fleet_runtime.config import Secret
from fleet_upstream.settings import UpstreamConfig


class LlamaOpenAICompat(OpenAIServer):
    """Passes requests on. Callers may bring their own `llama_api_key`."""

    class Config(UpstreamConfig):
        """Where the server is, and how to be let in."""

        base_url: str | Secret = "https://api.llama.com/compat/v1/"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, key_name="llama_api_key")
