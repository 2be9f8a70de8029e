"""Making one rank of two: by meaning and by words.

Formulas: reciprocal rank fusion, Cormack, Clarke and Büttcher, SIGIR 2009; weighted sums of scores brought to 0 to 1.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from fleet_vector_io.provider import Hit

Fusion: TypeAlias = Literal["rrf", "weighted", "normalized"]


@dataclass(frozen=True, slots=True)
class Ranking:
    """How ranks become one.

    Attributes:
        fusion: `rrf` adds what ranks are worth; `weighted` scores between the worst and the best of each list;
            `normalized` the same, each list's scores brought to a mean of 0 and a spread of 1 first.
        alpha: How much meaning counts against words, from 0 to 1, in the last two.
        impact_factor: How slowly `rrf` falls with the rank.
        by_meaning: How much the rank by meaning counts in `rrf`.
        by_words: How much the rank by words counts in `rrf`.
    """

    fusion: Fusion = "rrf"
    alpha: float = 0.5
    impact_factor: float = 60.0
    by_meaning: float = 1.0
    by_words: float = 1.0


def fused(by_meaning: Sequence[Hit], by_words: Sequence[Hit], ranking: Ranking) -> list[Hit]:
    """Return the chunks of both lists in one rank, the best first. Scores are 0 or above."""
    if ranking.fusion == "rrf":
        scores = _added(
            _reciprocal(by_meaning, ranking.impact_factor, ranking.by_meaning),
            _reciprocal(by_words, ranking.impact_factor, ranking.by_words),
        )
    else:
        brought = _between if ranking.fusion == "weighted" else _standardized
        scores = _added(
            _weighted(brought(by_meaning), ranking.alpha),
            _weighted(brought(by_words), 1 - ranking.alpha),
        )
    hits = {hit.chunk.id: hit for hit in (*by_meaning, *by_words)}
    return best(replace(hits[name], score=score) for name, score in scores.items())


def best(hits: Iterable[Hit]) -> list[Hit]:
    """Return hits, the best first; equal ones by their names, so that the same search has the same answer."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))


def merged(lists: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Return the chunks of several searches, each with its best score, the best first."""
    hits: dict[str, Hit] = {}
    for hit in (hit for found in lists for hit in found):
        known = hits.get(hit.chunk.id)
        if known is None or known.score < hit.score:
            hits[hit.chunk.id] = hit
    return best(hits.values())


def _reciprocal(hits: Sequence[Hit], factor: float, weight: float) -> dict[str, float]:
    return {hit.chunk.id: weight / (factor + place) for place, hit in enumerate(hits, start=1)}


def _between(hits: Sequence[Hit]) -> dict[str, float]:
    """Return scores from 0, for the worst, to 1."""
    if not hits:
        return {}
    scores = [hit.score for hit in hits]
    low, spread = min(scores), max(scores) - min(scores)
    return {hit.chunk.id: (hit.score - low) / spread if spread else 1.0 for hit in hits}


def _standardized(hits: Sequence[Hit]) -> dict[str, float]:
    """Return scores from 0 to 1 by how many standard deviations they are from the mean, three being the most."""
    if not hits:
        return {}
    scores = [hit.score for hit in hits]
    mean = sum(scores) / len(scores)
    deviation = (sum((score - mean) ** 2 for score in scores) / len(scores)) ** 0.5
    if not deviation:
        return dict.fromkeys((hit.chunk.id for hit in hits), 1.0)
    return {
        hit.chunk.id: min(1.0, max(0.0, ((hit.score - mean) / deviation + 3) / 6)) for hit in hits
    }


def _weighted(scores: Mapping[str, float], weight: float) -> dict[str, float]:
    return {name: weight * score for name, score in scores.items()}


def _added(*several: Mapping[str, float]) -> dict[str, float]:
    total: dict[str, float] = {}
    for scores in several:
        for name, score in scores.items():
            total[name] = total.get(name, 0.0) + score
    return total
