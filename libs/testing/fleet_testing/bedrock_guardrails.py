"""How a fake speaks Amazon Bedrock's ApplyGuardrail.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
"""

from urllib.parse import unquote

from fleet_testing.aws_signatures import signer
from fleet_testing.openai_answers import Json
from fleet_testing.openai_upstream import Seen
from fleet_testing.safety_upstream import bearer, is_bad

BLOCKED = "Sorry, the model cannot answer this question."
"""What the guardrail says instead."""


class BedrockGuardrails:
    """Answers `POST /guardrail/{id}/version/{version}/apply`.

    Texts with `@` have an address in them, which is masked.
    """

    def named(self, seen: Seen) -> str:
        """Return the guardrail."""
        parts = seen.path.split("/")
        if (parts[1], parts[3], parts[5]) != ("guardrail", "version", "apply"):
            raise KeyError(seen.path)
        return unquote(parts[2])

    def key(self, seen: Seen) -> str | None:
        """Return the bearer token, or the name of the key that signed the request."""
        return bearer(seen) or signer(seen)

    def answer(self, seen: Seen) -> Json:
        """Return what the guardrail did."""
        asked = seen.json()
        if asked["source"] not in ("INPUT", "OUTPUT"):
            raise KeyError(asked["source"])
        texts = [block["text"]["text"] for block in asked["content"] if "text" in block]
        if is_bad(texts):
            return _intervened(BLOCKED, {"contentPolicy": {"filters": [_VIOLENCE, _INSULTS]}})
        if "@" in "".join(texts):
            return _intervened("{EMAIL}", {"sensitiveInformationPolicy": {"piiEntities": [_EMAIL]}})
        return {"action": "NONE", "outputs": [], "assessments": [{}], "usage": _USAGE}

    def refusal(self, message: str) -> Json:
        """Return AWS's words."""
        return {"message": message}


_USAGE = {"contentPolicyUnits": 1, "topicPolicyUnits": 0, "wordPolicyUnits": 0}
_VIOLENCE = {"type": "VIOLENCE", "confidence": "HIGH", "action": "BLOCKED"}
_INSULTS = {"type": "INSULTS", "confidence": "LOW", "action": "NONE"}
_EMAIL = {"type": "EMAIL", "match": "a@b.example", "action": "ANONYMIZED"}


def _intervened(text: str, assessment: Json) -> Json:
    return {
        "action": "GUARDRAIL_INTERVENED",
        "outputs": [{"text": text}],
        "assessments": [assessment],
        "usage": _USAGE,
    }
