"""`remote::oci` without an Oracle: its statements are parsed, and its conditions run on SQLite.

SQLite compares texts byte by byte, as Oracle does those in hexadecimal digits; only lists from JSON are spelled
otherwise.
"""

import re
import sqlite3
from collections.abc import Iterator

import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from sqlglot import exp

from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import InvalidArgument
from fleet_testing.vector_stores.samples import filters, fulfilling, ids, numbered, varied
from fleet_vector_io.filters import Equality, Filter
from fleet_vector_io.oracle.conditions import Condition
from fleet_vector_io.oracle.questions import question
from fleet_vector_io.oracle.rows import chunk_of, chunk_row, token_rows
from fleet_vector_io.oracle.statements import Statements
from fleet_vector_io.provider import EVERYTHING, Chunk, Selection
from fleet_vector_io.providers.oci import Oracle

pytestmark = pytest.mark.slow

STATEMENTS = Statements("chunks")
VARIED = varied()
_LIST = re.compile(r"SELECT j\.item FROM JSON_TABLE\((:\w+), '\$\[\*\]' COLUMNS \(.*?'\$'\)\) j")


def names(statement: str) -> set[str]:
    """Return the names to which a statement wants values bound. Raises if it is no SQL of Oracle's."""
    return {
        each.name for each in sqlglot.parse_one(statement, read="oracle").find_all(exp.Placeholder)
    }


def on_sqlite(statement: str) -> str:
    """Return a statement as SQLite takes it."""
    spelled = _LIST.sub(r"SELECT value FROM json_each(\1)", statement)
    return sqlglot.transpile(spelled, read="oracle", write="sqlite")[0]


def filled(chunks: list[Chunk]) -> sqlite3.Connection:
    """Return a database with chunks, put in as the provider does."""
    database = sqlite3.connect(":memory:")
    database.execute("PRAGMA foreign_keys = ON")
    columns = (
        "chunk_key PRIMARY KEY, chunk_id, file_id, position, text, attributes, payload, embedding"
    )
    database.execute(f"CREATE TABLE chunks ({columns})")
    reference = "chunk_key REFERENCES chunks ON DELETE CASCADE"
    database.execute(f"CREATE TABLE chunks_tokens ({reference}, token)")
    put(database, chunks)
    return database


def put(database: sqlite3.Connection, chunks: list[Chunk]) -> None:
    rows = [chunk_row(chunk) | {"embedding": b""} for chunk in chunks]
    database.executemany(STATEMENTS.remove, rows)
    database.executemany(STATEMENTS.insert, rows)
    for chunk in chunks:
        database.executemany(STATEMENTS.insert_token, token_rows(chunk))


@pytest.fixture(scope="module")
def database() -> Iterator[sqlite3.Connection]:
    database = filled(VARIED)
    yield database
    database.close()


def listed(
    database: sqlite3.Connection, selection: Selection, offset: int = 0, limit: int = 1000
) -> list[Chunk]:
    condition = Condition(selection, STATEMENTS.tokens)
    statement = on_sqlite(STATEMENTS.listed(condition.text))
    values = condition.values | {"skipped": offset, "most": limit}
    return [chunk_of(row[:-1]) for row in database.execute(statement, values)]


@settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(condition=filters())
def test_all_filters_mean_the_same_as_everywhere(
    database: sqlite3.Connection, condition: Filter
) -> None:
    """Whatever is combined with whatever."""
    wanted = fulfilling(condition, VARIED)

    assert wanted == set(ids(listed(database, Selection(condition=condition))))


def test_ids_files_and_filters_are_all_to_be_fulfilled(database: sqlite3.Connection) -> None:
    """They narrow each other, and an empty choice is nothing."""
    condition = Equality("ne", "a", "nothing")
    some = [f"c{n}" for n in range(5, 25)] + ["unknown"]
    narrow = Selection(ids=some, file_ids=["file-1"], condition=condition)

    assert [f"c{n}" for n in range(10, 20)] == ids(listed(database, narrow))
    assert [] == listed(database, Selection(ids=[]))
    assert [] == listed(database, Selection(file_ids=[]))
    assert ["c7", "c8"] == ids(listed(database, EVERYTHING, offset=7, limit=2))


