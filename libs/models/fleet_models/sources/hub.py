"""Models on the Hugging Face hub: `hf:ORG/NAME`, with `@REVISION` for one that is not newest.

`HF_ENDPOINT`, `HF_TOKEN` and `HF_HOME` mean what they mean to Hugging Face's own tools.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from fleet_models.archive import safe_relative
from fleet_models.errors import ChecksumError, DownloadError, ModelError
from fleet_models.fetch import sha256
from fleet_models.kept_files import kept
from fleet_models.progress import Progress
from fleet_models.source import Fetched

if TYPE_CHECKING:
    from huggingface_hub.hf_api import RepoSibling


@dataclass(frozen=True)
class Hub:
    """A model repository of a hub; only config, tokenizer and weights are downloaded."""

    repo: str
    revision: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Hub":
        """Read `ORG/NAME` or `ORG/NAME@REVISION`."""
        repo, _, revision = text.partition("@")
        return cls(repo, revision or None)

    @property
    def spec(self) -> str:
        """What a person writes."""
        return f"hf:{self.repo}" + (f"@{self.revision}" if self.revision else "")

    @property
    def model_id(self) -> str:
        """What to call the model if nobody says."""
        return self.repo

    def fetch(self, parts: Path, scratch: Path, progress: Progress) -> Fetched:  # noqa: ARG002 -- the library has its own
        """Download what makes up the model, and check it against the hub's hashes."""
        if find_spec("huggingface_hub") is None:
            raise ModelError("models of a hub need `pip install 'llama-fleet[hub]'`")
        from huggingface_hub import HfApi, snapshot_download  # noqa: PLC0415 -- an extra

        with self._plain_errors():
            info = HfApi().model_info(self.repo, revision=self.revision, files_metadata=True)
            folder = parts / safe_relative(str(info.sha))
            files = _chosen(info.siblings or [])
            snapshot_download(
                self.repo,
                revision=info.sha,
                local_dir=folder,
                allow_patterns=[file.rfilename for file in files],
                tqdm_class=_reporter(self.repo, sum(file.size or 0 for file in files), progress),
            )
        _check(folder, files)
        return Fetched(folder, str(info.sha), "move")

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        """Say in one sentence what the hub, or the way there, objects to."""
        from huggingface_hub import errors  # noqa: PLC0415 -- an extra

        try:
            yield
        except errors.GatedRepoError as error:
            message = f"{self.repo} is gated: accept its terms on its page, then set HF_TOKEN"
            raise DownloadError(message) from error
        except errors.RevisionNotFoundError as error:
            raise DownloadError(f"{self.repo} has no revision {self.revision!r}") from error
        except errors.RepositoryNotFoundError as error:
            message = f"the hub has no model {self.repo}, or it is private and HF_TOKEN is missing"
            raise DownloadError(message) from error
        except _failures() as error:
            reason = re.sub(r"^\[Errno \d+\] ", "", str(error)).partition("\n")[0]
            raise DownloadError(f"the hub cannot serve {self.repo}: {reason}") from error


def _failures() -> tuple[type[Exception], ...]:
    """Return what the hub's client raises when it cannot ask, or was refused."""
    from huggingface_hub import errors  # noqa: PLC0415 -- an extra

    # The client's HTTP library has changed its name twice, so its error is taken from there.
    http_error: type[Exception] = errors.HTTPError  # type: ignore[attr-defined]
    return http_error, errors.LocalEntryNotFoundError, errors.HFValidationError


def _chosen(files: "list[RepoSibling]") -> "list[RepoSibling]":
    """Leave out what is no part of the model, and refuse names that lead elsewhere."""
    names = set(kept([safe_relative(file.rfilename) for file in files]))
    return [file for file in files if PurePosixPath(file.rfilename) in names]


def _check(folder: Path, files: "list[RepoSibling]") -> None:
    """Compare the large files with the hashes that the hub keeps of them."""
    for file in files:
        path = folder / file.rfilename
        if file.lfs and sha256(path) != file.lfs.sha256:
            path.unlink()
            raise ChecksumError(
                f"{file.rfilename} is not what the hub promised; it was thrown away"
            )


def _reporter(what: str, total: int, progress: Progress) -> type[Any]:
    """Make the class that the hub's client believes to draw its progress bars."""
    from tqdm.auto import tqdm  # type: ignore[import-untyped]  # noqa: PLC0415

    class Reporter(tqdm):  # type: ignore[misc]  # tqdm has no types
        """Draws nothing; passes on how many bytes came."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._counts_bytes = kwargs.get("unit") == "B"
            self._bytes = 0
            super().__init__(*args, **(kwargs | {"disable": True}))

        def update(self, n: float | None = 1) -> None:
            self._bytes += int(n or 0)
            if self._counts_bytes:
                progress(what, self._bytes, total)

    return Reporter
