"""How much a model is to think, in Google's words.

Format: https://ai.google.dev/gemini-api/docs/thinking, https://ai.google.dev/gemini-api/docs/openai#thinking
"""

import re
from typing import Any

from fleet.inference.v1 import messages as m

LEVELS = {
    "none": "minimal",
    "minimal": "minimal",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
}
"""The levels of Gemini 3 and later by OpenAI's efforts. These models cannot be kept from thinking altogether."""
BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576, "xhigh": 24576}
"""The budgets of Gemini 2.5 in tokens by OpenAI's efforts, as the vendor's own OpenAI-compatible API has them."""

_BEFORE_3 = re.compile(r"(^|/)gemini-(embedding|[12])\b")


def before_gemini_3(model: str) -> bool:
    """Say whether a model is of the generations that think within a budget, and sign nothing that must come back."""
    return bool(_BEFORE_3.search(model))


def thinking_config(request: m.ChatCompletionRequest) -> dict[str, Any] | None:
    """Return the field `thinkingConfig` for the effort that `request` asks for; the model decides if for none."""
    effort = request.reasoning_effort
    if effort is None:
        return None
    shown = {"includeThoughts": effort != "none"}
    if before_gemini_3(request.model):
        return shown | {"thinkingBudget": BUDGETS[effort]}
    return shown | {"thinkingLevel": LEVELS[effort]}
