"""Models that are on this machine already: `folder:PATH` copies, `link:PATH` links."""

from dataclasses import dataclass
from pathlib import Path

from fleet_models.errors import ModelError
from fleet_models.progress import Progress
from fleet_models.source import Fetched


@dataclass(frozen=True)
class Folder:
    """A folder in the layout of Hugging Face or of Meta, or with a GGUF file; left as it is."""

    path: Path
    linked: bool = False

    @property
    def spec(self) -> str:
        """What a person writes."""
        return f"{'link' if self.linked else 'folder'}:{self.path}"

    @property
    def model_id(self) -> str:
        """What to call the model if nobody says."""
        return f"local/{self.path.name}"

    def fetch(self, parts: Path, scratch: Path, progress: Progress) -> Fetched:  # noqa: ARG002 -- the Protocol's
        """Point at the folder."""
        if not self.path.is_dir():
            raise ModelError(f"there is no folder {self.path}")
        return Fetched(self.path, "as found", "link" if self.linked else "copy")
