"""`remote::bedrock`: guardrails of Amazon Bedrock.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from fleet_runtime.at_once import at_once
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_safety.guardrail import Applied, content_of
from fleet_safety.provider import Conversation, Shield, Verdict
from fleet_upstream.address import Address
from fleet_upstream.bedrock.authorization import AwsAuthorization
from fleet_upstream.bedrock.credentials import AccessKeys
from fleet_upstream.bedrock.settings import KEY, BedrockConfig
from fleet_upstream.json_api import JsonApi


class Bedrock:
    """Applies the guardrail that the shield is named after: its id or its ARN. Its `params` have `guardrailVersion`.

    Callers may bring their own `aws_bedrock_bearer_token`.
    """

    class Config(BedrockConfig):
        """Which region, and how to be let in: by a bearer token, or else by what AWS's credential chain finds."""

    def __init__(self, config: Config) -> None:
        authorization = AwsAuthorization(AccessKeys(config.identity()), config.region)
        settings = config.of("bedrock-runtime", config.base_url)
        self._api = JsonApi(settings, KEY, authorization, signs=True)

    async def aclose(self) -> None:
        await self._api.aclose()

    def check(self, shield: Shield) -> None:
        self._at(shield)

    async def moderate(
        self, shield: Shield, inputs: Sequence[Conversation], call: Call
    ) -> Sequence[Verdict]:
        url = self._at(shield)
        bodies = [content_of(one[-1]) for one in inputs]

        async def judge(body: dict[str, Any]) -> Verdict:
            return (await self._api.post(url, body, Applied, call)).verdict()

        return await at_once(bodies, judge)

    def _at(self, shield: Shield) -> Address:
        """Return where a guardrail is applied."""
        version = shield.params.get("guardrailVersion")
        if not version:
            raise InvalidArgument(
                "The shield's 'params' must have 'guardrailVersion': a number, or 'DRAFT'.",
                code="invalid_params",
                param="params",
            )
        name, number = quote(shield.name, safe=""), quote(str(version), safe="")
        return self._api.base / f"guardrail/{name}/version/{number}/apply"