def test_chunks_are_put_again_and_deleted_with_their_tokens() -> None:
    """Nothing of an old chunk may fulfil a filter."""
    chunks = numbered(20)
    database = filled(chunks)
    put(database, [Chunk("c3", "new", chunks[3].embedding, "", 5, {"a": 1})])
    put(database, [Chunk("c3", "", chunks[3].embedding, "", 5, {"b": 1}, "{}")])

    assert [] == listed(database, Selection(condition=Equality("eq", "a", 1)))
    [found] = listed(database, Selection(condition=Equality("eq", "b", 1)))
    assert ("c3", "", "", 5) == (found.id, found.text, found.file_id, found.position)

    condition = Condition(Selection(file_ids=["file-0", ""]), STATEMENTS.tokens)
    database.execute(on_sqlite(STATEMENTS.delete(condition.text)), condition.values)
    assert ids(chunks[10:]) == ids(listed(database, EVERYTHING))
    assert 0 == database.execute("SELECT count(*) FROM chunks_tokens").fetchone()[0]
    database.close()


def test_statements_are_sql_and_bind_all_values() -> None:
    """A name that nothing is bound to fails only where it runs."""
    condition = Condition(Selection(["a"], ["b"], Equality("eq", "c", "it's")), "chunks_tokens")
    bound = set(condition.values)

    assert bound | {"vector", "most"} == names(STATEMENTS.nearest(condition.text))
    assert bound | {"words", "most"} == names(STATEMENTS.worded(condition.text))
    assert bound | {"skipped", "most"} == names(STATEMENTS.listed(condition.text))
    assert bound == names(STATEMENTS.delete(condition.text)) == condition.lists
    assert set(chunk_row(numbered(1)[0])) == names(STATEMENTS.insert)
    assert {"chunk_key", "token"} == names(STATEMENTS.insert_token)
    assert {"chunk_key"} == names(STATEMENTS.remove)
    assert "it's" not in STATEMENTS.delete(condition.text)
    for statement in STATEMENTS.drop:
        assert isinstance(sqlglot.parse_one(statement, read="oracle"), exp.Drop)


def test_tables_hold_vectors_of_the_dimension_and_words_without_stop_words() -> None:
    """What parsers do not know of Oracle's SQL, letter by letter as it is documented."""
    [table, *_, words] = STATEMENTS.create(384, "FLOAT32")

    assert "embedding VECTOR(384, FLOAT32) NOT NULL" in table
    assert words.endswith(
        "ON chunks (text) INDEXTYPE IS CTXSYS.CONTEXT"
        " PARAMETERS ('SYNC (ON COMMIT) STOPLIST CTXSYS.EMPTY_STOPLIST')"
    )


def test_questions_have_no_syntax() -> None:
    """Braces keep Oracle Text from reading words as operators."""
    assert "{not} ACCUM {apple} ACCUM {über}" == question("NOT apple} {Über ÜBER")
    assert "" == question("?! {}")


def test_an_attribute_that_cannot_be_looked_up_is_refused() -> None:
    """Cut off, it would be taken for another."""
    with pytest.raises(InvalidArgument, match="essay"):
        token_rows(Chunk("c", "x", numbered(1)[0].embedding, attributes={"essay": "x" * 3000}))


def test_vectors_of_few_bits_are_refused() -> None:
    """Directions do not survive whole numbers."""
    settings_of_it = {"conn_str": "x", "user": "u", "password": "p", "vector_datatype": "INT8"}

    with pytest.raises(ConfigError, match="vector_datatype"):
        validate(Oracle.Config, settings_of_it)


async def test_a_provider_is_opened_and_closed_without_a_database() -> None:
    """The service starts before its stores do."""
    store = Oracle(Oracle.Config(conn_str="127.0.0.1:9/x", user="u", password="p"))
    await store.aclose()
