"""How much a model is to think, in Anthropic's words.

Format: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking,
https://platform.claude.com/docs/en/build-with-claude/extended-thinking, https://platform.claude.com/docs/en/build-with-claude/effort
"""

from typing import Any

from fleet.inference.v1 import messages as m
from fleet_upstream.anthropic.models import Model
from fleet_upstream.native.fields import wrong

LEVELS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "xhigh"}
"""The vendor's efforts by OpenAI's."""
BUDGETS = {"minimal": 1024, "low": 1024, "medium": 4096, "high": 16384, "xhigh": 32768}
"""What older models may think for each effort, in tokens; ours, as the vendor names only the least, 1024."""
_LEAST_BUDGET = 1024


def thinking(
    request: m.ChatCompletionRequest, model: Model, most: int, *, lost: bool = False
) -> dict[str, Any]:
    """Return the fields `thinking` and `effort` for the effort that `request` asks for, if any.

    Args:
        request: The request.
        model: The model, and what it can.
        most: The most tokens to produce, thinking included.
        lost: Whether the model thought before it called the tools that have just answered, and nobody knows what.

    Raises:
        InvalidArgument: The model cannot think, or has no room for it.
    """
    effort, types = request.reasoning_effort, model.can.thinking.types
    if effort is None:
        return {}
    if effort == "none":
        return {"thinking": {"type": "disabled"}}
    level = _level(effort, model)
    fields: dict[str, Any]
    if types.adaptive.supported and level:
        return {"thinking": {"type": "adaptive", "display": "summarized"}, "effort": level}
    if not types.enabled.supported:
        raise wrong("reasoning_effort", f"is nothing that '{model.id}' knows; leave it out")
    budget = min(BUDGETS[effort], most // 2)
    if budget < _LEAST_BUDGET:
        raise wrong("max_completion_tokens", f"must be at least {2 * _LEAST_BUDGET} to think")
    fields = {"effort": level} if level else {}
    if lost:  # then such a model may not think again before its turn has ended
        return fields
    return fields | {"thinking": {"type": "enabled", "budget_tokens": budget}}


def _level(effort: str, model: Model) -> str | None:
    """Return the vendor's name for an effort, or the next lower one, if the model knows it."""
    level, can = LEVELS[effort], model.can.effort
    if level == "xhigh" and not can.knows(level):
        level = "high"
    return level if can.knows(level) else None
