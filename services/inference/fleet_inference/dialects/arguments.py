"""The arguments of calls, which models write as JSON text and may get wrong."""

import msgspec


def arguments_object(text: str | None) -> bytes:
    """Return the JSON object that `text` is; an empty one where the model was cut off, or wrote something else."""
    sent = (text or "").encode()
    try:
        found = msgspec.json.decode(sent)
    except (msgspec.DecodeError, RecursionError):
        return b"{}"
    return sent if isinstance(found, dict) else b"{}"
