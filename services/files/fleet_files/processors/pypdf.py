"""`inline::pypdf`: the text of PDFs, page by page, with the headings of their outline."""

from fleet_files.parsing.local import LocalParser
from fleet_files.parsing.parsers import PYPDF
from fleet_files.parsing.settings import ParserConfig
from fleet_files.processor import FileToParse, Parsing


class PyPdf:
    """Reads PDFs that have text in them; those of scanned pages want OCR."""

    class Config(ParserConfig):
        """How PDFs are read."""

        extract_metadata: bool = True
        """Whether to tell title, author and the like."""
        clean_text: bool = True
        """Whether to join words that are divided at line ends, and to write runs of spaces as one."""

    def __init__(self, config: Config) -> None:
        self.sizes = config.sizes()
        self.reads = PYPDF.reads
        self._parser = LocalParser(PYPDF, config)

    def parse(self, file: FileToParse) -> Parsing:
        """Read a PDF."""
        return self._parser.parse(file)

    async def aclose(self) -> None:
        """End the processes that read."""
        await self._parser.aclose()
