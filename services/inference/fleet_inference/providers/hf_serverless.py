"""`remote::hf::serverless`: Hugging Face's inference providers.

Format: https://huggingface.co/docs/inference-providers
"""

from fleet_inference.openai_server import OpenAIServer, TokenConfig
from fleet_inference.provider import ProviderModel
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_upstream.listing import guessed_type


class HuggingFaceServerless(OpenAIServer):
    """Passes requests on. Callers may bring their own `huggingface_api_token`."""

    class Config(TokenConfig):
        """Which model, and how to be let in."""

        base_url: str | Secret = "https://router.huggingface.co/v1"
        """Where the API begins."""
        huggingface_repo: str | None = None
        """The one model to offer, such as `meta-llama/Llama-3.1-8B-Instruct`; all of the router's if unset."""

    def __init__(self, config: Config) -> None:
        if config.huggingface_repo:
            config = config.model_copy(update={"allowed_models": [config.huggingface_repo]})
        super().__init__(config, key_name="huggingface_api_token")
        self._only = config.huggingface_repo

    async def models(self, call: Call | None = None) -> list[ProviderModel]:
        """List the models on offer; the one that is configured need not be in the router's list."""
        if self._only:
            return [ProviderModel(self._only, guessed_type(self._only))]
        return await super().models(call)
