"""`remote::docling-serve`: Docling's own server.

Format: https://docling-project.github.io/docling/usage/api_server/rest_api
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from pydantic import Field

from fleet_chunking.block import Block
from fleet_files.parsing.docling_document import blocks
from fleet_files.parsing.local import checked
from fleet_files.parsing.parsers import DOCLING
from fleet_files.processor import FileToParse, Parsing
from fleet_files.properties import DocumentProperties
from fleet_files.remote.api import FileApi, cannot_read, form_of, missing
from fleet_files.remote.form import Fields, Form
from fleet_files.remote.options import merged
from fleet_files.remote.settings import RemoteConfig
from fleet_runtime.config import Secret, reveal
from fleet_runtime.errors import FleetError
from fleet_upstream.refusals import garbage, late
from fleet_upstream.settings import HttpAddress

# In seconds: how long the server waits with its answer while a task goes on.
_POLL = 5
_PAUSE = 0.2
_AT_WORK = frozenset({"pending", "started"})
_DONE = frozenset({"success", "partial_success"})


class _Task(msgspec.Struct):
    """The answer to `POST …/async`, and to `GET /v1/status/poll/…`."""

    task_id: str
    task_status: str
    error_message: str | None = None


class _Document(msgspec.Struct):
    json_content: dict[str, Any] | None = None


class _Converted(msgspec.Struct):
    """The answer to `POST /v1/convert/file`, and to `GET /v1/result/…`."""

    document: _Document
    status: str
    errors: list[dict[str, Any]] = msgspec.field(default_factory=list)


class DoclingServe:
    """Sends files on."""

    class Config(RemoteConfig):
        """Where the server is, and how it is asked."""

        base_url: HttpAddress | Secret = "http://localhost:5001"
        """Where the server is."""
        mode: Literal["async", "sync", "auto"] = "async"
        """Whether to submit a file and ask for it later, to wait for it, or to submit it if the server can."""
        do_ocr: bool = True
        """Whether to read the text in pictures and on scanned pages."""
        ocr_lang: list[str] = Field(default=[])
        """The languages that OCR expects, by the names of the server's engine. Its default if empty."""

    def __init__(self, config: Config) -> None:
        self.sizes = config.sizes()
        self.reads = DOCLING.reads
        self._config = config
        base = reveal(config.base_url).rstrip("/").removesuffix("/v1")
        self._api = FileApi(config, base, "x-api-key")

    async def parse(self, file: FileToParse) -> Parsing:
        """Read a file."""
        options = merged(self._config, file.options)
        kind = await checked(file, self._config.max_file_size_bytes)
        form = await form_of(file, kind, _fields(options))
        converted = await self._converted(form, options["mode"])
        for item in await asyncio.to_thread(_read, converted):
            yield item

    async def aclose(self) -> None:
        """Close all connections."""
        await self._api.aclose()

    async def _converted(self, form: Form, mode: str) -> _Converted:
        if mode == "sync":
            return await self._at_once(form)
        try:
            return await self._in_time(form)
        except FleetError as error:
            if mode == "auto" and missing(error):
                return await self._at_once(form)
            raise

    async def _at_once(self, form: Form) -> _Converted:
        """Wait for the file with one request."""
        seconds = self._config.timeout_seconds
        return await self._api.post("v1/convert/file", form, _Converted, seconds)

    async def _in_time(self, form: Form) -> _Converted:
        """Submit the file, and ask until it is done."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._config.timeout_seconds

        def left() -> float:
            return max(0.0, deadline - loop.time())

        task = await self._api.post("v1/convert/file/async", form, _Task, left())
        while task.task_status in _AT_WORK:
            if not left():
                raise late()
            asked = loop.time()
            path = f"v1/status/poll/{task.task_id}?wait={_POLL}"
            task = await self._api.get(path, _Task, left())
            if task.task_status in _AT_WORK and loop.time() - asked < _PAUSE:
                await asyncio.sleep(_PAUSE)  # it does not wait, so we do
        if task.task_status not in _DONE:
            raise cannot_read(task.error_message or "Docling gives no reason.")
        return await self._api.get(f"v1/result/{task.task_id}", _Converted, left())


def _fields(options: Mapping[str, Any]) -> Fields:
    fields = [
        ("to_formats", "json"),
        ("image_export_mode", "placeholder"),
        ("do_ocr", "true" if options["do_ocr"] else "false"),
    ]
    return [*fields, *(("ocr_lang", language) for language in options["ocr_lang"])]


def _read(converted: _Converted) -> list[Block | DocumentProperties]:
    """Return what is in a document; raise `InvalidArgument` if the server could not read it."""
    if converted.status not in _DONE or converted.document.json_content is None:
        reasons = [str(error.get("error_message", "")) for error in converted.errors]
        raise cannot_read("; ".join(filter(None, reasons)) or "Docling gives no reason.")
    try:
        return list(blocks(converted.document.json_content))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise garbage() from None
