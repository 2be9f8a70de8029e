"""`inline::prompt-guard`: Meta's Prompt Guard, in this process.

Models: https://huggingface.co/meta-llama/Llama-Prompt-Guard-2-86M and their like.
"""

from collections.abc import Sequence
from functools import partial
from typing import Literal, TypeAlias

import msgspec
from pydantic import Field

from fleet_runtime.call import Call
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.errors import InvalidArgument
from fleet_safety.classifier.folder import model_folder
from fleet_safety.classifier.one_thread import OneThread
from fleet_safety.classifier.prompt_classifier import Attack, PromptClassifier
from fleet_safety.provider import Conversation, Shield, Verdict
from fleet_safety.single_turn import last_text

GuardType: TypeAlias = Literal["injection", "jailbreak"]

# How many windows go through the model at once; a caller who leaves stops those after.
_PASS = 16


class PromptGuard:
    """Judges the last turn by a classifier. A shield's `params` may have another `guard_type`."""

    class Config(BaseConfig):
        """Which model, and what it looks for."""

        guard_type: GuardType = "injection"
        """`injection`: instructions in what should have none, jailbreaks among them, for what comes from the web and
        from tools. `jailbreak`: only those, for what users write."""
        model: str = "meta-llama/Prompt-Guard-86M"
        """The model's id, as `llama model list` has it, or the path of a Hugging Face folder."""
        threshold: float = Field(default=0.9, gt=0, le=1)
        """How likely an attack must be to be one."""
        device: str = "cpu"
        """As torch names it: `cpu`, `cuda`, `cuda:1`."""
        max_characters: int = Field(default=200_000, ge=1)
        """The longest text. Longer ones are refused, rather than looked at in part."""
        max_waiting: int = Field(default=256, ge=0)
        """How many passes of the model may wait for their turn; more are refused with 429."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._classifier = PromptClassifier(model_folder(config.model), config.device)
        self._thread = OneThread(config.max_waiting)

    async def aclose(self) -> None:
        self._thread.close()

    def check(self, shield: Shield) -> None:
        self._guard_type(shield)

    async def moderate(
        self, shield: Shield, inputs: Sequence[Conversation], call: Call
    ) -> Sequence[Verdict]:
        looked_for = self._guard_type(shield)
        texts = [self._text(one) for one in inputs]
        return [self._verdict(await self._attack(text), looked_for) for text in texts]

    def _text(self, conversation: Conversation) -> str:
        text, most = last_text(conversation), self._config.max_characters
        if len(text) > most:
            raise InvalidArgument(
                f"A text has {len(text)} characters; this shield reads {most}.",
                code="text_too_long",
                param="messages",
            )
        return text

    async def _attack(self, text: str) -> Attack:
        """Return how likely the likeliest window of a text is an attack."""
        windows = await self._thread.run(partial(self._classifier.windows, text))
        worst = Attack(0.0, 0.0)
        for start in range(0, len(windows["input_ids"]), _PASS):
            some = {name: rows[start : start + _PASS] for name, rows in windows.items()}
            found = await self._thread.run(partial(self._classifier.worst, some))
            worst = Attack(
                max(worst.injection, found.injection), max(worst.jailbreak, found.jailbreak)
            )
        return worst

    def _verdict(self, attack: Attack, looked_for: GuardType) -> Verdict:
        score = attack.injection if looked_for == "injection" else attack.jailbreak
        flagged = score > self._config.threshold
        return Verdict(
            flagged,
            {looked_for: flagged},
            {looked_for: score},
            metadata={"violation_type": looked_for} if flagged else {},
        )

    def _guard_type(self, shield: Shield) -> GuardType:
        try:
            named = shield.params.get("guard_type", self._config.guard_type)
            kind: GuardType = msgspec.convert(named, GuardType)
        except msgspec.ValidationError:
            raise InvalidArgument(
                "The shield's 'params': 'guard_type' must be 'injection' or 'jailbreak'.",
                code="invalid_params",
                param="params",
            ) from None
        return kind
