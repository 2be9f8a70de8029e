"""The two sides of a store behind one interface."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from fleet_bench.stores.corpus import DIMENSION, NEIGHBOURS, Question, Row
from fleet_bench.stores.load import Answer, Ask, Turns, by_tasks, by_threads
from fleet_bench.stores.store import Place, Side, Store
from fleet_vector_io.filters import Attributes, Equality
from fleet_vector_io.provider import ByMeaning, Chunk, Collection, Selection, VectorIOProvider

_MOST_CALLERS = 8
_CHUNKS_A_FILE = 50


class Subject(Protocol):
    """What is measured."""

    async def put(self, rows: Sequence[Row]) -> None:
        """Put rows in."""
        ...

    async def ready(self) -> None:
        """Return when it can be searched as well as it ever will."""
        ...

    async def tune(self, candidates: int) -> None:
        """Have searches look at so many candidates from now on."""
        ...

    async def asked(self, callers: int, turns: Turns) -> list[Answer]:
        """Return the answers that as many callers get at once."""
        ...

    async def aclose(self) -> None:
        """Let go of it."""
        ...


class Ours:
    """Our provider, called as the service calls it.

    Args:
        store: Whose.
        place: Where it keeps its files.
    """

    def __init__(self, store: Store, place: Place) -> None:
        self._store = store
        self._place = place
        self._collection = Collection("bench", DIMENSION)
        self._provider: VectorIOProvider = store.provider(place)
        self._known: Sequence[Row] = ()

    async def put(self, rows: Sequence[Row]) -> None:
        """Put rows in as chunks."""
        await self._provider.create(self._collection)  # changes nothing the second time
        await self._provider.put(self._collection, [_chunk(row) for row in rows])
        self._known = rows[:1]

    async def ready(self) -> None:
        """Search once: some providers make an index only then."""
        for row in self._known:
            await self._ask(Question(row.vector))

    async def tune(self, candidates: int) -> None:
        """Open the provider anew with that setting."""
        await self._provider.aclose()
        self._provider = self._store.provider(self._place, candidates)
        await self.ready()

    async def asked(self, callers: int, turns: Turns) -> list[Answer]:
        """Ask in tasks."""
        return await by_tasks(self._ask, callers, turns)

    async def aclose(self) -> None:
        """Close the provider."""
        await self._provider.aclose()

    async def _ask(self, question: Question) -> list[int]:
        within = Selection()
        if question.group is not None:
            within = Selection(condition=Equality("eq", "group", question.group))
        query = ByMeaning(question.vector, NEIGHBOURS, within)
        return [int(hit.chunk.id) for hit in await self._provider.search(self._collection, query)]


class Own:
    """The engine by its own client, which callers use in threads.

    Args:
        store: Whose.
        place: Where it keeps its files.
    """

    def __init__(self, store: Store, place: Place) -> None:
        self._engine = store.engine(place)
        self._threads = ThreadPoolExecutor(_MOST_CALLERS, "caller")
        self._candidates: int | None = None
        self._asks: list[Ask] = []

    async def put(self, rows: Sequence[Row]) -> None:
        """Put rows in."""
        self._engine.put(rows)

    async def ready(self) -> None:
        """Have the engine do what comes after the last row."""
        self._engine.ready()

    async def tune(self, candidates: int) -> None:
        """Make callers anew with that setting."""
        self._candidates = candidates
        self._asks = []

    async def asked(self, callers: int, turns: Turns) -> list[Answer]:
        """Ask in threads."""
        while len(self._asks) < callers:
            self._asks.append(self._engine.caller(self._candidates))
        return await by_threads(self._asks[:callers], self._threads, turns)

    async def aclose(self) -> None:
        """Close the engine."""
        self._threads.shutdown()
        self._engine.close()


def subject(side: Side, store: Store, place: Place) -> Subject:
    """Open one side of a store."""
    return Ours(store, place) if side == "ours" else Own(store, place)


def _chunk(row: Row) -> Chunk:
    file, position = divmod(row.number, _CHUNKS_A_FILE)
    attributes: Attributes = {"group": row.group, "source": "bench"}
    return Chunk(
        str(row.number), row.text, row.vector, f"file-{file}", position, attributes=attributes
    )
