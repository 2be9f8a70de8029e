"""Reading files with one parser, on this machine."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

from fleet_chunking.block import Block
from fleet_files import media_types
from fleet_files.options import merge
from fleet_files.parsing import harmless
from fleet_files.parsing.crew import Crew
from fleet_files.parsing.parsers import Parser, unreadable
from fleet_files.parsing.settings import MEGABYTE, ParserConfig
from fleet_files.parsing.trouble import ReadError
from fleet_files.parsing.wire import Bounds, Failed, Job, Line, Properties, Text
from fleet_files.processor import FileToParse, Parsing
from fleet_files.properties import DocumentProperties
from fleet_runtime.config import ConfigError
from fleet_runtime.errors import InvalidArgument


class LocalParser:
    """Reads files with one parser, each in a process of its own if it could do harm.

    Raises:
        ConfigError: What the parser needs is not installed.
    """

    def __init__(self, parser: Parser, config: ParserConfig) -> None:
        if not parser.installed:
            raise ConfigError(
                f"{parser.name} is not installed: pip install llama-fleet[{parser.library}]"
            )
        self._parser = parser
        self._config = config
        self._crew = Crew([parser.module], config)

    async def aclose(self) -> None:
        """End the processes that read."""
        await self._crew.aclose()

    async def parse(self, file: FileToParse, media_type: str | None = None) -> Parsing:
        """Read a file, whose media type may be known already."""
        options = merged(self._config, file.options)
        kind = media_type or await checked(file, self._config.max_file_size_bytes)
        if kind not in self._parser.reads:
            raise unreadable(kind, file.filename)
        job = Job(
            self._parser.module, str(file.path), file.filename, kind, options, _bounds(self._config)
        )
        try:
            async with aclosing(self._read(job)) as lines:
                async for line in lines:
                    if isinstance(line, Text):
                        yield Block(line.kind, line.text, line.page, line.headings)
                    elif isinstance(line, Properties):
                        yield DocumentProperties(line.page_count, line.values)
        except ReadError as error:
            raise InvalidArgument(error.message, code=error.code) from None

    async def _read(self, job: Job) -> AsyncGenerator[Line, None]:
        """Yield what is in a file; it is read in a worker if that could do harm."""
        lines = await asyncio.to_thread(harmless.read, job)
        if lines is None:
            async with aclosing(self._crew.read(job)) as found:
                async for line in found:
                    yield line
            return
        for line in lines:
            if isinstance(line, Failed):
                raise ReadError(line.code, line.message)
            yield line


def merged(config: ParserConfig, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a parser, beside those that all share, for one file.

    Raises:
        InvalidArgument: There are no such settings, or not such values.
    """
    return merge(config, options, ParserConfig.model_fields)


async def checked(file: FileToParse, most: int) -> str:
    """Return the media type of a file, or raise `InvalidArgument` if it is larger than `most` bytes."""
    return await asyncio.to_thread(_checked, file, most)


def _checked(file: FileToParse, most: int) -> str:
    if Path(file.path).stat().st_size > most:
        raise InvalidArgument(
            f"'{file.filename}' has more than {most} bytes. Split it, or raise `max_file_size_bytes`.",
            code="file_too_large",
        )
    return media_types.sniff(file.path, file.filename, file.content_type)


def _bounds(config: ParserConfig) -> Bounds:
    limits = config.limits
    return Bounds(
        limits.cpu_seconds,
        limits.memory_mb * MEGABYTE,
        limits.pages,
        limits.expanded_mb * MEGABYTE,
    )
