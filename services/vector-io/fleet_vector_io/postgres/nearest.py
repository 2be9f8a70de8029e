"""The chunks nearest to a vector, in SQL.

An index of vectors knows nothing of what else is asked: it gives out one neighbour after the other, and those that were
not selected are thrown away. Where few are selected, or none that are near, that takes long; and what it gives out at
last are not the next ones, but what it came by at first. So a statement with a selection decides by itself, on its way:

- Of some pages of the table, always the same, it looks how much is selected. If that is little, it looks for all that
  is selected, until that is more than `FEW`. If it is not, these are compared one by one.
- Else it takes so many from the index, selected or not, that there should be several times as many among them as are
  wanted, for they come in an order that is not quite theirs by distance (pgvector's `relaxed_order`).
- If there are fewer than are wanted, because what is selected is far from the vector, all that is are compared.

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
_BROAD: Final = 4
"""A selection is broad if it is more than one in so many."""
# What is selected is much if it is one in so many, or in all likelihood more than twice `FEW`.
_MUCH: Final = 20
# In percent of all pages: some two hundred.
_SHARE: Final = "least(100, 100.0 * 200 * 8192 / greatest(1, pg_relation_size('{table}')))"

# What is sorted is no more than places: where there is no index, whatever stands beside them is computed for each row.
_OF_ALL: Final = """
SELECT {columns}, score FROM (
  SELECT {found} FROM {table}
  WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} ORDER BY {distance} LIMIT {candidates}))
) AS near ORDER BY score DESC, id LIMIT {limit}
"""
_OF_SELECTED: Final = """
WITH sample AS MATERIALIZED (
  SELECT count(*) AS seen, count(*) FILTER (WHERE {within}) AS hits
  FROM {table} TABLESAMPLE SYSTEM ({share}) REPEATABLE (0)
), much AS MATERIALIZED (
  SELECT hits * {much} > seen OR hits * 100 > 2 * {few} * {share} AS seems,
    hits * {broad} > seen AS broad
  FROM sample
), few AS MATERIALIZED (
  SELECT ctid AS place FROM {table} WHERE {within} AND NOT (SELECT seems FROM much) LIMIT {few} + 1
), many AS MATERIALIZED (
  SELECT seems OR (SELECT count(*) FROM few) > {few} AS yes FROM much
), along AS MATERIALIZED (
  SELECT place FROM (
    SELECT ctid AS place, * FROM {table} ORDER BY {distance} LIMIT {candidates_of_broad}
  ) AS near WHERE {within} AND (SELECT yes AND (SELECT broad FROM much) FROM many)
  UNION ALL
  SELECT place FROM (
    SELECT ctid AS place, * FROM {table} ORDER BY {distance} LIMIT {candidates_of_narrow}
  ) AS near WHERE {within} AND (SELECT yes AND NOT (SELECT broad FROM much) FROM many)
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
    candidates = query.limit * _OVER
    parts = {"found": _FOUND, "distance": distance, "limit": f"{query.limit:d}"}
    if query.within == EVERYTHING:
        return _OF_ALL, {**parts, "candidates": f"{candidates:d}"}, [asked, asked]
    within = selected.values
    along = [asked, *within]
    values = [*within, *within, *along, *along, asked, *along]
    parts |= {
        "within": selected.sql,
        "few": f"{FEW:d}",
        "much": f"{_MUCH:d}",
        "broad": f"{_BROAD:d}",
        "candidates_of_broad": f"{candidates * _BROAD:d}",
        "candidates_of_narrow": f"{candidates * _MUCH:d}",
        "share": _SHARE.format(table=table),
    }
    return _OF_SELECTED, parts, values
