"""`python -m fleet_bench.stores.judge VECTORS STORE…`: how well stores answer questions that were judged by hand.

A topic's rank is that of its best chunk. Beside the stores stands exact search over the same vectors.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean
from typing import TypeAlias

import numpy as np
import structlog
from numpy.typing import NDArray

from fleet_bench.stores import catalog
from fleet_bench.stores.judgements import JUDGEMENTS
from fleet_bench.stores.quality import ndcg, recall
from fleet_bench.stores.results import EXACT, Judged
from fleet_bench.stores.sequence import progress, write
from fleet_bench.stores.topics import Embedded, Piece, embedded, pieces
from fleet_vector_io.fusion import Ranking, fused
from fleet_vector_io.provider import ByMeaning, ByWords, Chunk, Collection, Hit, VectorIOProvider

_CHUNKS = 50
"""How many chunks are found, of which ten topics are to come."""

Ranks: TypeAlias = list[list[str]]
"""The topics that each question found, the best first."""


async def judge(stores: Sequence[str], kept: Path) -> None:
    """Search in all of them, and write down how well they did.

    Args:
        stores: Their names.
        kept: The file that keeps the vectors of the set.
    """
    read = pieces()
    vectors = embedded(read, kept, progress)
    write("judged", _judged(EXACT, "vector", _exact(read, vectors)))
    chunks = [
        Chunk(f"{each.topic}/{each.position}", each.text, vector, each.topic, each.position)
        for each, vector in zip(read, vectors.chunks, strict=True)
    ]
    for done, name in enumerate(stores):
        progress(name, done, len(stores))
        store = catalog.load(name)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            async with store.place(Path(folder)) as place:
                provider = store.provider(place)
                await _searched(name, provider, chunks, vectors.questions)
                await provider.aclose()


async def _searched(
    name: str, provider: VectorIOProvider, chunks: Sequence[Chunk], asked: NDArray[np.float32]
) -> None:
    collection = Collection("judged", asked.shape[1])
    await provider.create(collection)
    await provider.put(collection, chunks)
    ranks: dict[str, Ranks] = {"vector": [], "keyword": [], "hybrid": []}
    for judgement, vector in zip(JUDGEMENTS, asked, strict=True):
        by_meaning = await provider.search(collection, ByMeaning(vector, _CHUNKS))
        by_words = await provider.search(collection, ByWords(judgement.question, _CHUNKS))
        ranks["vector"].append(_topics(by_meaning))
        ranks["keyword"].append(_topics(by_words))
        ranks["hybrid"].append(_topics(fused(by_meaning, by_words, Ranking())))
    for mode, found in ranks.items():
        write("judged", _judged(name, mode, found))


def _exact(read: Sequence[Piece], vectors: Embedded) -> Ranks:
    order = np.argsort(-(vectors.questions @ vectors.chunks.T), axis=1)[:, :_CHUNKS]
    return [_once(read[place].topic for place in places) for places in order]


def _judged(store: str, mode: str, ranks: Ranks) -> Judged:
    pairs = list(zip(ranks, JUDGEMENTS, strict=True))
    return Judged(
        store,
        mode,
        mean(ndcg(found, judgement.grades) for found, judgement in pairs),
        mean(recall(found, list(judgement.grades)) for found, judgement in pairs),
    )


def _topics(hits: Iterable[Hit]) -> list[str]:
    return _once(hit.chunk.file_id for hit in hits)


def _once(topics: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(topics))


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    asyncio.run(judge(sys.argv[2:], Path(sys.argv[1])))
