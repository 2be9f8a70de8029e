"""Writing event streams, as AWS's servers do.

Format: https://smithy.io/2.0/aws/amazon-eventstream.html
"""

import json
import struct
import zlib
from collections.abc import Mapping

from fleet_testing.openai_answers import Json


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return a message of an event stream."""
    packed = b"".join(
        struct.pack("!B", len(name))
        + name.encode()
        + struct.pack("!BH", 7, len(value))
        + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack("!II", len(packed) + len(payload) + 16, len(packed))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + packed + payload
    return message + struct.pack("!I", zlib.crc32(message))


def event(kind: str, content: Json) -> bytes:
    """Return an event of a stream."""
    return frame(
        {":event-type": kind, ":content-type": "application/json", ":message-type": "event"},
        json.dumps(content | {"p": "abcd"}).encode(),
    )


def exception(kind: str, message: str) -> bytes:
    """Return an event that ends a stream with an error."""
    return frame(
        {
            ":exception-type": kind,
            ":content-type": "application/json",
            ":message-type": "exception",
        },
        json.dumps({"message": message}).encode(),
    )
