"""How a fake speaks OpenAI's Moderations API.

Format: https://platform.openai.com/docs/api-reference/moderations
"""

from typing import Any

from fleet_testing.openai_answers import Json, error
from fleet_testing.openai_upstream import Seen
from fleet_testing.safety_upstream import bearer, is_bad


class OpenAIModerations:
    """Answers `POST /v1/moderations`: a list of texts is several inputs, one of parts is one."""

    def named(self, seen: Seen) -> str:
        """Return the model."""
        if seen.path != "/v1/moderations":
            raise KeyError(seen.path)
        return str(seen.json()["model"])

    def key(self, seen: Seen) -> str | None:
        """Return the bearer token."""
        return bearer(seen)

    def answer(self, seen: Seen) -> Json:
        """Return a moderation."""
        asked = seen.json()
        given = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
        texts = all(isinstance(item, str) for item in given)
        inputs: list[Any] = given if texts else [given]
        results = [_result(bad=is_bad(one)) for one in inputs]
        return {"id": "modr-1", "model": asked["model"], "results": results}

    def refusal(self, message: str) -> Json:
        """Return OpenAI's envelope."""
        return error(message, "invalid_request_error", "made_to_fail")


def _result(*, bad: bool) -> Json:
    return {
        "flagged": bad,
        "categories": {"violence": bad, "hate": False},
        "category_scores": {"violence": 0.98 if bad else 0.01, "hate": 0.001},
        "category_applied_input_types": {"violence": ["text"], "hate": ["text"]},
    }
