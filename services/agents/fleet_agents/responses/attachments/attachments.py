"""The images and files of one conversation, each read once."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from fleet.agents.v1 import messages as m
from fleet_agents.config import AttachmentConfig
from fleet_agents.neighbours import Neighbours
from fleet_agents.responses.attachments.reading import Reading
from fleet_agents.responses.places import Places
from fleet_agents.responses.steps import Said, Step
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument

_Key: TypeAlias = tuple[str | None, ...]

_AT_ONCE = 4


class Attachments:
    """Puts what images and files say in the place of their names. What is kept of items stays as it is.

    Args:
        neighbours: Who keeps and reads files.
        config: How many there may be, and how large.
        places: Where in the request items stand.
        call: On whose behalf.
    """

    def __init__(
        self,
        neighbours: Neighbours,
        config: AttachmentConfig,
        places: Places,
        call: Call,
    ) -> None:
        self._reading = Reading(neighbours, config, call)
        self._most = config.most
        self._most_characters = config.most_characters_together
        self._characters = 0
        self._places = places
        self._read: dict[_Key, m.Part] = {}

    async def resolved(self, steps: Sequence[Step]) -> Sequence[Step]:
        """Return steps whose images and files are as models read them. Each file is read once.

        Raises:
            InvalidArgument: There are too many, or one cannot be read or is too large.
            FleetError: There is no such file, or who keeps or reads it fails.
        """
        wanted = {_key(part): (part, param) for part, param in self._named(steps)}
        if not wanted:
            return steps
        if len(wanted) > self._most:
            raise InvalidArgument(
                f"The conversation has {len(wanted)} images and files; {self._most} are read at most.",
                code="too_many_files",
                param="input",
            )
        await self._read_all({key: wanted[key] for key in wanted if key not in self._read})
        return [self._step(step) for step in steps]

    async def _read_all(self, wanted: Mapping[_Key, tuple[m.Part, str]]) -> None:
        free = asyncio.Semaphore(_AT_ONCE)

        async def read(key: _Key, part: m.Part, param: str) -> None:
            async with free:
                self._keep(key, await self._reading.read(part, param))

        tasks = [asyncio.create_task(read(key, *one)) for key, one in wanted.items()]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _keep(self, key: _Key, part: m.Part) -> None:
        self._characters += len(part.text or part.image_url or "")
        if self._characters > self._most_characters:
            raise InvalidArgument(
                f"The images and files of the conversation have more than {self._most_characters} characters together,"
                " as the model reads them.",
                code="files_too_large",
                param="input",
            )
        self._read[key] = part

    def _named(self, steps: Iterable[Step]) -> Iterator[tuple[m.Part, str]]:
        """Yield what is to be read, and where it stands."""
        for step in steps:
            item = step.item
            if item is None:
                continue
            for name, said in _said(item):
                for number, part in enumerate(said):
                    if _is_named(part):
                        yield part, self._places.of(item, name, number)

    def _step(self, step: Step) -> Step:
        item = step.item
        if item is None or not any(_is_named(part) for _, said in _said(item) for part in said):
            return step
        read = replace(item, content=self._parts(item.content), output=self._parts(item.output))
        return replace(step, item=read)

    def _parts(self, said: Said | None) -> Said | None:
        if not isinstance(said, list):
            return said
        return [self._read[_key(part)] if _is_named(part) else part for part in said]


def _said(item: m.Item) -> Iterator[tuple[str, list[m.Part]]]:
    for name, said in (("content", item.content), ("output", item.output)):
        if isinstance(said, list):
            yield name, said


def _is_named(part: m.Part) -> bool:
    """Whether a part only names what it says, or says it in a form that no model reads."""
    return part.type == "input_file" or (part.type == "input_image" and part.image_url is None)


def _key(part: m.Part) -> _Key:
    return part.type, part.file_id, part.file_data, part.file_url, part.filename, part.detail
