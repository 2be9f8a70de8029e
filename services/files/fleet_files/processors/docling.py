"""`inline::docling`: documents of many kinds with their layout, by IBM's library.

https://github.com/docling-project/docling
"""

from pydantic import field_validator

from fleet_files.parsing.local import LocalParser
from fleet_files.parsing.parsers import DOCLING
from fleet_files.parsing.settings import Limits, ParserConfig
from fleet_files.processor import FileToParse, Parsing

# Its models alone take some gigabytes, and a page with OCR takes seconds.
_LIMITS = Limits(seconds=900.0, cpu_seconds=1800, memory_mb=8192)


class Docling:
    """Reads documents; PDFs and images need docling's models beside it."""

    class Config(ParserConfig):
        """How documents are read."""

        do_ocr: bool = True
        """Whether to read the text in pictures and on scanned pages. Without, PDFs take a third of the time."""
        vlm_model: None = None
        """Of no effect, and here for Llama Stack's configs: workers have no network to ask a vision model."""
        vlm_preset: str = "granite_docling"
        """Of no effect without `vlm_model`."""
        limits: Limits = _LIMITS

        @field_validator("vlm_model", mode="before")
        @classmethod
        def _no_vlm(cls, model: object) -> None:
            if model is not None:
                raise ValueError(
                    "workers have no network to ask a vision model; use `remote::docling-serve` for it"
                )

    def __init__(self, config: Config) -> None:
        self.sizes = config.sizes()
        self.reads = DOCLING.reads
        self._parser = LocalParser(DOCLING, config)

    def parse(self, file: FileToParse) -> Parsing:
        """Read a document."""
        return self._parser.parse(file)

    async def aclose(self) -> None:
        """End the processes that read."""
        await self._parser.aclose()
