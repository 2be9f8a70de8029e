"""Searching vectors as they are read, for those that do not fit into memory."""

import apsw
import numpy as np

from fleet_vector_io.in_memory.index import NO_NUMBERS
from fleet_vector_io.provider import ByMeaning, Collection, Hit
from fleet_vector_io.sqlite.connections import snapshot
from fleet_vector_io.sqlite.selections import condition
from fleet_vector_io.sqlite.tables import Tables
from fleet_vector_io.vectors import cosine, unit

_BATCH = 4096
"""How many vectors are read at a time."""


def scanned(reader: apsw.Connection, collection: Collection, query: ByMeaning) -> list[Hit]:
    """Return the chunks whose vectors are nearest, over a connection outside of any transaction."""
    asked, within = unit(query.vector), condition(query.within)
    numbers, scores = NO_NUMBERS, np.zeros(0, dtype=np.float32)
    with snapshot(reader):
        tables = Tables(reader, collection)
        selected = np.array(tables.numbers(within), dtype=np.int64) if within else None
        for some, vectors in tables.vectors(0, _BATCH):
            numbers = np.concatenate([numbers, some])
            scores = np.concatenate([scores, np.einsum("ij,j->i", vectors, asked)])
            if selected is not None:
                chosen = np.isin(numbers, selected)
                numbers, scores = numbers[chosen], scores[chosen]
            best = np.argsort(-scores, kind="stable")[: query.limit]
            numbers, scores = numbers[best], scores[best]
        found = zip(numbers.tolist(), scores.tolist(), strict=True)
        return tables.hits((n, cosine(score)) for n, score in found)
