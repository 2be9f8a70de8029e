"""How a fake speaks NVIDIA NeMo Guardrails' checks.

Format: https://docs.nvidia.com/nemo/microservices/latest/guardrails/checks.html
"""

from fleet_testing.openai_answers import Json
from fleet_testing.openai_upstream import Seen
from fleet_testing.safety_upstream import bearer, is_bad


class NemoGuardrails:
    """Answers `POST /v1/guardrail/checks`, by rails over what users and what assistants say."""

    def named(self, seen: Seen) -> str:
        """Return the model that self-checks ask."""
        if seen.path != "/v1/guardrail/checks":
            raise KeyError(seen.path)
        return str(seen.json()["model"])

    def key(self, seen: Seen) -> str | None:
        """Return the bearer token."""
        return bearer(seen)

    def answer(self, seen: Seen) -> Json:
        """Return which rails block."""
        asked = seen.json()
        asked["guardrails"]["config_id"]  # there is no check without
        said = {"user": "self check input", "assistant": "self check output"}
        rails = {
            rail: {"status": "blocked" if _bad(asked["messages"], role) else "success"}
            for role, rail in said.items()
        }
        blocked = any(rail["status"] == "blocked" for rail in rails.values())
        return {
            "status": "blocked" if blocked else "success",
            "rails_status": rails,
            "guardrails_data": {"config_ids": [asked["guardrails"]["config_id"]]},
        }

    def refusal(self, message: str) -> Json:
        """Return FastAPI's words."""
        return {"detail": message}


def _bad(messages: list[Json], role: str) -> bool:
    return any(is_bad(message["content"]) for message in messages if message["role"] == role)
