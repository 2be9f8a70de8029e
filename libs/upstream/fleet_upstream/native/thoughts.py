"""What models thought, kept until their next turn.

Some vendors sign what their models think, and want it back, unchanged, when tools have answered. OpenAI's chat
completions have no field for it; but callers send the ids of the calls back, by which the rest can be found.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

# In bytes: what is kept at most. A signature has some kilobytes.
_MOST = 64 * 1024 * 1024


class Thoughts(Protocol):
    """Keeps JSON texts by the ids of calls. A text may be forgotten at any time."""

    async def keep(self, texts: Mapping[str, msgspec.Raw]) -> None:
        """Keep each of `texts` by its id."""
        ...

    async def recall(self, ids: Iterable[str]) -> dict[str, msgspec.Raw]:
        """Return what is kept of `ids`."""
        ...

    async def aclose(self) -> None:
        """Let go of connections."""
        ...


class ThoughtsInMemory:
    """Keeps what was used last, up to a size, in this process alone. Ids of calls cannot be guessed."""

    def __init__(self, most: int = _MOST) -> None:
        self._texts: OrderedDict[str, msgspec.Raw] = OrderedDict()
        self._size = 0
        self._most = most

    async def keep(self, texts: Mapping[str, msgspec.Raw]) -> None:
        """Keep each of `texts` by its id."""
        for name, text in texts.items():
            self._size -= len(bytes(self._texts.pop(name, msgspec.Raw())))
            self._texts[name] = text
            self._size += len(bytes(text))
        while self._size > self._most:
            self._size -= len(bytes(self._texts.popitem(last=False)[1]))

    async def recall(self, ids: Iterable[str]) -> dict[str, msgspec.Raw]:
        """Return what is kept of `ids`."""
        found = {name: self._texts[name] for name in ids if name in self._texts}
        for name in found:
            self._texts.move_to_end(name)
        return found

    async def aclose(self) -> None:
        """Do nothing: there are no connections."""
