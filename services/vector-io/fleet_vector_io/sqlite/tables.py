"""The tables of a collection: its chunks, their attributes, words and vectors.

Each collection has tables of its own, named by its key, so that neither the statistics of words nor the cost of a
search depend on what else the file holds, and dropping one is quick. Rows of one chunk have the same number `n` in all
four. Numbers only grow: a chunk that is put in again gets a new one, so that a copy of the rows sees by it what is new.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import apsw
import msgspec
import numpy as np
from numpy.typing import NDArray

from fleet_runtime.errors import NotFound
from fleet_vector_io.filters import kind
from fleet_vector_io.provider import ByWords, Chunk, Collection, Hit, Selection, Vector
from fleet_vector_io.sqlite.selections import KINDS, Condition, condition, stored
from fleet_vector_io.vectors import NO_VECTOR, units
from fleet_vector_io.words import words

COLLECTIONS = """
CREATE TABLE IF NOT EXISTS collections (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  dimension INTEGER NOT NULL,
  next INTEGER NOT NULL DEFAULT 1,
  deletions INTEGER NOT NULL DEFAULT 0
)
"""
_CREATED = """
CREATE TABLE chunks_# (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  file_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  attributes TEXT NOT NULL,
  payload TEXT NOT NULL
);
CREATE INDEX chunks_#_in_order ON chunks_# (file_id, position, id);
CREATE TABLE attributes_# (
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  value NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (key, kind, value, n)
) WITHOUT ROWID;
CREATE INDEX attributes_#_of_chunk ON attributes_# (n);
CREATE VIRTUAL TABLE words_# USING fts5 (
  words, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0"
);
"""
_PUT = (
    "INSERT INTO chunks_# (n, id, file_id, position, text, attributes, payload)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_COLUMNS = "id, text, file_id, position, attributes, payload"
_NAMES = ("chunks", "attributes", "words", "vectors")


@dataclass(frozen=True, slots=True)
class State:
    """How far a collection's tables are.

    Attributes:
        key: Which tables are its.
        next: The number of the next row; all that are smaller have been given.
        deletions: How many times rows were taken out.
    """

    key: int
    next: int
    deletions: int


class Tables:
    """What is done to the tables of one collection, over a connection in a transaction."""

    def __init__(self, connection: apsw.Connection, collection: Collection) -> None:
        self._connection = connection
        self._collection = collection
        self.state = self._state()

    @classmethod
    def create(cls, connection: apsw.Connection, collection: Collection, vectors: str) -> None:
        """Make the tables, unless they are there.

        Args:
            connection: What to write through.
            collection: Whose tables.
            vectors: The statement that makes the table `vectors_#`, which has a rowid and an `embedding`.
        """
        given = (collection.id, collection.dimension)
        statement = "INSERT OR IGNORE INTO collections (id, dimension) VALUES (?, ?) RETURNING key"
        for (key,) in connection.execute(statement, given).fetchall():
            connection.execute((_CREATED + vectors).replace("#", str(key))).fetchall()

    @classmethod
    def drop(cls, connection: apsw.Connection, collection: Collection) -> None:
        """Take the tables out, if they are there."""
        statement = "DELETE FROM collections WHERE id = ? RETURNING key"
        for (key,) in connection.execute(statement, (collection.id,)).fetchall():
            for name in _NAMES:
                connection.execute(f"DROP TABLE {name}_{key}")

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Iterable[tuple[Any, ...]]:
        """Run a statement, in which `#` stands for the collection's key."""
        return self._connection.execute(sql.replace("#", str(self.state.key)), values)

    def put(self, chunks: Sequence[Chunk]) -> None:
        """Put chunks in, each in place of the one of its id."""
        latest = list({chunk.id: chunk for chunk in chunks}.values())
        if not latest:
            return
        self.delete(Selection(ids=[chunk.id for chunk in latest]))
        numbered = list(enumerate(latest, self._take_numbers(len(latest))))
        self._insert(_PUT, ((n, *_row(chunk)) for n, chunk in numbered))
        self._insert(
            "INSERT INTO attributes_# (key, kind, value, n) VALUES (?, ?, ?, ?)",
            (
                (key, KINDS[kind(value)], stored(value), n)
                for n, chunk in numbered
                for key, value in chunk.attributes.items()
            ),
        )
        self._insert(
            "INSERT INTO words_# (rowid, words) VALUES (?, ?)",
            ((n, " ".join(words(chunk.text))) for n, chunk in numbered),
        )
        self._insert(
            "INSERT INTO vectors_# (rowid, embedding) VALUES (?, ?)",
            ((n, vector.tobytes()) for (n, _), vector in zip(numbered, units(latest), strict=True)),
        )

    def delete(self, selection: Selection) -> None:
        """Take out what is selected."""
        gone = [(n,) for n in self.numbers(condition(selection))]
        if not gone:
            return
        self._insert("DELETE FROM chunks_# WHERE n = ?", gone)
        self._insert("DELETE FROM attributes_# WHERE n = ?", gone)
        self._insert("DELETE FROM words_# WHERE rowid = ?", gone)
        self._insert("DELETE FROM vectors_# WHERE rowid = ?", gone)
        self.execute(
            "UPDATE collections SET deletions = deletions + 1 WHERE key = ?", [self.state.key]
        )

    def numbers(self, within: Condition) -> list[int]:
        """Return the numbers of the chunks that fulfil a condition."""
        where = f" WHERE {within.sql}" if within else ""
        return [n for (n,) in self.execute(f"SELECT n FROM chunks_#{where}", within.values)]  # noqa: S608 - our own words

    def count(self) -> int:
        """Return how many chunks there are."""
        [(count,)] = self.execute("SELECT count(*) FROM chunks_#")
        return int(count)

    def vectors(
        self, first: int, batch: int
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Yield the numbers and vectors from number `first` on, `batch` at a time, in order."""
        # By the chunks' numbers, as the tables of sqlite-vec know no range of rows.
        statement = (
            "SELECT chunks.n, embedding FROM chunks_# AS chunks"
            " CROSS JOIN vectors_# AS vectors ON vectors.rowid = chunks.n"
            " WHERE chunks.n >= ? ORDER BY chunks.n"
        )
        rows = iter(self.execute(statement, (first,)))
        while some := list(islice(rows, batch)):
            numbers = np.array([n for n, _ in some], dtype=np.int64)
            vectors = np.frombuffer(b"".join(blob for _, blob in some), dtype=np.float32)
            yield numbers, vectors.reshape(len(some), -1)

    def chunks(self, selection: Selection, offset: int, limit: int) -> list[Chunk]:
        """Return chunks with their vectors, by file, position and id."""
        within = condition(selection)
        where = f"WHERE {within.sql}" if within else ""
        rows = self.execute(
            f"SELECT {_COLUMNS}, embedding"  # noqa: S608 - our own words
            # The order of a CROSS JOIN is kept: a page of chunks, then the vector of each.
            f" FROM (SELECT n, {_COLUMNS} FROM chunks_# {where}"
            "  ORDER BY file_id, position, id LIMIT ? OFFSET ?) AS page"
            " CROSS JOIN vectors_# AS vectors ON vectors.rowid = page.n"
            " ORDER BY file_id, position, id",
            (*within.values, limit, offset),
        )
        return [_chunk(row[:-1], np.frombuffer(row[-1], dtype=np.float32)) for row in rows]

    def by_words(self, query: ByWords) -> list[Hit]:
        """Return the chunks that have words of a text, the best first by BM25."""
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(words(query.text)))
        if not asked:
            return []
        within = condition(query.within)
        # The plus keeps SQLite from asking the index once for each chunk that is selected.
        where = f"AND +rowid IN (SELECT n FROM chunks_# WHERE {within.sql})" if within else ""  # noqa: S608 - our own words
        found = self.execute(
            f"SELECT rowid, -rank FROM words_# WHERE words_# MATCH ? {where} ORDER BY rank LIMIT ?",  # noqa: S608 - our own words
            (asked, *within.values, query.limit),
        )
        return self.hits(found)

    def hits(self, found: Iterable[tuple[Any, ...]]) -> list[Hit]:
        """Return the hits of which `found` says the numbers and the scores."""
        scores = dict(found)
        rows = self.execute(
            f"SELECT n, {_COLUMNS} FROM chunks_# WHERE n IN (SELECT value FROM json_each(?))",  # noqa: S608 - our own words
            (msgspec.json.encode(list(scores)).decode(),),
        )
        chunks = {row[0]: _chunk(row[1:], NO_VECTOR) for row in rows}
        return [Hit(chunks[n], score) for n, score in scores.items()]

    def _state(self) -> State:
        statement = "SELECT key, next, deletions FROM collections WHERE id = ?"
        for row in self._connection.execute(statement, (self._collection.id,)):
            return State(*row)
        message = f"There is no collection {self._collection.id!r}; it was dropped or never made."
        raise NotFound(message)

    def _take_numbers(self, count: int) -> int:
        """Return the first of `count` numbers that no row has had."""
        statement = "UPDATE collections SET next = next + ? WHERE key = ? RETURNING next"
        ((after,),) = self.execute(statement, (count, self.state.key))
        return int(after) - count

    def _insert(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._connection.executemany(sql.replace("#", str(self.state.key)), rows)


def _row(chunk: Chunk) -> tuple[str, str, int, str, str, str]:
    attributes = msgspec.json.encode(chunk.attributes).decode()
    return chunk.id, chunk.file_id, chunk.position, chunk.text, attributes, chunk.payload


def _chunk(row: tuple[Any, ...], vector: Vector) -> Chunk:
    chunk_id, text, file_id, position, attributes, payload = row
    known = msgspec.json.decode(attributes)
    return Chunk(chunk_id, text, vector, file_id, position, known, payload)
