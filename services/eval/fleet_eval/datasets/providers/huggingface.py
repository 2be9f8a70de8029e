"""`remote::huggingface`: datasets of the Hugging Face Hub, and folders of the same form, by the `datasets` library.

Format: https://huggingface.co/docs/datasets/loading
"""

import asyncio
import os
import re
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from weakref import WeakValueDictionary

import datasets
from pydantic import PositiveFloat, PositiveInt

from fleet_eval.datasets.dataset import Dataset
from fleet_eval.datasets.formats.arrow import rows_of
from fleet_eval.datasets.formats.found import collected
from fleet_eval.datasets.provider import Bounds, Place, Slice
from fleet_runtime.call import Call
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.config import Secret, reveal
from fleet_runtime.errors import (
    DeadlineExceeded,
    InvalidArgument,
    Unavailable,
    Unimplemented,
    UpstreamFailed,
)

_SCHEME = "huggingface://"
_REPOSITORY = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")
_PARAMETERS = ("name", "revision", "split")
# Rows that are taken apart at once.
_BATCH = 256


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an address means.

    Attributes:
        path: The repository, or the folder.
        local: Whether it is a folder.
        name: The configuration of the dataset.
        split: Which part of it.
        revision: Which version of it.
    """

    path: str
    local: bool
    name: str | None
    split: str
    revision: str | None


class HuggingFace:
    """Reads `huggingface://datasets/<repository>`, and `huggingface://folders/<name>` where the config has a folder.

    `split`, `name` and `revision` are in the query: `huggingface://datasets/llamastack/simpleqa?split=train`. A dataset
    is downloaded whole when it is first read, into the library's cache; its rows are mapped into memory, not held.
    """

    class Config(BaseConfig):
        """Where datasets are kept that were downloaded, and how."""

        folder: Path | None = None
        """The folder whose folders are datasets, for `huggingface://folders/<name>`: files with rows, or what the
        library saved."""
        cache_dir: Path | None = None
        """Where the library keeps what it downloaded. Its own place, as `HF_HOME` says, if unset."""
        token: str | Secret | None = None
        """For datasets that are not everybody's."""
        load_seconds: PositiveFloat = 600.0
        """How long a dataset is waited for. The download goes on, and the next call may find it complete."""
        open_datasets: PositiveInt = 32
        """How many datasets are open at once."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._token = reveal(config.token) if config.token else None
        self._open: OrderedDict[_Wanted, Any] = OrderedDict()
        self._coming: WeakValueDictionary[_Wanted, asyncio.Lock] = WeakValueDictionary()
        datasets.disable_progress_bars()

    async def aclose(self) -> None:
        """Let go of all datasets."""
        self._open.clear()

    def reads(self, uri: str) -> bool:
        return uri.startswith(_SCHEME)

    async def register(self, dataset: Dataset, call: Call) -> None:
        self._wanted(dataset.uri or "")

    async def unregister(self, dataset: Dataset, call: Call) -> None:
        """Do nothing: what was downloaded may be another's too."""

    async def read(self, dataset: Dataset, start: Place, bounds: Bounds, call: Call) -> Slice:
        rows = await self._opened(self._wanted(dataset.uri or ""))
        return await asyncio.to_thread(_read, rows, start, bounds)

    def _wanted(self, uri: str) -> _Wanted:
        """Return what an address means.

        Raises:
            InvalidArgument: It is none.
            Unimplemented: It means a folder, and there are none.
        """
        parts = urlsplit(uri)
        query = dict(parse_qsl(parts.query))
        path = parts.path.strip("/")
        unknown = query.keys() - set(_PARAMETERS)
        if parts.netloc not in ("datasets", "folders") or not _REPOSITORY.fullmatch(path):
            raise _wrong("it begins with 'huggingface://datasets/' and the name of a repository")
        if unknown:
            raise _wrong(f"its query has nothing but {', '.join(_PARAMETERS)}")
        local = parts.netloc == "folders"
        return _Wanted(
            self._folder(path) if local else path,
            local,
            query.get("name"),
            query.get("split", "train"),
            query.get("revision"),
        )

    def _folder(self, name: str) -> str:
        if self._config.folder is None:
            raise Unimplemented(
                "There are no 'huggingface://folders/' here: the provider has no 'folder' in its config.",
                code="no_folder",
            )
        root = self._config.folder.resolve()
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_dir():
            raise _wrong(f"the provider's folder has no folder '{name}'")
        return str(path)

    async def _opened(self, wanted: _Wanted) -> Any:
        """Return a dataset, which is loaded once for all who wait for it."""
        lock = self._coming.setdefault(wanted, asyncio.Lock())
        try:
            async with asyncio.timeout(self._config.load_seconds), lock:
                if wanted not in self._open:
                    self._open[wanted] = await asyncio.to_thread(self._loaded, wanted)
                self._open.move_to_end(wanted)
                if len(self._open) > self._config.open_datasets:
                    self._open.popitem(last=False)
                return self._open[wanted]
        except TimeoutError:
            raise DeadlineExceeded(
                "The dataset did not come in time; try again later.", code="load_timeout"
            ) from None

    def _loaded(self, wanted: _Wanted) -> Any:
        try:
            if wanted.local and Path(wanted.path, "state.json").exists():
                return datasets.load_from_disk(wanted.path).with_format("arrow")
            if not wanted.local and Path(wanted.path).exists():
                # The library would take the folder for it.
                raise _wrong(f"'{wanted.path}' is a folder where the service runs")
            return self._load(wanted).with_format("arrow")
        except (datasets.exceptions.DatasetsError, FileNotFoundError, ValueError) as error:
            raise InvalidArgument(
                f"The dataset cannot be loaded: {error}",
                code="source_not_found",
                param="source.uri",
            ) from None
        except (ConnectionError, TimeoutError) as error:
            raise Unavailable(
                f"The Hugging Face Hub cannot be reached: {type(error).__name__}.",
                code="upstream_unreachable",
            ) from None
        except OSError as error:  # the library's kinds of HTTP errors are all of this kind
            status = getattr(getattr(error, "response", None), "status_code", 502)
            raise UpstreamFailed(
                f"The Hugging Face Hub refused: {error}", status=status, code="upstream_refused"
            ) from None

    def _load(self, wanted: _Wanted) -> Any:
        return datasets.load_dataset(
            wanted.path,
            name=wanted.name,
            split=wanted.split,
            revision=wanted.revision,
            cache_dir=str(self._config.cache_dir) if self._config.cache_dir else None,
            token=self._token or (None if os.environ.get("HF_TOKEN") else False),
        )


def _read(dataset: Any, start: Place, bounds: Bounds) -> Slice:
    """Read rows, which are found by their numbers."""
    total = len(dataset)
    first = min(start.row, total)

    def rows() -> Any:
        for begin in range(first, total, _BATCH):
            batch = dataset[begin : min(begin + _BATCH, total)]
            for number, row in enumerate(rows_of(batch), begin + 1):
                yield row, number

    found = collected(rows(), first, 0, bounds)
    return Slice(found.rows, Place(first + len(found.rows)), found.ended)


def _wrong(why: str) -> InvalidArgument:
    return InvalidArgument(
        f"The address cannot be read: {why}.", code="invalid_value", param="source.uri"
    )
