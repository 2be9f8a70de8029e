"""Bytes that a provider keeps, and how they are read again."""

import hashlib
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass

from fleet_files.provider import Content, FilesProvider
from fleet_runtime.errors import UpstreamFailed
from fleet_runtime.providers import Opened


@dataclass(frozen=True, slots=True)
class Kept:
    """Where bytes are, and which.

    Attributes:
        provider: The id of the provider.
        key: The provider's name for them.
        size: How many there are.
        sha256: Their SHA-256, in hexadecimal.
    """

    provider: str
    key: str
    size: int
    sha256: str


class Keepers:
    """The providers by their ids; new bytes go to the first.

    Args:
        opened: They, in the order of the config.
    """

    def __init__(self, opened: Mapping[str, Opened[FilesProvider]]) -> None:
        self.opened = opened

    @property
    def first(self) -> Opened[FilesProvider]:
        """The provider of new bytes."""
        return next(iter(self.opened.values()))

    def of(self, provider: str) -> FilesProvider:
        """Return the provider of this id.

        Raises:
            UpstreamFailed: It is no longer configured.
        """
        if provider not in self.opened:
            raise UpstreamFailed(
                f"This file is kept by the provider '{provider}', which is not configured any more.",
                status=502,
                code="provider_not_configured",
            )
        return self.opened[provider].provider

    async def read(self, kept: Kept) -> Content:
        """Yield bytes, piece by piece, and check that they are those that were put in.

        Raises:
            NotFound: The provider has them no more.
            UpstreamFailed: They are others, which shows at their end.
        """
        digest, size = hashlib.sha256(), 0
        async with aclosing(self.of(kept.provider).read(kept.key)) as pieces:
            async for piece in pieces:
                digest.update(piece)
                size += len(piece)
                yield piece
        if (size, digest.hexdigest()) != (kept.size, kept.sha256):
            raise UpstreamFailed(
                f"The content of this file is not what was uploaded: the provider '{kept.provider}' has damaged it.",
                status=502,
                code="file_damaged",
            )
