"""`remote::vllm`: a vLLM server.

Its own paths: https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
"""

from pathlib import Path

import msgspec
from pydantic import PositiveInt

from fleet.inference.v1 import messages as m
from fleet_inference.openai_server import OpenAIServer, TokenConfig
from fleet_inference.provider import ChatAnswer
from fleet_inference.ranking import rerank
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_runtime.operation import Answer


class Vllm(OpenAIServer):
    """Passes requests on. Callers may bring their own `vllm_api_token`."""

    class Config(TokenConfig):
        """Where the server is, and how to be let in."""

        max_tokens: PositiveInt | None = 4096
        """The longest chat answer where the request sets no length. Where the model's context has less room than that,
        an answer may fill it."""
        fairness_header_attribute: str | None = None
        """Of no effect, and here for Llama Stack's configs: the fleet's own queue is fair to tenants."""
        tls_verify: bool | Path | None = None
        """Deprecated form of `network.tls.verify`."""

    def __init__(self, config: Config) -> None:
        super().__init__(_with_tls_verify(config), key_name="vllm_api_token")
        self._max_tokens = config.max_tokens
        self._rerank = self.wire.root / "rerank"

    async def chat(self, request: m.ChatCompletionRequest, call: Call) -> ChatAnswer:
        """Answer a conversation."""
        unset = request.max_tokens is None and request.max_completion_tokens is None
        if self._max_tokens is None or not unset:
            return await super().chat(request, call)
        limited = msgspec.structs.replace(request, max_tokens=self._max_tokens)
        try:
            return await super().chat(limited, call)
        except UpstreamFailed as error:
            if error.status != InvalidArgument.status:
                raise
        # vLLM refuses a length for which its context has no room beside the prompt, and only it can count the prompt's
        # tokens. Its own limit is then below ours. Whatever else it does not like, it says again.
        return await super().chat(request, call)

    async def rerank(self, request: m.RerankRequest, call: Call) -> Answer[m.RerankResponse]:
        """Order texts by how well they answer a query."""
        return await rerank(self.wire.api, self._rerank, request, call)


def _with_tls_verify(config: Vllm.Config) -> Vllm.Config:
    """Return `config` with `tls_verify` in its new place."""
    if config.tls_verify is None:
        return config
    tls = config.network.tls.model_copy(update={"verify": config.tls_verify})
    network = config.network.model_copy(update={"tls": tls})
    return config.model_copy(update={"network": network})
