"""Which of the configured processors reads a file."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fleet_chunking.sizes import Sizes
from fleet_files import media_types
from fleet_files.parsing.parsers import unreadable
from fleet_files.processor import FileProcessor, FileToParse
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.providers import Opened

OPTION = "processor"
"""The option by which a request names one."""

_NO_KIND = (media_types.EMPTY, media_types.ENCRYPTED, media_types.UNKNOWN)


class Processors:
    """All processors: the one that a request names reads its file, else the first that reads such files.

    Args:
        opened: They, at least one, by id, in the order in which they are asked.
    """

    def __init__(self, opened: Mapping[str, Opened[FileProcessor]]) -> None:
        self._opened = opened
        self._first = next(iter(opened.values()))

    @property
    def auto(self) -> Sizes:
        """The sizes of chunks in `auto`, with the first processor."""
        return self._first.provider.sizes

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `InvalidArgument` if `options` name a processor that is not there."""
        self._named(options)

    async def choose(self, file: FileToParse) -> tuple[Opened[FileProcessor], FileToParse]:
        """Return what is to read a file, and the file as that is given it: with options of its own alone.

        Raises:
            InvalidArgument: The options name one that is not there, or nobody reads such files.
        """
        chosen = self._named(file.options) or await self._reading(file)
        options = {name: value for name, value in file.options.items() if name != OPTION}
        return chosen, replace(file, options=options)

    def _named(self, options: Mapping[str, Any]) -> Opened[FileProcessor] | None:
        name = options.get(OPTION)
        if name is None:
            return None
        found = self._opened.get(name) if isinstance(name, str) else None
        if found is None:
            raise InvalidArgument(
                f"There is no file processor {name!r}; there are: {', '.join(self._opened)}.",
                code="invalid_options",
                param=f"options.{OPTION}",
            )
        return found

    async def _reading(self, file: FileToParse) -> Opened[FileProcessor]:
        if len(self._opened) == 1:
            return self._first  # which says best what it does not read
        kind = await asyncio.to_thread(
            media_types.sniff, file.path, file.filename, file.content_type
        )
        for each in self._opened.values():
            if kind in each.provider.reads:
                return each
        if kind in _NO_KIND:
            raise unreadable(kind, file.filename)
        raise InvalidArgument(
            f"'{file.filename}' is a file of the type {kind}, which none of the file processors here reads:"
            f" {', '.join(self._opened)}. Name one that shall try in the option '{OPTION}', or configure another,"
            " such as `inline::auto`.",
            code="unsupported_file",
        )
