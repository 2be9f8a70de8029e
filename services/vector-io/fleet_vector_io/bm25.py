"""What words weigh, for engines that keep sparse vectors or nothing of the kind, and read no texts.

BM25 is a sum over the words that are asked for: what a word weighs in a text, times how rare it is among all texts.
The former is computed here when a chunk is put in; the latter by the engine, or here, when it is asked. Formula:
Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009. The average length of a text,
which BM25 wants to know, is taken for constant, so that no chunk's weights change when another comes or goes.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Mapping

from fleet_vector_io.words import words

# The usual values.
_SATURATION = 1.2
_LENGTH_MATTERS = 0.75
# In words.
_USUAL_LENGTH = 256


def weight(count: int, length: int) -> float:
    """Return what a word weighs that occurs `count` times in a text of `length` words."""
    norm = 1 - _LENGTH_MATTERS + _LENGTH_MATTERS * length / _USUAL_LENGTH
    return count * (_SATURATION + 1) / (count + _SATURATION * norm)


def rarity(holders: int, texts: int) -> float:
    """Return how rare a word is that `holders` of `texts` have: its inverse document frequency, above 0."""
    return math.log(1 + (texts - holders + 0.5) / (holders + 0.5))


def sparse(text: str) -> Mapping[int, float]:
    """Return what the words of a text weigh, by their numbers."""
    found = words(text)
    weights: dict[int, float] = {}
    for word, count in Counter(found).items():
        number = numbered(word)
        weights[number] = weights.get(number, 0.0) + weight(count, len(found))
    return weights


def numbered(word: str) -> int:
    """Return the number of a word, below 2 ** 32. By a chance of one in four thousand million, two have the same."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest())
