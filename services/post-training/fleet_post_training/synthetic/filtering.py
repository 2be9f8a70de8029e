"""Which answers are kept, by chance and by their scores."""

import math
import random
from collections.abc import Sequence
from typing import Literal, TypeAlias

from fleet_post_training.config import SyntheticDataConfig

Filtering: TypeAlias = Literal["none", "random", "top_k", "top_p", "top_k_top_p", "sigmoid"]

SCORED: frozenset[Filtering] = frozenset({"top_k", "top_p", "top_k_top_p", "sigmoid"})
"""The filters that need scores."""


def kept(
    scores: Sequence[float],
    filtering: Filtering,
    config: SyntheticDataConfig,
    chance: random.Random,
) -> list[int]:
    """Return the places of those answers to one conversation that are kept, in their order.

    Args:
        scores: The answers' scores, the higher, the better; zeros where the filter needs none.
        filtering: The filter.
        config: How many, and how much.
        chance: Decides where chance does.
    """
    every = range(len(scores))
    match filtering:
        case "none":
            return list(every)
        case "random":
            return [chance.randrange(len(scores))] if scores else []
        case "sigmoid":
            return [place for place in every if chance.random() < _sigmoid(scores[place])]
        case "top_k":
            return sorted(_best(scores)[: config.top_k])
        case "top_p":
            return sorted(_nucleus(scores, _best(scores), config.top_p))
        case "top_k_top_p":
            return sorted(_nucleus(scores, _best(scores)[: config.top_k], config.top_p))


def _best(scores: Sequence[float]) -> list[int]:
    """Return all places, the best score's first."""
    return sorted(range(len(scores)), key=lambda place: (-scores[place], place))


def _nucleus(scores: Sequence[float], places: Sequence[int], most: float) -> list[int]:
    """Return the fewest of `places`, best first, whose softmax makes up `most` (https://arxiv.org/abs/1904.09751)."""
    if not places:
        return []
    highest = max(scores[place] for place in places)
    weights = [math.exp(scores[place] - highest) for place in places]
    found: list[int] = []
    made_up = 0.0
    for place, weight in zip(places, weights, strict=True):
        found.append(place)
        made_up += weight / sum(weights)
        if made_up >= most:
            break
    return found


def _sigmoid(score: float) -> float:
    # Of the two forms the one that cannot overflow.
    if score >= 0:
        return 1 / (1 + math.exp(-score))
    return math.exp(score) / (1 + math.exp(score))
