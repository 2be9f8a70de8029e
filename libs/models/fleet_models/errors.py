"""What can go wrong with models on disk. Every text is one sentence for a person."""


class ModelError(Exception):
    """A model cannot be had, read or kept; the message says why and what would help."""


class ModelNotFoundError(ModelError):
    """The model is not in the store."""


class DownloadError(ModelError):
    """A server could not be reached, or refused."""


class ChecksumError(ModelError):
    """Bytes are not the bytes that were promised."""
