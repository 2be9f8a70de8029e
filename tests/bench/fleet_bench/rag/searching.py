"""The measures of searches: what they cost, how long they take, and what they miss."""

import asyncio
import time
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from fleet_bench.accounts import accounts, spent
from fleet_bench.api import Api, body_of, json_request
from fleet_bench.load import BadAnswerError, connect
from fleet_bench.measure import percentile
from fleet_bench.process import Running
from fleet_bench.rag.corpus import LIMIT, Corpus, Query
from fleet_bench.rag.sides import Side

CALLERS = 8
"""How many search at once where the cost is measured."""


@dataclass(frozen=True)
class SearchSample:
    """What searches of one store took. CPU is that of all the system's processes, and of nothing else."""

    system: str
    engine: str
    chunks: int
    """How many the store holds."""
    queries_per_cpu_s: float
    queries_per_s: float
    p50_ms: float
    """How long one caller waits."""
    p99_ms: float
    recall: float
    """Which part of what an exact search finds was found, of the first ten."""
    cpu_ms: dict[str, float]
    """The CPU time of a query, by the system's parts."""


class _Content(msgspec.Struct):
    text: str


class _Found(msgspec.Struct):
    file_id: str
    content: list[_Content]


class _Page(msgspec.Struct):
    data: list[_Found]


Asked: TypeAlias = tuple[bytes, Query]
"""A whole HTTP request, and what it asks."""


class Searches:
    """Asks a store of a running system.

    Args:
        system: The system.
        corpus: What its store holds.
        store: The store's id.
    """

    def __init__(self, system: Running, corpus: Corpus, store: str) -> None:
        self._system = system
        self._texts = corpus.texts
        path = f"/v1/vector_stores/{store}/search"
        self._asked: list[Asked] = [
            (json_request(path, {"query": query.text, "max_num_results": LIMIT}), query)
            for query in corpus.queries
        ]

    async def sample(self, name: str, engine: str, seconds: float) -> SearchSample:
        """Return all measures of the store, each over at least so many seconds."""
        await self._drive(CALLERS, seconds / 4)
        before, begun = accounts(self._system.pids()), time.perf_counter()
        found = await self._drive(CALLERS, seconds)
        took, used = time.perf_counter() - begun, spent(before, accounts(self._system.pids()))
        alone = await self._drive(1, seconds, at_least=len(self._asked))
        latencies = [latency for latency, _ in alone]
        return SearchSample(
            system=name,
            engine=engine,
            chunks=len(self._texts),
            queries_per_cpu_s=len(found) / sum(used.values()),
            queries_per_s=len(found) / took,
            p50_ms=percentile(latencies, 50) * 1e3,
            p99_ms=percentile(latencies, 99) * 1e3,
            recall=sum(recall for _, recall in alone) / len(alone),
            cpu_ms={part: cpu / len(found) * 1e3 for part, cpu in used.items()},
        )

    async def _drive(
        self, callers: int, seconds: float, at_least: int = 1
    ) -> list[tuple[float, float]]:
        """Keep `callers` searches under way for a while; return the seconds and the recall of each."""
        end = time.perf_counter() + seconds
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._repeat(n * len(self._asked) // callers, end, at_least))
                for n in range(callers)
            ]
        return [each for task in tasks for each in task.result()]

    async def _repeat(self, place: int, end: float, at_least: int) -> list[tuple[float, float]]:
        """Ask one query after the other, from that at `place` on, until `end`."""
        connection = await connect(self._system.port)
        found: list[tuple[float, float]] = []
        try:
            while len(found) < at_least or time.perf_counter() < end:
                request, query = self._asked[(place + len(found)) % len(self._asked)]
                begun = time.perf_counter()
                response = await connection.call(request)
                took = time.perf_counter() - begun
                found.append((took, recall(response, query, self._texts)))
        finally:
            connection.close()
        return found


def recall(response: bytes, query: Query, texts: dict[str, str]) -> float:
    """Return which part of the exact answer is in `response`.

    Raises:
        BadAnswerError: Other than `LIMIT` passages came, one twice, or one whose text is not its document's.
    """
    page = msgspec.json.decode(body_of(response), type=_Page)
    documents = {each.file_id for each in page.data}
    if len(page.data) != LIMIT or len(documents) != LIMIT:
        raise BadAnswerError(f"{len(page.data)} passages of {len(documents)} documents came")
    for each in page.data:
        if texts.get(each.file_id) != each.content[0].text:
            raise BadAnswerError(
                f"this is not the text of {each.file_id}: {each.content[0].text!r}"
            )
    return len(documents & query.exact) / LIMIT


async def fill(system: Running, side: Side, corpus: Corpus, model: str) -> str:
    """Make a store that holds the corpus; return its id."""
    api = await Api.at(system.port)
    try:
        made = await api.post("/v1/vector_stores", {"name": "corpus", "embedding_model": model})
        size, step = len(corpus.texts), side.load_at_once
        for start in range(0, size, step):
            chunks = corpus.chunks(start, min(start + step, size), model)
            await api.post(
                "/v1/vector-io/insert", {"vector_store_id": made["id"], "chunks": chunks}
            )
        return str(made["id"])
    finally:
        api.close()
