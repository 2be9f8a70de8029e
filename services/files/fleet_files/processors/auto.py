"""`inline::auto`: any kind of file, each by the parser that is there for it."""

from collections.abc import Sequence
from contextlib import aclosing
from itertools import chain
from typing import Literal

from pydantic import Field

from fleet_files.parsing.local import LocalParser, checked, merged
from fleet_files.parsing.parsers import ALL, unreadable
from fleet_files.parsing.settings import ParserConfig
from fleet_files.processor import FileToParse, Parsing
from fleet_runtime.config import ConfigError


class Auto:
    """Reads texts of all kinds itself, and the rest with whichever libraries are installed."""

    class Config(ParserConfig):
        """How files are read."""

        extract_metadata: bool = True
        """Whether to tell title, author and the like."""
        clean_text: bool = True
        """Whether to join words that are divided at line ends in PDFs, and to write runs of spaces as one."""
        priority: list[Literal["pypdf", "markitdown", "docling", "unstructured"]] = Field(
            default=[]
        )
        """Which libraries read what several could read, the first one before the others. Those that are not named come
        last, in this order; none reads plain texts unless it is named."""

    def __init__(self, config: Config) -> None:
        self.sizes = config.sizes()
        self.reads = frozenset(chain(*(parser.reads for parser in ALL if parser.installed)))
        self._config = config
        self._parsers = {
            parser.name: LocalParser(parser, config) for parser in ALL if parser.installed
        }
        missing = [name for name in config.priority if name not in self._parsers]
        if missing:
            raise ConfigError(
                f"priority: {missing[0]} is not installed: pip install llama-fleet[{missing[0]}]"
            )

    async def parse(self, file: FileToParse) -> Parsing:
        """Read a file."""
        options = merged(self._config, file.options)
        kind = await checked(file, self._config.max_file_size_bytes)
        name = self._reader_of(kind, options["priority"])
        if name is None:
            raise unreadable(kind, file.filename)
        async with aclosing(self._parsers[name].parse(file, kind)) as parsing:
            async for item in parsing:
                yield item

    def _reader_of(self, kind: str, priority: Sequence[str]) -> str | None:
        """Return the name of the parser for files of a media type."""
        reading = [p.name for p in ALL if kind in p.reads and p.name in self._parsers]
        preferred = (name for name in priority if name in reading)
        return next(chain(preferred, reading), None)

    async def aclose(self) -> None:
        """End the processes that read."""
        for parser in self._parsers.values():
            await parser.aclose()
