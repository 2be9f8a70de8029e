"""`remote::nvidia`: datasets of NVIDIA NeMo: known to its Entity Store, with files in its Data Store.

Formats: https://docs.nvidia.com/nemo/microservices/latest/api/entity-store.html, and for the Data Store, which speaks
as the Hugging Face Hub does below `/v1/hf`, https://huggingface.co/docs/hub/api
"""

import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import msgspec
from pydantic import AliasChoices, Field

from fleet_eval.datasets.dataset import Dataset
from fleet_eval.datasets.file_rows import FileRows
from fleet_eval.datasets.held_files import HeldFiles, HeldFilesConfig, Incoming
from fleet_eval.datasets.provider import Bounds, Place, Slice
from fleet_runtime.call import Call
from fleet_runtime.config import Secret
from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_upstream.address import Address
from fleet_upstream.client import HttpClient
from fleet_upstream.exchange import Exchange
from fleet_upstream.json_api import JSON
from fleet_upstream.keys import Keys
from fleet_upstream.refusals import refusal
from fleet_upstream.settings import UpstreamConfig

_URI = re.compile(
    r"hf://datasets/(?P<repository>[\w.-]+/[\w.-]+)(@(?P<revision>[\w.-]+))?(/(?P<path>.+))?"
)
_ENDINGS = (".csv", ".jsonl", ".ndjson", ".parquet", ".tsv")
_OK = 200
_DONE = (200, 201, 204)
_NONE = 404
_THERE = 409
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an address means: a repository, its version, and a file in it, if the address says so."""

    repository: str
    revision: str
    path: str | None


class _Entry(msgspec.Struct):
    """What is in a repository."""

    path: str
    type: str = "file"


class Nvidia:
    """Reads `hf://datasets/<namespace>/<name>`, and tells the Entity Store of datasets that are registered.

    The address goes on with the path of a file where the repository has several with rows.
    """

    class Config(UpstreamConfig):
        """Where both stores are."""

        base_url: str | Secret = Field(
            default="http://nemo.test", validation_alias=AliasChoices("base_url", "datasets_url")
        )
        """Where the Entity Store is."""
        datastore_url: str | Secret | None = None
        """Where the Data Store is. At the same place if unset."""
        dataset_namespace: str = "default"
        """The namespace of datasets that are registered."""
        project_id: str = "test-project"
        """Their project."""
        held: HeldFilesConfig = HeldFilesConfig()
        """How files are held that are read."""

    def __init__(self, config: Config) -> None:
        self._config = config
        store = config.model_copy(update={"base_url": config.datastore_url or config.base_url})
        self._keys = Keys(config.api_key, "nvidia_api_key")
        self._entities = HttpClient(config)
        self._files = HttpClient(store)
        self._held = HeldFiles(config.held)
        self._rows = FileRows()

    async def aclose(self) -> None:
        """Let go of files and connections."""
        self._held.close()
        await self._entities.aclose()
        await self._files.aclose()

    def reads(self, uri: str) -> bool:
        return uri.startswith("hf://")

    async def register(self, dataset: Dataset, call: Call) -> None:
        """Tell the Entity Store. A dataset that it knows already is as good."""
        _wanted(dataset.uri or "")
        metadata = msgspec.json.decode(dataset.metadata)
        told: dict[str, Any] = {
            "name": dataset.id,
            "namespace": self._config.dataset_namespace,
            "files_url": dataset.uri,
            "project": self._config.project_id,
        }
        told |= {name: metadata[name] for name in ("format", "description") if name in metadata}
        url = self._entities.base / "v1/datasets"
        await self._told("POST", url, msgspec.json.encode(told), call, as_good=_THERE)

    async def unregister(self, dataset: Dataset, call: Call) -> None:
        """Have the Entity Store forget it. The files stay."""
        name = f"{quote(self._config.dataset_namespace, safe='')}/{quote(dataset.id, safe='')}"
        url = self._entities.base / f"v1/datasets/{name}"
        await self._told("DELETE", url, None, call, as_good=_NONE)

    async def read(self, dataset: Dataset, start: Place, bounds: Bounds, call: Call) -> Slice:
        wanted = _wanted(dataset.uri or "")
        path = wanted.path or await self._only_file(wanted, call)
        name = f"{wanted.repository}@{wanted.revision}/{path}"
        source = await self._held.opened(name, lambda: self._fetched(wanted, path, call))
        return await self._rows.read(source, start, bounds)

    async def _told(
        self, verb: str, url: Address, body: bytes | None, call: Call, *, as_good: int
    ) -> None:
        """Tell the Entity Store something; the status `as_good` means that it was so already."""
        headers = self._headers(call) | ({"content-type": JSON} if body else {})
        exchange = self._entities.exchange(verb, url, headers, body, call.seconds_left())
        async with exchange as answer:
            if answer.status not in (*_DONE, as_good):
                raise refusal(
                    answer.status, await answer.read(), answer.headers, self._keys.of(call)
                )

    async def _only_file(self, wanted: _Wanted, call: Call) -> str:
        """Return the path of the one file with rows of a repository.

        Raises:
            InvalidArgument: There are several, or none.
        """
        place = f"v1/hf/api/datasets/{wanted.repository}/tree/{quote(wanted.revision, safe='')}"
        url = self._files.base / f"{place}?recursive=true"
        async with self._asked(url, call) as answer:
            body = await answer.read()
        try:
            entries = msgspec.json.decode(body, type=list[_Entry])
        except msgspec.DecodeError:
            raise UpstreamFailed(
                "The Data Store answered with no list of files.", status=502, code="bad_answer"
            ) from None
        paths = [each.path for each in entries if PurePosixPath(each.path).suffix in _ENDINGS]
        if len(paths) != 1:
            known = ", ".join(sorted(paths)[:20]) or "none"
            raise InvalidArgument(
                f"Of several files with rows the address must name one, as '…/<path>'; there are: {known}.",
                code="ambiguous_source" if paths else "source_not_found",
                param="source.uri",
            )
        return paths[0]

    @asynccontextmanager
    async def _fetched(
        self, wanted: _Wanted, path: str, call: Call
    ) -> AsyncGenerator[Incoming, None]:
        """Ask for a file, wherever the Data Store keeps its bytes."""
        revision = quote(wanted.revision, safe="")
        place = f"v1/hf/datasets/{wanted.repository}/resolve/{revision}/{quote(path)}"
        url = self._files.base / place
        async with AsyncExitStack() as stack:
            client, headers = self._files, self._headers(call)
            for _ in range(_MOST_REDIRECTS + 1):
                exchange = client.exchange("GET", url, headers, None, call.seconds_left())
                answer = await stack.enter_async_context(exchange)
                place = answer.headers.get("location", "")
                if answer.status not in _REDIRECTS or not place:
                    break
                url = _address(urljoin(str(url), place))
                if url.endpoint != client.base.endpoint:
                    # What is elsewhere must not be told our key.
                    client, headers = HttpClient(self._elsewhere(url)), {}
                    stack.push_async_callback(client.aclose)
            await self._check(answer, call)
            yield Incoming(PurePosixPath(path).name, answer.content_type, _pieces(answer))

    def _elsewhere(self, url: Address) -> UpstreamConfig:
        """Return how another server is reached than the two of the config."""
        network = self._config.network.model_copy(update={"headers": {}})
        return UpstreamConfig(base_url=f"{url.scheme}://{url.endpoint}", network=network)

    @asynccontextmanager
    async def _asked(self, url: Address, call: Call) -> AsyncGenerator[Exchange, None]:
        """Ask the Data Store, and yield its answer, which is a good one."""
        headers = self._headers(call)
        async with self._files.exchange("GET", url, headers, None, call.seconds_left()) as answer:
            await self._check(answer, call)
            yield answer

    async def _check(self, answer: Exchange, call: Call) -> None:
        if answer.status == _NONE:
            raise InvalidArgument(
                "The Data Store has no such repository, version or file.",
                code="source_not_found",
                param="source.uri",
            )
        if answer.status != _OK:
            raise refusal(answer.status, await answer.read(), answer.headers, self._keys.of(call))

    def _headers(self, call: Call) -> dict[str, str]:
        key = self._keys.of(call)
        return {"authorization": f"Bearer {key.text}"} if key.text else {}


async def _pieces(answer: Exchange) -> AsyncGenerator[bytes, None]:
    while piece := await answer.more():
        yield piece


def _address(text: str) -> Address:
    """Return where an answer sends us on to, with its query."""
    try:
        parts, address = urlsplit(text), Address.parse(text)
    except ValueError:
        raise UpstreamFailed(
            "The Data Store sent us on to what is no address.", status=502, code="bad_answer"
        ) from None
    return replace(address, path=f"{parts.path or '/'}?{parts.query}") if parts.query else address


def _wanted(uri: str) -> _Wanted:
    """Return what an address means.

    Raises:
        InvalidArgument: It is none.
    """
    found = _URI.fullmatch(uri)
    if found is None:
        raise InvalidArgument(
            "The address must be 'hf://datasets/<namespace>/<name>', and may go on with the path of a file.",
            code="invalid_value",
            param="source.uri",
        )
    return _Wanted(found["repository"], found["revision"] or "main", found["path"])
