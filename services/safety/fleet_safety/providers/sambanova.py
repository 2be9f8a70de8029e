"""`remote::sambanova`: Llama Guard on SambaNova Cloud.

Format: https://docs.sambanova.ai/docs/en/api-reference
"""

from pydantic import AliasChoices, Field

from fleet_runtime.config import Secret
from fleet_safety.llama_guard.hosted import HostedConfig, HostedGuard


class SambaNova(HostedGuard):
    """Asks the model that the shield is named after. Callers may bring their own `sambanova_api_key`."""

    class Config(HostedConfig):
        """Where the server is, how to be let in, and how to judge."""

        base_url: str | Secret = Field(
            default="https://api.sambanova.ai/v1", validation_alias=AliasChoices("base_url", "url")
        )
        """Where the API begins."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, "sambanova_api_key")
