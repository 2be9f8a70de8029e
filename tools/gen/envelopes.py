"""What REST callers are told of errors and of streams, by the dialect of the service."""

from dataclasses import dataclass

from tools.gen.schemas import Json


@dataclass(frozen=True)
class Envelope:
    """What the document says of one dialect.

    Attributes:
        prefix: What the names of its schema and of its responses begin with.
        error: The schema of its errors.
        streamed: What the schema of an event stream cannot say.
        named_events: Whether events have names beside their data.
    """

    prefix: str
    error: Json
    streamed: str
    named_events: bool = False


def _object(description: str, **properties: Json) -> Json:
    """Return the schema of an object that always has all of its fields."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
    }


def _text(description: str, *kinds: str) -> Json:
    return {"type": list(kinds) if kinds else "string", "description": description}


MESSAGE = _text("What is wrong and what would help, for a person.")
LATE = " A failure after the first chunk is an event whose data is an error."
NAMED = (
    " With `stream`, server-sent events: the data of each is one event, and its name that event's type."
    " A failure after the first event is one more, named `error`, whose data is an error."
)

_OPENAI_ERROR = _object(
    "The error.",
    message=MESSAGE,
    type=_text("The kind of error, such as `invalid_request_error`."),
    param=_text(
        "The field of the request that is wrong, such as `messages[0].role`.", "string", "null"
    ),
    code=_text("The error for machines, such as `model_not_found`.", "string", "null"),
)
OPENAI = Envelope(
    "",
    _object("What went wrong, in OpenAI's envelope.", error=_OPENAI_ERROR),
    " With `stream`, server-sent events: the data of each is one chunk, and that of the last is `[DONE]`."
    + LATE,
)
ENVELOPES = {
    "": OPENAI,
    "ANTHROPIC": Envelope(
        "Anthropic",
        _object(
            "What went wrong, in Anthropic's envelope.",
            type={"type": "string", "const": "error", "description": "Always `error`."},
            error=_object(
                "The error.",
                type=_text("The kind of error, such as `invalid_request_error`."),
                message=MESSAGE,
            ),
        ),
        NAMED,
        named_events=True,
    ),
    "GOOGLE": Envelope(
        "Google",
        _object(
            "What went wrong, in Google's envelope.",
            error=_object(
                "The error.",
                code={"type": "integer", "description": "The HTTP status."},
                message=MESSAGE,
                status=_text("gRPC's name for it, such as `INVALID_ARGUMENT`."),
            ),
        ),
        NAMED,
        named_events=True,
    ),
    "LLAMA_STACK": Envelope(
        "",
        OPENAI.error,
        " With `stream`, server-sent events: the data of each is one chunk." + LATE,
    ),
    "OPENAI_RESPONSES": Envelope(
        "",
        OPENAI.error,
        " With `stream`, server-sent events: the data of each is one event, and its name that event's type; the data"
        " of the last is `[DONE]`.",
        named_events=True,
    ),
}
"""By the name of the dialect, which is empty for OpenAI's."""
