"""`remote::unstructured-api`: Unstructured's API, theirs or one's own.

Format: https://docs.unstructured.io/api-reference/partition/overview
"""

import asyncio
from typing import Any, Literal

from pydantic import Field

from fleet_chunking.block import Block
from fleet_files.media_types import OLE
from fleet_files.parsing.local import checked
from fleet_files.parsing.parsers import UNSTRUCTURED
from fleet_files.parsing.unstructured_elements import blocks
from fleet_files.processor import FileToParse, Parsing
from fleet_files.properties import DocumentProperties
from fleet_files.remote.api import FileApi, form_of
from fleet_files.remote.options import merged
from fleet_files.remote.settings import RemoteConfig
from fleet_runtime.config import Secret, reveal
from fleet_upstream.refusals import garbage
from fleet_upstream.settings import HttpAddress


class UnstructuredApi:
    """Sends files on."""

    class Config(RemoteConfig):
        """Where the server is, and how it reads."""

        base_url: HttpAddress | Secret = "https://api.unstructuredapp.io"
        """Where the server is."""
        api_key: Secret | str = Field(repr=False)
        """The key to be let in with."""
        strategy: Literal["auto", "fast", "hi_res", "ocr_only", "vlm"] = "auto"
        """How PDFs and images are read."""
        languages: list[str] = Field(default=["eng"])
        """The languages that OCR expects, by Tesseract's names."""

    def __init__(self, config: Config) -> None:
        self.sizes = config.sizes()
        self.reads = UNSTRUCTURED.reads | {OLE}
        self._config = config
        self._api = FileApi(config, reveal(config.base_url), "unstructured-api-key")

    async def parse(self, file: FileToParse) -> Parsing:
        """Read a file."""
        options = merged(self._config, file.options)
        kind = await checked(file, self._config.max_file_size_bytes)
        fields = [
            ("strategy", options["strategy"]),
            ("output_format", "application/json"),
            *(("languages", language) for language in options["languages"]),
        ]
        form = await form_of(file, kind, fields)
        elements = await self._api.post(
            "general/v0/general", form, list[dict[str, Any]], self._config.timeout_seconds
        )
        for item in await asyncio.to_thread(_read, elements):
            yield item

    async def aclose(self) -> None:
        """Close all connections."""
        await self._api.aclose()


def _read(elements: list[dict[str, Any]]) -> list[Block | DocumentProperties]:
    """Return the blocks that the server found, and how many pages it told of."""
    try:
        found: list[Block | DocumentProperties] = list(blocks(elements))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise garbage() from None
    pages = [block.page for block in found if isinstance(block, Block) and block.page]
    return [*found, DocumentProperties(page_count=max(pages))] if pages else found
