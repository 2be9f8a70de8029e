"""`remote::together`: Llama Guard on Together AI.

Format: https://docs.together.ai/reference/chat-completions-1
"""

from fleet_runtime.config import Secret
from fleet_safety.llama_guard.hosted import HostedConfig, HostedGuard


class Together(HostedGuard):
    """Asks the model that the shield is named after. Callers may bring their own `together_api_key`."""

    class Config(HostedConfig):
        """Where the server is, how to be let in, and how to judge."""

        base_url: str | Secret = "https://api.together.xyz/v1"
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, "together_api_key")
