"""What comes back with a chunk: where it is from, and until when it is there."""

from typing import Any

import msgspec

from fleet.vector_io.v1 import messages as m


class Payload(msgspec.Struct, omit_defaults=True):
    """What a provider keeps for the service beside a chunk.

    Attributes:
        filename: The name of its file.
        source: Where it comes from.
        metadata: What else is known of it: `page`, `pages`, `headings`, or what the caller put in.
        expires: When it expires, in Unix seconds.
        embedding_model: The model that made its vector.
    """

    filename: str = ""
    source: m.ChunkMetadata | None = None
    metadata: dict[str, Any] = {}
    expires: int | None = None
    embedding_model: str | None = None


_decode = msgspec.json.Decoder(Payload).decode
_encode = msgspec.json.Encoder().encode


def written(payload: Payload) -> str:
    """Return a payload as JSON."""
    return _encode(payload).decode()


def read(text: str) -> Payload:
    """Return the payload that `written` wrote."""
    return _decode(text)
