"""Ranking by words, which Chroma does not do outside its cloud.

Chroma says which records have any of the words; all of them are weighed here, as BM25 has it, so that the best are the
best of all. How rare a word is is measured among the records that are selected.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from fleet_vector_io.bm25 import rarity, weight


class Ranking:
    """Weighs records, one after the other, of which it keeps some numbers.

    Args:
        asked: The words that are looked for.
    """

    def __init__(self, asked: Iterable[str]) -> None:
        self._asked = frozenset(asked)
        self._weights: dict[str, Mapping[str, float]] = {}

    def add(self, name: str, document: str) -> None:
        """Weigh a record by its words, which have spaces between them."""
        found = document.split()
        counts = Counter(word for word in found if word in self._asked)
        if counts:
            self._weights[name] = {
                word: weight(count, len(found)) for word, count in counts.items()
            }

    def best(self, limit: int, total: int) -> dict[str, float]:
        """Return the best of all, the best first, with their scores. `total` is how many could have been found."""
        holders = Counter(word for weights in self._weights.values() for word in weights)
        rarities = {word: rarity(count, max(total, count)) for word, count in holders.items()}
        scores = {
            name: sum(rarities[word] * each for word, each in weights.items())
            for name, weights in self._weights.items()
        }
        order = sorted(scores, key=lambda name: (-scores[name], name))
        return {name: scores[name] for name in order[:limit]}
