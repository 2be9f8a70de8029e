"""`inline::markitdown`: offices' documents and more, by Microsoft's library.

https://github.com/microsoft/markitdown
"""

from fleet_files.parsing.local import LocalParser
from fleet_files.parsing.parsers import MARKITDOWN
from fleet_files.parsing.settings import ParserConfig
from fleet_files.processor import FileToParse, Parsing


class MarkItDown:
    """Reads texts, sheets, slides, web pages and e-books, as Markdown."""

    class Config(ParserConfig):
        """How they are read."""

    def __init__(self, config: Config) -> None:
        self.sizes = config.sizes()
        self.reads = MARKITDOWN.reads
        self._parser = LocalParser(MARKITDOWN, config)

    def parse(self, file: FileToParse) -> Parsing:
        """Read a document."""
        return self._parser.parse(file)

    async def aclose(self) -> None:
        """End the processes that read."""
        await self._parser.aclose()
