"""The table of one collection: its chunks, with their attributes, words and vectors.

Its name is made of a digest of the collection's id, which may have signs and a length that names of tables may not; a
comment on the table says the id.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from psycopg import sql

from fleet_vector_io.filters import Attributes
from fleet_vector_io.postgres.nearest import nearest
from fleet_vector_io.postgres.pool import Connection
from fleet_vector_io.postgres.ranking import BY_WORDS
from fleet_vector_io.postgres.selections import condition, stored
from fleet_vector_io.postgres.texts import given, held
from fleet_vector_io.postgres.vector_index import VectorIndex
from fleet_vector_io.postgres.vectors import WireVector, loaded
from fleet_vector_io.postgres.word_vectors import any_of, word_vector
from fleet_vector_io.provider import ByMeaning, ByWords, Chunk, Collection, Hit, Selection, Vector
from fleet_vector_io.vectors import NO_VECTOR, cosine, units
from fleet_vector_io.words import words

_CREATED: Final = """
CREATE TABLE IF NOT EXISTS {table} (
  id text COLLATE "C" PRIMARY KEY,
  file_id text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  text text NOT NULL,
  attributes jsonb NOT NULL,
  payload text NOT NULL,
  embedding vector({dimension}) NOT NULL,
  words tsvector NOT NULL,
  length integer NOT NULL
);
ALTER TABLE {table} ALTER COLUMN embedding SET STORAGE {storage};
CREATE INDEX IF NOT EXISTS {in_order} ON {table} (file_id, position, id);
CREATE INDEX IF NOT EXISTS {by_attribute} ON {table} USING gin (attributes jsonb_path_ops);
CREATE INDEX IF NOT EXISTS {by_word} ON {table} USING gin (words);
COMMENT ON TABLE {table} IS {id};
"""
_PUT: Final = """
INSERT INTO {table} AS old (id, file_id, position, text, attributes, payload, embedding, words, length)
VALUES (%s, %s, %s, %s, %s::jsonb, %s, %b::vector, %s::text::tsvector, %s)
ON CONFLICT (id) DO UPDATE SET
  file_id = excluded.file_id, position = excluded.position, text = excluded.text,
  attributes = excluded.attributes, payload = excluded.payload,
  embedding = excluded.embedding, words = excluded.words, length = excluded.length
WHERE (old.file_id, old.position, old.text, old.attributes, old.payload, old.embedding)
  IS DISTINCT FROM (excluded.file_id, excluded.position, excluded.text, excluded.attributes,
                    excluded.payload, excluded.embedding)
