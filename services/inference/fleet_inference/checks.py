"""What a chat completion request may not ask for, beyond what its types say."""

from fleet.inference.v1 import messages as m
from fleet_runtime.errors import InvalidArgument

# As OpenAI has it.
MOST_TRIED = 20


def check_chat(request: m.ChatCompletionRequest) -> None:
    """Raise `InvalidArgument` if the fields of `request` do not go together."""
    choice = request.tool_choice
    if choice is not None and choice != "none" and not request.tools:
        raise _wrong("tool_choice", "is only allowed when 'tools' are given")
    if isinstance(choice, str) and choice not in ("none", "auto", "required"):
        raise _wrong("tool_choice", "must be 'none', 'auto', 'required' or a tool by its name")
    if request.top_logprobs is not None and not request.logprobs:
        raise _wrong("top_logprobs", "needs 'logprobs' to be true")
    if request.stream_options is not None and not request.stream:
        raise _wrong("stream_options", "is only allowed when 'stream' is true")
    if request.response_format is not None:
        _check_format(request.response_format)


def check_completion(request: m.CompletionRequest) -> None:
    """Raise `InvalidArgument` if the fields of `request` do not go together."""
    if request.stream_options is not None and not request.stream:
        raise _wrong("stream_options", "is only allowed when 'stream' is true")
    if request.best_of is not None and request.best_of < (request.n or 1):
        raise _wrong("best_of", "must be at least 'n'")
    if request.best_of is not None and request.best_of > max(MOST_TRIED, request.n or 1):
        raise _wrong("best_of", f"must be at most {MOST_TRIED}")
    if request.best_of is not None and request.best_of > (request.n or 1) and request.stream:
        raise _wrong("best_of", "cannot be streamed")


def _check_format(wanted: m.ResponseFormat) -> None:
    if wanted.type == "json_schema" and wanted.json_schema is None:
        raise _wrong("response_format.json_schema", "is required for the type 'json_schema'")


def _wrong(param: str, why: str) -> InvalidArgument:
    return InvalidArgument(f"'{param}' {why}.", code="invalid_value", param=param)
