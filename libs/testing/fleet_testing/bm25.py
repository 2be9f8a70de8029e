"""The ranking that full-text engines share, over texts in memory.

Formula: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), with Lucene's idf.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping

K1 = 1.2
B = 0.75

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, as Lucene's standard analyzer nearly has them."""
    return _WORD.findall(text.lower())


class Bm25:
    """An index of texts, each with an id."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        counts = {key: Counter(words(text)) for key, text in texts.items()}
        self._lengths = {key: counter.total() for key, counter in counts.items()}
        self._mean = sum(self._lengths.values()) / max(1, len(counts))
        self._postings: dict[str, dict[str, int]] = defaultdict(dict)
        for key, counter in counts.items():
            for word, times in counter.items():
                self._postings[word][key] = times

    def scores(self, asked: list[str]) -> dict[str, float]:
        """Return how well each text fits that has any of the words."""
        found: dict[str, float] = defaultdict(float)
        for word in asked:
            having = self._postings.get(word, {})
            rarity = math.log(1 + (len(self._lengths) - len(having) + 0.5) / (len(having) + 0.5))
            for key, times in having.items():
                length = 1 - B + B * self._lengths[key] / self._mean
                found[key] += rarity * times / (times + K1 * length)
        return dict(found)
