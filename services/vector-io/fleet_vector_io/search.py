"""Finding chunks: by meaning, by words or by both, in one rank."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_vector_io import metrics, payload
from fleet_vector_io.config import RewriteConfig, SearchConfig
from fleet_vector_io.filters import Filter
from fleet_vector_io.fusion import Ranking, best, fused, merged
from fleet_vector_io.models import Models
from fleet_vector_io.provider import (
    ByMeaning,
    ByWords,
    Chunk,
    Collection,
    Hit,
    Selection,
    Vector,
    VectorIOProvider,
)
from fleet_vector_io.records import StoreRecord

Mode: TypeAlias = Literal["vector", "keyword", "hybrid"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be found.

    Attributes:
        texts: What is looked for; a chunk need fit one of them.
        limit: The most chunks.
        mode: How.
        condition: What the chunks' attributes fulfil.
        threshold: The least score.
        ranking: How the two ranks of `hybrid` become one.
        reranker: The rerank model that has the last word.
        reranker_weight: How much it counts against the rank before it, from 0 to 1.
    """

    texts: Sequence[str]
    limit: int
    mode: Mode
    condition: Filter | None = None
    threshold: float = 0.0
    ranking: Ranking = field(default_factory=Ranking)
    reranker: str | None = None
    reranker_weight: float = 1.0


class Searcher:
    """Searches stores.

    Args:
        providers: Who keeps chunks, by id.
        models: Embeds queries, rewrites them, and reranks.
        config: What requests leave open.
    """

    def __init__(
        self, providers: dict[str, VectorIOProvider], models: Models, config: SearchConfig
    ) -> None:
        self._providers = providers
        self._models = models
        self._config = config

    async def rewritten(self, texts: Sequence[str], call: Call) -> list[str]:
        """Return each text in words that are better found.

        Raises:
            InvalidArgument: No model is configured for it.
        """
        config = self._config.rewrite
        if config is None:
            raise InvalidArgument(
                "Queries are not rewritten here; leave 'rewrite_query' out, or configure 'search.rewrite'.",
                code="rewrite_not_configured",
                param="rewrite_query",
            )
        return list(await asyncio.gather(*(self._rewritten(text, config, call) for text in texts)))

    async def _rewritten(self, text: str, config: RewriteConfig, call: Call) -> str:
        left = call.seconds_left()
        seconds = config.timeout_seconds if left is None else min(left, config.timeout_seconds)
        one = Call(call.method, call.forwarded(), time.monotonic() + seconds)
        said = await self._models.say(
            config.model,
            config.prompt.replace("{query}", text),
            one,
            most=config.max_tokens,
            temperature=config.temperature,
        )
        return said or text

    async def found(self, store: StoreRecord, wanted: Wanted, call: Call) -> list[Hit]:
        """Return the chunks that fit best, the best first."""
        begun = time.perf_counter()
        hits = await self._found(store, wanted, call)
        metrics.SEARCHES.labels(store.provider_id, wanted.mode).observe(time.perf_counter() - begun)
        if not hits:
            metrics.NOTHING_FOUND.labels(store.provider_id, wanted.mode).inc()
        return hits

    async def _found(self, store: StoreRecord, wanted: Wanted, call: Call) -> list[Hit]:
        place = _Place(self._providers[store.provider_id], store.collection)
        vectors: Sequence[Vector | None] = [None] * len(wanted.texts)
        if wanted.mode != "keyword":
            vectors = await self._models.embed(
                store.embedding_model, wanted.texts, store.dimension, call
            )
        hits = await self._all(place, wanted, vectors)
        now = int(time.time())
        hits = [hit for hit in hits if not _is_over(hit.chunk, now)]
        if wanted.reranker:
            hits = await self._reranked(hits, wanted, wanted.reranker, call)
        return [hit for hit in hits if hit.score >= wanted.threshold][: wanted.limit]

    async def _all(
        self, place: "_Place", wanted: Wanted, vectors: Sequence[Vector | None]
    ) -> list[Hit]:
        """Return the best chunks for all texts together."""
        if len(wanted.texts) == 1:  # as nearly always, and needs no tasks
            return best(await self._one(place, wanted.texts[0], vectors[0], wanted))
        pairs = zip(wanted.texts, vectors, strict=True)
        return merged(await asyncio.gather(*(self._one(place, *each, wanted) for each in pairs)))

    async def _one(
        self, place: "_Place", text: str, vector: Vector | None, wanted: Wanted
    ) -> list[Hit]:
        """Return the best chunks for one text."""
        several = wanted.mode == "hybrid" or wanted.reranker
        limit = wanted.limit * self._config.chunk_multiplier if several else wanted.limit
        within = Selection(condition=wanted.condition)
        if vector is None:
            return await place.search(ByWords(text, limit, within))
        if wanted.mode == "vector":
            return await place.search(ByMeaning(vector, limit, within))
        by_meaning, by_words = await asyncio.gather(
            place.search(ByMeaning(vector, limit, within)),
            place.search(ByWords(text, limit, within)),
        )
        return fused(by_meaning, by_words, wanted.ranking)

    async def _reranked(self, hits: list[Hit], wanted: Wanted, model: str, call: Call) -> list[Hit]:
        """Return the chunks in the order that a rerank model gives them."""
        if not hits:
            return hits
        texts = [hit.chunk.text for hit in hits]
        scores = await self._models.ranks(model, "\n".join(wanted.texts), texts, call)
        weight = wanted.reranker_weight
        return best(
            replace(hit, score=weight * score + (1 - weight) * hit.score)
            for hit, score in zip(hits, scores, strict=True)
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the chunks of one store are."""

    provider: VectorIOProvider
    collection: Collection

    async def search(self, query: ByMeaning | ByWords) -> list[Hit]:
        return await self.provider.search(self.collection, query)


def _is_over(chunk: Chunk, now: int) -> bool:
    """Whether a chunk has expired: it may be there until it is next looked for."""
    if '"expires"' not in chunk.payload:
        return False
    expires = payload.read(chunk.payload).expires
    return expires is not None and expires <= now
