"""Why a file cannot be read."""

from typing import Literal, TypeAlias

Code: TypeAlias = Literal["unsupported_file", "encrypted_file", "broken_file", "file_too_large"]
"""The codes that callers see."""

ENCRYPTED = "The file is encrypted. Save it without a password, and send it again."


class ReadError(Exception):
    """A file cannot be read; the text says why, and what would help."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
