"""What Open Responses demands of a response, beyond what OpenAI's SDK looks at.

Source: `required` of `ResponseResource` in https://www.openresponses.org/openapi/openapi.json.
"""

from typing import Any

NULLS = frozenset(
    {
        "incomplete_details",
        "previous_response_id",
        "instructions",
        "error",
        "user",
        "max_output_tokens",
        "max_tool_calls",
        "safety_identifier",
        "prompt_cache_key",
    }
)
"""Fields that are there, and null where nobody has asked for anything."""

_OTHERS = frozenset(
    {
        "id",
        "object",
        "created_at",
        "completed_at",
        "status",
        "model",
        "output",
        "tools",
        "tool_choice",
        "truncation",
        "parallel_tool_calls",
        "text",
        "top_p",
        "presence_penalty",
        "frequency_penalty",
        "top_logprobs",
        "temperature",
        "reasoning",
        "usage",
        "store",
        "background",
        "service_tier",
        "metadata",
    }
)


def missing(response: dict[str, Any]) -> list[str]:
    """Return the names of fields that a response must have, and does not."""
    return sorted((NULLS | _OTHERS) - set(response))
