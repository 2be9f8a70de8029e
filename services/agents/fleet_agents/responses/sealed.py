"""Text that callers keep for us and hand back as it was: `encrypted_content`.

OpenAI encrypts it, to hide what its models thought. There is nothing to hide here: callers read the thoughts of their
models, and what a summary stands for is their own conversation. So it is packed, and known again by its first byte.
"""

import base64
import binascii
import zlib

from fleet_runtime.errors import InvalidArgument

_MARK = b"\x01"
# In bytes. What is unpacked must not be able to fill the memory.
_LONGEST = 4 * 2**20


def seal(text: str) -> str:
    """Return `text`, packed."""
    return base64.urlsafe_b64encode(_MARK + zlib.compress(text.encode())).decode()


def unseal(sealed: str, param: str) -> str:
    """Return what was packed.

    Raises:
        InvalidArgument: It was not packed here, or not handed back as it was. `param` names it.
    """
    try:
        packed = base64.urlsafe_b64decode(sealed.encode())
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(packed[1:], _LONGEST).decode()
    except (ValueError, binascii.Error, zlib.error):
        raise not_ours(param) from None
    if packed[:1] != _MARK or not unpacking.eof:
        raise not_ours(param)
    return text


def not_ours(param: str) -> InvalidArgument:
    """Return the error that a text was not packed here; `param` names it."""
    return InvalidArgument(
        "'encrypted_content' is not what a response of this fleet held.",
        code="invalid_encrypted_content",
        param=param,
    )