"""
_PAGE: Final = """
SELECT {columns}, embedding FROM {table} WHERE {within}
ORDER BY file_id, position, id LIMIT %s OFFSET %s
"""
_COLUMNS = "id, text, file_id, position, attributes::text, payload"
_IN_LINE = 1_500
"""The most dimensions of a vector that stays in its row, whose page has 8 KiB. By itself Postgres puts it elsewhere
once a row has more than 2 KiB, and each comparison then fetches it."""
_EXACT_INTEGERS = 2**63
"""Numbers from here on were given as floats: JSON in Postgres tells whole floats from integers by no sign."""


class Table:
    """What is done to a collection's table, over a connection.

    Args:
        collection: Whose table.
        index: How its vectors are indexed.
    """

    def __init__(self, collection: Collection, index: VectorIndex) -> None:
        digest = hashlib.blake2b(collection.id.encode(), digest_size=16).hexdigest()
        self.name = f"chunks_{digest}"
        self._collection = collection
        self._index = index

    async def create(self, connection: Connection) -> None:
        """Make it, unless it is there."""
        names = {
            each: sql.Identifier(f"{self.name}_{each}")
            for each in ("in_order", "by_attribute", "by_word")
        }
        statement = sql.SQL(_CREATED).format(
            table=sql.Identifier(self.name),
            dimension=sql.Literal(self._collection.dimension),
            storage=sql.SQL("PLAIN" if self._collection.dimension <= _IN_LINE else "EXTERNAL"),
            id=sql.Literal(self._collection.id),
            **names,
        )
        async with connection.transaction():
            # Two that create the same at once would not see each other.
            lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
            await connection.execute(lock, (self.name,))
            await connection.execute(statement)

    async def drop(self, connection: Connection) -> None:
        """Take it out, if it is there."""
        await connection.execute(self._sql("DROP TABLE IF EXISTS {table}"))

    async def put(self, connection: Connection, chunks: Sequence[Chunk]) -> None:
        """Put chunks in, each in place of the one of its id."""
        # In one order everywhere, or two that put the same would wait for each other.
        latest = sorted({chunk.id: chunk for chunk in chunks}.values(), key=lambda chunk: chunk.id)
        if not latest:
            return
        rows = [_row(chunk, vector) for chunk, vector in zip(latest, units(latest), strict=True)]
        async with connection.transaction(), connection.cursor() as cursor:
            await cursor.executemany(self._sql(_PUT), rows)
        dimension = self._collection.dimension
        if self._index.allows(dimension) and await self._index.is_due(connection, self.name):
            async with connection.transaction():
                await self._index.build(connection, self.name, dimension)

    async def delete(self, connection: Connection, selection: Selection) -> None:
        """Take out what is selected."""
        within = condition(selection)
        statement = self._sql("DELETE FROM {table} WHERE {within}", within=within.sql)
        await connection.execute(statement, within.values)

    async def chunks(
        self, connection: Connection, selection: Selection, offset: int, limit: int
    ) -> list[Chunk]:
        """Return chunks with their vectors, by file, position and id."""
        within = condition(selection)
        statement = self._sql(_PAGE, columns=_COLUMNS, within=within.sql)
        rows = await _rows(connection, statement, (*within.values, limit, offset))
        return [_chunk(row[:-1], loaded(row[-1])) for row in rows]

    async def by_meaning(self, connection: Connection, query: ByMeaning) -> list[Hit]:
        """Return the chunks nearest to a vector, the nearest first."""
        distance = self._index.distance(self._collection.dimension)
        text, parts, values = nearest(self.name, query, distance)
        statement = self._sql(text, columns=_COLUMNS, **parts)
        rows = await _rows(connection, statement, values)
        return [Hit(_chunk(row[:-1], NO_VECTOR), cosine(row[-1])) for row in rows]

    async def by_words(self, connection: Connection, query: ByWords) -> list[Hit]:
        """Return the chunks that have words of a text, the best first by BM25."""
        asked = list(dict.fromkeys(words(query.text)))
        if not asked:
            return []
        within = condition(query.within)
        statement = self._sql(BY_WORDS, columns=_COLUMNS, within=within.sql)
        values = (asked, any_of(asked), *within.values, self.name, query.limit)
        rows = await _rows(connection, statement, values)
        return [Hit(_chunk(row[:-1], NO_VECTOR), row[-1]) for row in rows]

    def _sql(self, text: str, **parts: str) -> sql.Composed:
        """Return a statement about the table, made of texts of ours: what callers say goes by placeholders."""
        composed = {name: sql.SQL(part) for name, part in parts.items()}
        return sql.SQL(text).format(table=sql.Identifier(self.name), **composed)


async def _rows(
    connection: Connection, statement: sql.Composed, values: Sequence[Any]
) -> list[tuple[Any, ...]]:
    async with connection.cursor(binary=True) as cursor:
        return await (await cursor.execute(statement, values)).fetchall()


def _row(chunk: Chunk, vector: Vector) -> tuple[Any, ...]:
    said = words(chunk.text)
    return (
        held(chunk.id),
        held(chunk.file_id),
        chunk.position,
        held(chunk.text),
        stored(chunk.attributes.items()),
        held(chunk.payload),
        WireVector(vector),
        word_vector(said),
        len(said),
    )


def _chunk(row: tuple[Any, ...], vector: Vector) -> Chunk:
    chunk_id, text, file_id, position, attributes, payload = row
    return Chunk(
        given(chunk_id),
        given(text),
        vector,
        given(file_id),
        position,
        _attributes(attributes),
        given(payload),
    )


def _attributes(text: str) -> Attributes:
    known: dict[str, Any] = msgspec.json.decode(text)
    for key, value in known.items():
        if isinstance(value, str):
            known[key] = given(value)
        elif isinstance(value, int) and abs(value) >= _EXACT_INTEGERS:
            known[key] = float(value)
    if "\\u0001" in text:
        return {given(key): value for key, value in known.items()}
    return known
