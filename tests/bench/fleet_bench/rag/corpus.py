"""What is searched: passages with their vectors, queries, and what an exact search finds for them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleet_bench.rag.meaning import vector
from fleet_bench.rag.prose import WORDS, passage

LIMIT = 10
"""How many passages a search is to find."""
_CHARACTERS = 600
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked.

    Attributes:
        text: The words.
        exact: The documents of the `LIMIT` passages that are nearest by cosine.
    """

    text: str
    exact: frozenset[str]


class Corpus:
    """So many passages, each of a document of its own, and as many queries as are wanted."""

    def __init__(self, size: int, queries: int) -> None:
        self.texts = {_document(n): passage(f"passage {n}", _CHARACTERS) for n in range(size)}
        """The passages by their documents."""
        self._vectors = np.stack([vector(text) for text in self.texts.values()])
        texts = [f"{WORDS[n % len(WORDS)]} question {n}" for n in range(queries)]
        nearest = _nearest(self._vectors, np.stack([vector(text) for text in texts]))
        self.queries = [
            Query(text, frozenset(_document(int(n)) for n in row))
            for text, row in zip(texts, nearest, strict=True)
        ]

    def chunks(self, start: int, stop: int, model: str) -> list[dict[str, Any]]:
        """Return passages as the native insert takes them, embedded by `model`."""
        documents = list(self.texts)[start:stop]
        return [
            {
                "content": self.texts[document],
                "chunk_id": f"chunk-{document}",
                "metadata": {"document_id": document, "file_id": document},
                "chunk_metadata": {"document_id": document, "chunk_id": f"chunk-{document}"},
                "embedding": row.astype(float).round(6).tolist(),
                "embedding_model": model,
                "embedding_dimension": len(row),
            }
            for document, row in zip(documents, self._vectors[start:stop], strict=True)
        ]


def _document(number: int) -> str:
    return f"file-{number:032x}"


def _nearest(vectors: NDArray[np.float32], asked: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the `LIMIT` nearest of `vectors` for each row of `asked`, by cosine, in double precision."""
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    found = []
    for start in range(0, len(asked), _BLOCK):
        scores = asked[start : start + _BLOCK].astype(np.float64) @ vectors.T.astype(np.float64)
        found.append(np.argsort(-scores / lengths, axis=1)[:, :LIMIT])
    return np.concatenate(found)
