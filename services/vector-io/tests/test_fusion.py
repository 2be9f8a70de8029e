"""Making one rank of two."""

import numpy as np
import pytest

from fleet_vector_io.fusion import Ranking, fused, merged
from fleet_vector_io.provider import Chunk, Hit


def hits(**scores):
    nothing = np.empty(0, dtype=np.float32)
    return [Hit(Chunk(name, name, nothing), score) for name, score in scores.items()]


def told(found):
    return {hit.chunk.id: pytest.approx(hit.score) for hit in found}


def test_rrf_adds_what_ranks_are_worth():
    """1 / (60 + rank) from each list, and nothing of the scores."""
    found = fused(hits(a=0.9, b=0.1), hits(b=7.0, c=5.0), Ranking("rrf"))

    assert ["b", "a", "c"] == [hit.chunk.id for hit in found]
    assert {"a": 1 / 61, "b": 1 / 62 + 1 / 61, "c": 1 / 62} == told(found)


def test_rrf_weighs_its_lists():
    """As `hybrid_search` of OpenAI's API asks."""
    ranking = Ranking("rrf", impact_factor=10, by_meaning=0.0, by_words=2.0)

    assert {"a": 0.0, "b": 2 / 11} == told(fused(hits(a=0.9), hits(b=7.0), ranking))


def test_weighted_brings_scores_between_the_worst_and_the_best():
    """So that cosines and word scores can be added."""
    found = fused(hits(a=0.9, b=0.5, c=0.1), hits(c=8.0, b=4.0), Ranking("weighted", alpha=0.75))

    assert {"a": 0.75, "b": 0.375, "c": 0.25} == told(found)


def test_one_hit_alone_is_the_best_of_its_list():
    """There is no spread to divide by."""
    assert {"a": 0.5} == told(fused(hits(a=0.2), [], Ranking("weighted", alpha=0.5)))
    assert {"a": 0.5} == told(fused(hits(a=0.2), [], Ranking("normalized", alpha=0.5)))


def test_normalized_counts_deviations_from_the_mean():
    """One deviation above is 4 / 6 of the way."""
    found = fused(hits(a=3.0, b=1.0), [], Ranking("normalized", alpha=1.0))

    assert {"a": 4 / 6, "b": 2 / 6} == told(found)


def test_several_searches_keep_the_best_score_of_each_chunk():
    """A chunk that two queries find comes once."""
    assert {"a": 0.9, "b": 0.8} == told(merged([hits(a=0.9, b=0.1), hits(b=0.8)]))
