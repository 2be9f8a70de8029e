"""`docvqa`: answers to questions about documents, by ANLS, the average normalised Levenshtein similarity.

Source: Biten et al., "Scene text visual question answering", 2019 (https://arxiv.org/abs/1905.13648), section 4.2.
"""

from collections.abc import Sequence

# Answers that are less alike are wrong ones, and not badly read ones.
_THRESHOLD = 0.5
# In characters. No answer is longer; what is, is cut.
_LONGEST = 2000


def docvqa(generated: str, expected: Sequence[str]) -> float:
    """Return how alike an answer is to the nearest of the expected ones: from 0.5 to 1, or 0."""
    alike = max((_similarity(_plain(generated), _plain(each)) for each in expected), default=0.0)
    return alike if alike >= _THRESHOLD else 0.0


def _plain(text: str) -> str:
    return " ".join(text.lower().split())[:_LONGEST]


def _similarity(one: str, other: str) -> float:
    longest = max(len(one), len(other))
    return 1.0 - _distance(one, other) / longest if longest else 1.0


def _distance(one: str, other: str) -> int:
    """Return the Levenshtein distance: how many characters are put in, taken away, or changed."""
    before = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        now = [row]
        for column, right in enumerate(other, 1):
            changed = before[column - 1] + (left != right)
            now.append(min(before[column] + 1, now[-1] + 1, changed))
        before = now
    return before[-1]
