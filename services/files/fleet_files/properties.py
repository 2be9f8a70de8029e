"""What a file says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DocumentProperties:
    """The properties of a document.

    Attributes:
        page_count: How many pages it has, if it has pages.
        values: Its title, its author and the like.
    """

    page_count: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
