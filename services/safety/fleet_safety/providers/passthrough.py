"""`remote::passthrough`: any server of OpenAI's Moderations API.

Format: https://platform.openai.com/docs/api-reference/moderations
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from fleet_runtime.at_once import at_once
from fleet_runtime.call import Call
from fleet_safety.provider import Conversation, Image, Shield, Verdict
from fleet_upstream.forwarding import ForwardingConfig
from fleet_upstream.json_api import JsonApi
from fleet_upstream.refusals import garbage


class Passthrough:
    """Passes the last turn of each conversation on; a shield's name is that of the server's model.

    Callers may bring their own `passthrough_api_key`.
    """

    class Config(ForwardingConfig):
        """Where the server is, how to be let in, and what of the provider data it is told."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._api = JsonApi(config, "passthrough_api_key", forward=config.forward_headers)
        self._url = self._api.base / "moderations"

    async def aclose(self) -> None:
        await self._api.aclose()

    def check(self, shield: Shield) -> None:
        self._api.check_allowed(shield.name)

    async def moderate(
        self, shield: Shield, inputs: Sequence[Conversation], call: Call
    ) -> Sequence[Verdict]:
        self._config.check_forwarded(call)
        last = [one[-1] for one in inputs]
        if not any(turn.images for turn in last):
            return await self._judged(shield.name, [turn.text for turn in last], len(last), call)

        async def judge(parts: list[dict[str, Any]]) -> Verdict:
            (verdict,) = await self._judged(shield.name, parts, 1, call)
            return verdict

        # A list of parts is one input.
        return await at_once([[_part(part) for part in turn.parts] for turn in last], judge)

    async def _judged(self, model: str, asked: list[Any], number: int, call: Call) -> list[Verdict]:
        """Return the verdicts on one request, of which there must be so many."""
        body = {"model": model, "input": asked}
        answer = await self._api.post(self._url, body, _Moderation, call)
        if len(answer.results) != number:
            raise garbage()
        return [result.verdict() for result in answer.results]


def _part(part: str | Image) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    return {"type": "image_url", "image_url": {"url": part.url}}


class _Result(msgspec.Struct):
    """What was found in one input. Servers leave out what OpenAI's has besides."""

    flagged: bool
    categories: dict[str, bool | None] | None = None
    category_scores: dict[str, float | None] | None = None
    user_message: str | None = None
    metadata: dict[str, Any] | None = None

    def verdict(self) -> Verdict:
        found = {name: bool(flagged) for name, flagged in (self.categories or {}).items()}
        scores = {name: score or 0.0 for name, score in (self.category_scores or {}).items()}
        return Verdict(
            self.flagged,
            found,
            scores,
            user_message=self.user_message,
            metadata=self.metadata or {},
        )


class _Moderation(msgspec.Struct):
    """The answer to a moderation."""

    results: list[_Result]
