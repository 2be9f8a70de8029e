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


def check_reason(reason: str, said: str | None = None) -> None:
    """Raise `UpstreamFailed` if an answer that ended for `reason` did not end well; `said` is what the server says."""
    if reason.lower() in _FAILED:
        raise UpstreamFailed(
            said or "The model server broke off the answer; try again.",
            status=502,
            code=f"upstream_{reason.lower()}",
        )


def finish_reason(reason: str, *, called: bool) -> str:
    """Return why an answer ended, by OpenAI's name; `called` says whether it calls tools."""
    named = _REASONS.get(reason.lower(), reason.lower())
    return "tool_calls" if called and named == "stop" else named
