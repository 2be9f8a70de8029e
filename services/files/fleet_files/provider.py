"""What a files provider is: where the bytes of files are kept. What is known of files, the service keeps itself."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from pydantic import PositiveInt

from fleet_runtime.config import Config
from fleet_runtime.providers import Provider

YEAR = 365 * 24 * 3600

Content: TypeAlias = AsyncGenerator[bytes, None]
"""The bytes of a file, piece by piece, none larger than 1 MiB. To close it early stops what it comes from."""


@dataclass(frozen=True, slots=True)
class About:
    """What a file's owner says of it.

    Attributes:
        filename: Its name, with its ending.
        content_type: What it is, such as `application/pdf`.
        purpose: What it is for, as OpenAI has it.
        expires_after: How long it is to be kept, in seconds, if its owner said so.
    """

    filename: str
    content_type: str
    purpose: str
    expires_after: int | None = None


class NewFile(Protocol):
    """A file that is coming in."""

    @property
    def id(self) -> str:
        """What the service calls it; never given twice. Letters, digits and `-`."""
        ...

    def content(self) -> Content:
        """Yield its bytes as they come. Raises whatever ends that early; nothing may be kept then."""
        ...

    async def about(self) -> About:
        """Return what its owner says of it: known when all of `content` is here, and not before."""
        ...


class RetentionConfig(Config):
    """What all providers are asked for."""

    ttl_secs: PositiveInt | None = YEAR
    """How long files are kept whose owners do not say, in seconds. For ever if `null`."""
    metadata_store: dict[str, Any] | None = None
    """Of no effect, and here for Llama Stack's configs: the service keeps what it knows of files itself."""


class FilesProvider(Provider, Protocol):
    """Keeps the bytes of files."""

    @property
    def ttl_secs(self) -> int | None:
        """How long files are kept whose owners do not say, in seconds; for ever if unset."""
        ...

    async def put(self, file: NewFile) -> str:
        """Keep a file, whole or not at all, with no more than a few MiB of it in memory.

        Returns:
            The key under which it is from now on.

        Raises:
            FleetError: The provider cannot keep it; or what `file.content` and `file.about` raise.
        """
        ...

    def read(self, key: str) -> Content:
        """Yield the bytes under a key.

        Going through it raises `NotFound` where there is nothing under it, and `FleetError` where the provider fails.
        """
        ...

    async def delete(self, key: str) -> None:
        """Remove what is under a key. It may be nothing, or all done before.

        The id of a file may stand for its key: then what a `put` began, whose process died, is removed too.
        """
        ...
