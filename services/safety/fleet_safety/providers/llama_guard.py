"""`inline::llama-guard`: Meta's Llama Guard, on a model that the fleet's inference service runs."""

from collections.abc import Sequence

from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import InferenceServiceClient
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_safety.llama_guard.guard import Guard
from fleet_safety.llama_guard.settings import GuardConfig
from fleet_safety.provider import Conversation, Shield, Verdict


class LlamaGuard:
    """Asks the model that the shield is named after."""

    class Config(GuardConfig):
        """How to judge, and who runs the models."""

        inference: str = "inference"
        """The service that runs the models, by its name in the values."""

    def __init__(self, config: Config) -> None:
        self._channel = Channel(config.inference)
        self._inference = InferenceServiceClient(self._channel)
        self._guard = Guard(self._ask, config)

    async def aclose(self) -> None:
        await self._channel.aclose()

    def check(self, shield: Shield) -> None:
        self._guard.check(shield)

    async def moderate(
        self, shield: Shield, inputs: Sequence[Conversation], call: Call
    ) -> Sequence[Verdict]:
        return await self._guard.moderate(shield, inputs, call)

    async def _ask(self, request: i.ChatCompletionRequest, call: Call) -> str:
        answer = await self._inference.create_chat_completion(request, call)
        return (answer.choices[0].message.content or "") if answer.choices else ""
