"""`remote::runpod`: a vLLM endpoint on RunPod.

Format: https://docs.runpod.io/serverless/vllm/openai-compatibility
"""

from fleet_inference.openai_server import OpenAIServer, TokenConfig


class RunPod(OpenAIServer):
    """Passes requests on. Callers may bring their own `runpod_api_token`."""

    class Config(TokenConfig):
        """Where the endpoint is, such as `https://api.runpod.ai/v2/<endpoint>/openai/v1`, and how to be let in."""

    def __init__(self, config: Config) -> None:
        super().__init__(config, key_name="runpod_api_token")
