"""`inline::unstructured`: documents of many kinds, by unstructured's library.

https://github.com/Unstructured-IO/unstructured
"""

from typing import Literal

from pydantic import Field

from fleet_files.parsing.local import LocalParser
from fleet_files.parsing.parsers import UNSTRUCTURED
from fleet_files.parsing.settings import Limits, ParserConfig
from fleet_files.processor import FileToParse, Parsing

_LIMITS = Limits(seconds=900.0, cpu_seconds=1800, memory_mb=8192)


class Unstructured:
    """Reads documents; OCR and layouts need programs and models beside it."""

    class Config(ParserConfig):
        """How documents are read."""

        strategy: Literal["auto", "fast", "hi_res", "ocr_only"] = "auto"
        """How PDFs and images are: by their text, by their layout, or by OCR alone."""
        include_page_breaks: bool = True
        """Whether to tell pages apart."""
        skip_infer_table_types: list[str] = Field(default=["pdf"])
        """Endings of files whose tables are not looked for."""
        extract_images_in_pdf: bool = False
        """Whether to take pictures out of PDFs; only in `hi_res`."""
        languages: list[str] = Field(default=["eng"])
        """The languages that OCR expects, by Tesseract's names."""
        limits: Limits = _LIMITS

    def __init__(self, config: Config) -> None:
        self.sizes = config.sizes()
        self.reads = UNSTRUCTURED.reads
        self._parser = LocalParser(UNSTRUCTURED, config)

    def parse(self, file: FileToParse) -> Parsing:
        """Read a document."""
        return self._parser.parse(file)

    async def aclose(self) -> None:
        """End the processes that read."""
        await self._parser.aclose()
