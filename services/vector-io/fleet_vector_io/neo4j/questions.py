"""Plain texts as questions of Lucene's query language, which Neo4j's full-text indexes take.

Format: https://lucene.apache.org/core/9_11_0/queryparser/org/apache/lucene/queryparser/classic/package-summary.html
"""

import re
from collections.abc import Iterator

from fleet_vector_io.words import words

_SPECIAL = re.compile(r'([+\-&|!(){}\[\]^"~*?:\\/<>=])')
# Lucene refuses more than 1,024 clauses, and may count more words than we do.
_CLAUSES = 500


def questions(text: str) -> list[str]:
    """Return questions for any of the words of a text; what they score is to be added up.

    The pieces stay whole, for Lucene's analyzer to cut as it has cut the chunks, but nothing in them is syntax.
    """
    found: list[list[str]] = []
    room = 0
    for piece, clauses in _pieces(text):
        if clauses > room:
            found.append([])
            room = _CLAUSES
        found[-1].append(_SPECIAL.sub(r"\\\1", piece))
        room -= clauses
    return [" ".join(pieces) for pieces in found]


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Yield what stands between spaces, once each, and of how many words it is; nothing that has none."""
    # `AND`, `OR` and `NOT` are syntax only in capitals.
    for piece in dict.fromkeys(text.replace("\0", " ").lower().split()):
        within = words(piece)
        if len(within) > _CLAUSES:
            yield from ((word, 1) for word in within)
        elif within:
            yield piece, len(within)
