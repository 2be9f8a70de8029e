"""Binding values by the driver, where it must be told what they are.

Format: https://python-oracledb.readthedocs.io/en/latest/user_guide/bind.html
"""

from collections.abc import Sequence

import oracledb

from fleet_vector_io.oracle.conditions import Condition
from fleet_vector_io.oracle.rows import chunk_row, key, token_rows
from fleet_vector_io.oracle.statements import Statements
from fleet_vector_io.provider import Chunk

_LONG = dict.fromkeys(("text", "attributes", "payload"), oracledb.DB_TYPE_CLOB)


def declare_lists(cursor: oracledb.AsyncCursor, condition: Condition) -> None:
    """Say which values of a condition may be longer than texts are."""
    if condition.lists:
        cursor.setinputsizes(**dict.fromkeys(condition.lists, oracledb.DB_TYPE_CLOB))


async def put(
    connection: oracledb.AsyncConnection, statements: Statements, chunks: Sequence[Chunk]
) -> None:
    """Put chunks in, each in the place of the one with its id: all or none."""
    tokens = [row for chunk in chunks for row in token_rows(chunk)]
    with connection.cursor() as cursor:
        keys = [{"chunk_key": key(chunk.id)} for chunk in chunks]
        await cursor.executemany(statements.remove, keys)
    with connection.cursor() as cursor:
        cursor.setinputsizes(**_LONG)
        await cursor.executemany(statements.insert, [chunk_row(chunk) for chunk in chunks])
    if tokens:
        with connection.cursor() as cursor:
            await cursor.executemany(statements.insert_token, tokens)
    await connection.commit()
