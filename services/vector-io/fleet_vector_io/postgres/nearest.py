"""The chunks nearest to a vector, in SQL.

An index of vectors knows nothing of what else is asked: it gives out one neighbour after the other, and those that were
not selected are thrown away. Where few are selected, that takes long, and ends before all near ones are found. So a
statement with a selection decides by itself, on its way:

- Of some pages of the table, always the same, it looks how much is selected. If that is little, it looks for all that
  is selected, until that is more than `FEW`. If it is not, these are compared one by one.
- Else it goes along the index, past what is not selected, to several times as many as are wanted, for they come in an
  order that is not quite theirs by distance (pgvector's `relaxed_order`).
- If the index gives up before it has found as many as are wanted, as it does where what is selected is far from the
  vector, all that is selected are compared.

Source of how indexes are scanned: https://github.com/pgvector/pgvector#iterative-index-scans
"""

from typing import Any, Final

from fleet_vector_io.postgres.selections import condition
from fleet_vector_io.postgres.vectors import WireVector
from fleet_vector_io.provider import EVERYTHING, ByMeaning
from fleet_vector_io.vectors import unit

FEW: Final = 5_000
"""So many chunks are compared one by one, rather than looked for along the index."""
_OVER: Final = 4
"""How many candidates the index is asked for each chunk that is wanted."""
# What is selected is much if it is one in so many, or in all likelihood more than twice `FEW`.
_MUCH: Final = 20
# In percent of all pages: some two hundred.
_SHARE: Final = "least(100, 100.0 * 200 * 8192 / greatest(1, pg_relation_size('{table}')))"

_OF_ALL: Final = """
SELECT {columns}, score FROM (
  SELECT {found} FROM {table} ORDER BY {distance} LIMIT {candidates}
) AS near ORDER BY score DESC, id LIMIT {limit}
"""
# The `CASE` keeps the planner from other indexes, and from its guess that little is selected: then it would sort that.
_OF_SELECTED: Final = """
WITH sample AS MATERIALIZED (
  SELECT count(*) AS seen, count(*) FILTER (WHERE {within}) AS hits
  FROM {table} TABLESAMPLE SYSTEM ({share}) REPEATABLE (0)
), much AS MATERIALIZED (
  SELECT hits * {much} > seen OR hits * 100 > 2 * {few} * {share} AS seems FROM sample
), few AS MATERIALIZED (
  SELECT ctid AS place FROM {table} WHERE {within} AND NOT (SELECT seems FROM much) LIMIT {few} + 1
), many AS MATERIALIZED (
  SELECT seems OR (SELECT count(*) FROM few) > {few} AS yes FROM much
), along AS MATERIALIZED (
  SELECT ctid AS place FROM {table}
  WHERE CASE WHEN {within} THEN TRUE ELSE FALSE END AND (SELECT yes FROM many)
  ORDER BY {distance} LIMIT {candidates}
)
SELECT {columns}, score FROM (
  (SELECT {found} FROM {table} WHERE ctid = ANY (ARRAY(
     SELECT place FROM few WHERE NOT (SELECT yes FROM many)
     UNION ALL SELECT place FROM along WHERE (SELECT count(*) FROM along) >= {limit}
   )) ORDER BY score DESC, id LIMIT {limit})
  UNION ALL
  (SELECT {found} FROM {table} WHERE {within}
   AND (SELECT yes FROM many) AND (SELECT count(*) FROM along) < {limit}
   ORDER BY score DESC, id LIMIT {limit})
) AS near ORDER BY score DESC, id LIMIT {limit}
"""
# No index of vectors knows the order of `score`.
_FOUND: Final = (
    "id, text, file_id, position, attributes, payload, -(embedding <#> %b::vector) AS score"
)


def nearest(table: str, query: ByMeaning, distance: str) -> tuple[str, dict[str, str], list[Any]]:
    """Return a statement, its parts but for the table and the columns, and the values of its placeholders.

    Args:
        table: The table's name.
        query: What is looked for.
        distance: What the index orders by, with a placeholder for the vector.
    """
    asked, selected = WireVector(unit(query.vector)), condition(query.within)
    # Limits are written out, since the planner must know them to choose the index.
    limits = {"limit": f"{query.limit:d}", "candidates": f"{query.limit * _OVER:d}"}
    parts = {"found": _FOUND, "distance": distance, **limits}
    if query.within == EVERYTHING:
        return _OF_ALL, parts, [asked, asked]
    within = selected.values
    values = [*within, *within, *within, asked, asked, asked, *within]
    parts |= {"within": selected.sql, "few": f"{FEW:d}", "much": f"{_MUCH:d}"}
    return _OF_SELECTED, {**parts, "share": _SHARE.format(table=table)}, values
