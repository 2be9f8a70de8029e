"""`data:` addresses: rows that the address itself holds.

Format: https://www.rfc-editor.org/rfc/rfc2397
"""

import binascii
from base64 import b64decode
from hashlib import blake2b
from io import BytesIO
from urllib.parse import unquote_to_bytes

from fleet_eval.datasets.file_rows import OpenFile
from fleet_runtime.errors import InvalidArgument


def opened(uri: str) -> OpenFile:
    """Open what a `data:` address holds.

    Raises:
        InvalidArgument: It is none.
    """
    head, comma, text = uri.removeprefix("data:").partition(",")
    kind, *parameters = head.split(";")
    if not comma:
        raise _wrong("it has no comma before its data")
    try:
        data = unquote_to_bytes(text)
        data = b64decode(data, validate=True) if "base64" in parameters else data
    except binascii.Error:
        raise _wrong("its data is no base64") from None
    version = blake2b(data, digest_size=12).hexdigest()
    return OpenFile(BytesIO(data), version, "", kind.strip().lower())


def _wrong(why: str) -> InvalidArgument:
    return InvalidArgument(
        f"The 'data:' address cannot be read: {why}.", code="invalid_value", param="source.uri"
    )
