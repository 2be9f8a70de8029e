"""Why answers end."""

from fleet_runtime.errors import UpstreamFailed

# Oracle's words are its models' vendors', in capitals or not.
_REASONS = {
    "complete": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "error_limit": "length",
    "tool_call": "tool_calls",
    "error_toxic": "content_filter",
    "content_filtered": "content_filter",
}
_FAILED = ("error", "user_cancel")


def finish_reason(reason: str, *, called: bool) -> str:
    """Return why an answer ended, by OpenAI's name; `called` says whether it calls tools.

    Raises:
        UpstreamFailed: It did not end well.
    """
    reason = reason.lower()
    if reason in _FAILED:
        raise UpstreamFailed(
            "The model server broke off the answer; try again.",
            status=502,
            code=f"upstream_{reason}",
        )
    named = _REASONS.get(reason, reason)
    return "tool_calls" if called and named == "stop" else named
