"""sqlite-vec, and what its documentation shows, by APSW: many Pythons have an SQLite that loads no extensions.

Vectors have length one, so that the default measure, which is the fastest, has the order of cosines.
"""

from collections.abc import Sequence

import apsw
import sqlite_vec

from fleet_bench.stores.corpus import DIMENSION, NEIGHBOURS, Question, Row
from fleet_bench.stores.load import Ask
from fleet_bench.stores.store import Place, Store
from fleet_vector_io.providers.sqlite_vec import SqliteVec

_CREATE = f"""
PRAGMA journal_mode = WAL;
CREATE VIRTUAL TABLE items USING vec0 (
  embedding float[{DIMENSION}], group_number integer, +content text
);
"""
_INSERT = "INSERT INTO items (rowid, embedding, group_number, content) VALUES (?, ?, ?, ?)"
_ANY = "SELECT rowid, distance, content FROM items WHERE embedding MATCH ? AND k = ?"
_OF_GROUP = _ANY + " AND group_number = ?"


class _Items:
    """A table of vectors, with the group as a metadata column."""

    def __init__(self, place: Place) -> None:
        self._path = str(place.folder / "own.db")
        self._writer = self._connect()
        self._writer.execute(_CREATE).fetchall()
        self._readers: list[apsw.Connection] = []

    def put(self, rows: Sequence[Row]) -> None:
        values = ((row.number, row.vector.tobytes(), row.group, row.text) for row in rows)
        with self._writer:
            self._writer.executemany(_INSERT, values)

    def ready(self) -> None:
        self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def caller(self, candidates: int | None) -> Ask:
        connection = self._connect()
        self._readers.append(connection)

        def ask(question: Question) -> list[int]:
            values = [question.vector.tobytes(), NEIGHBOURS]
            if question.group is None:
                rows = connection.execute(_ANY, values)
            else:
                rows = connection.execute(_OF_GROUP, [*values, question.group])
            return [row[0] for row in rows]

        return ask

    def close(self) -> None:
        for connection in (self._writer, *self._readers):
            connection.close()

    def _connect(self) -> apsw.Connection:
        connection = apsw.Connection(self._path)
        connection.enable_load_extension(True)
        connection.load_extension(sqlite_vec.loadable_path())
        return connection


def _provider(place: Place, candidates: int | None = None) -> SqliteVec:
    return SqliteVec(SqliteVec.Config(db_path=place.folder / "ours.db"))


SQLITE_VEC = Store(_provider, _Items)
