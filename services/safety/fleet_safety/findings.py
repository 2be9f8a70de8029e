"""Verdicts as callers see them: violations, and OpenAI's moderation results."""

from collections.abc import Mapping
from typing import Any

import msgspec

from fleet.safety.v1 import messages as m
from fleet_safety.provider import Conversation, Verdict

REFUSAL = "I can't answer that. Can I help with something else?"
"""What is said instead, where a provider says nothing better. Llama Stack's words."""


def violation(verdict: Verdict) -> m.SafetyViolation | None:
    """Return what is wrong; nothing where nothing is."""
    if not verdict.flagged:
        return None
    found = [name for name, flagged in verdict.categories.items() if flagged]
    metadata = {"violation_type": ",".join(found), **verdict.metadata}
    return m.SafetyViolation(
        violation_level=verdict.level,
        user_message=verdict.user_message or REFUSAL,
        metadata=_json(metadata),
    )


def result(verdict: Verdict, judged: Conversation) -> m.ModerationResult:
    """Return OpenAI's result for one input."""
    kinds = [
        kind for kind, there in (("text", judged[-1].text), ("image", judged[-1].images)) if there
    ]
    return m.ModerationResult(
        flagged=verdict.flagged,
        categories=dict(verdict.categories),
        category_scores={name: verdict.scores.get(name, 0.0) for name in verdict.categories},
        category_applied_input_types={
            name: kinds if flagged else [] for name, flagged in verdict.categories.items()
        },
        user_message=(verdict.user_message or REFUSAL) if verdict.flagged else None,
        metadata=_json(verdict.metadata),
    )


def _json(value: Mapping[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))
