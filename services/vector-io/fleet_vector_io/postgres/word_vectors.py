"""The words of a text as Postgres indexes them: a `tsvector`, with a position for each time that a word occurs.

Our own reading of words stands in for Postgres' parser, whose idea of words and of case depends on the server's locale.
"""

from collections import Counter
from collections.abc import Iterable

_MOST = 255
"""The most positions of one word that Postgres keeps."""
_ROOM = 900_000
"""In bytes. Postgres refuses more than a megabyte; words that come after that are not searched."""


def word_vector(words: Iterable[str]) -> str:
    """Write a `tsvector` of the words, which have no quotes and no backslashes."""
    room, parts = _ROOM, []
    for word, count in Counter(words).items():
        often = min(count, _MOST)
        room -= len(word.encode()) + 2 * often + 8
        if room < 0:
            break
        parts.append(f"'{word}':{','.join(map(str, range(1, often + 1)))}")
    return " ".join(parts)


def any_of(words: Iterable[str]) -> str:
    """Write a `tsquery` that is fulfilled by texts with any of the words."""
    return " | ".join(f"'{word}'" for word in words)
