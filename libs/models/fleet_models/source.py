"""What a source of models is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from fleet_models.progress import Progress


@dataclass(frozen=True)
class Fetched:
    """Files that hold a model somewhere among them.

    Attributes:
        folder: Where they are.
        revision: Which version of the model it is, in the source's own words.
        placing: How the model's files get from there into the store.
    """

    folder: Path
    revision: str
    placing: Literal["move", "copy", "link"]


class Source(Protocol):
    """Somewhere a model can be had from."""

    @property
    def spec(self) -> str:
        """The source as a person writes it, such as `hf:org/name`."""
        ...

    @property
    def model_id(self) -> str:
        """What to call the model if nobody says."""
        ...

    def fetch(self, parts: Path, scratch: Path, progress: Progress) -> Fetched:
        """Get the model's files.

        Args:
            parts: A folder that outlives an interruption, for downloads to resume from.
            scratch: An empty folder that is deleted afterwards.
            progress: Told how far the download is.

        Raises:
            ModelError: They cannot be had.
        """
        ...
