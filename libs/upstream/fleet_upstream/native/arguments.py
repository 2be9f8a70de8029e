"""The arguments of calls, which OpenAI has as JSON text and the vendors as objects."""

import msgspec


def as_object(text: str) -> bytes:
    """Return the JSON object that `text` is; an empty one where a model was cut off, or wrote something else."""
    sent = text.encode()
    try:
        found = msgspec.json.decode(sent)
    except (msgspec.DecodeError, RecursionError):
        return b"{}"
    return sent if isinstance(found, dict) else b"{}"
