"""What a store is to the benchmark: our provider, and beside it the engine by its own client."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from fleet_bench.stores.corpus import Row
from fleet_bench.stores.load import Ask
from fleet_vector_io.provider import VectorIOProvider

Side: TypeAlias = Literal["ours", "own"]
"""Through our provider, or by the engine's own client."""
SIDES: tuple[Side, ...] = ("ours", "own")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a store keeps its files.

    Attributes:
        folder: A folder of its own.
        url: Where its server is, if it has one.
    """

    folder: Path
    url: str = ""


class Engine(Protocol):
    """An engine, as somebody uses it who has only its documentation, with the index settings of our provider."""

    def put(self, rows: Sequence[Row]) -> None:
        """Put rows in."""
        ...

    def ready(self) -> None:
        """Do what is to be done after the last row, as making an index."""
        ...

    def caller(self, candidates: int | None) -> Ask:
        """Return how one caller asks, with a connection of its own if there are such.

        Args:
            candidates: How many are looked at for each search, in a graph; as many as our provider does if `None`.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class OpenProvider(Protocol):
    """Opens our provider."""

    def __call__(self, place: Place, candidates: int | None = None) -> VectorIOProvider:
        """Open it. Arguments are as in `Engine.caller`."""
        ...


@asynccontextmanager
async def in_folder(folder: Path) -> AsyncIterator[Place]:
    """Give a place to an engine that is a library."""
    yield Place(folder)


def nothing_to_settle(place: Place) -> None:
    """Do nothing: what was put in stays as it is."""
    del place


@dataclass(frozen=True, slots=True)
class Store:
    """One store.

    Attributes:
        provider: Opens our provider.
        engine: Opens the engine.
        candidates: What is tried besides the default, to see recall rise with the time a search takes, by the side.
        place: Starts what it needs, and stops it in the end.
        settle: Has done at once what the engine does by itself within minutes.
    """

    provider: OpenProvider
    engine: Callable[[Place], Engine]
    candidates: Mapping[Side, Sequence[int]] = field(default_factory=dict)
    place: Callable[[Path], AbstractAsyncContextManager[Place]] = in_folder
    settle: Callable[[Place], None] = nothing_to_settle
