"""BM25 in SQL, with k1 = 1.2 and b = 0.75.

Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009. Postgres' own ranks know
nothing of how rare a word is. How often a word is in a text comes from `ts_rank_cd`, which for a query of one word and
weights of one is just that. The number of all chunks is Postgres' estimate, as counting them would take longer than the
search; it only scales how much rarity counts.
"""

from typing import Final

BY_WORDS: Final = """
WITH asked AS MATERIALIZED (
  SELECT word, ('''' || word || '''')::tsquery AS query FROM unnest(%s::text[]) AS word
), found AS MATERIALIZED (
  SELECT id, words, length::float8 FROM {table} WHERE words @@ %s::text::tsquery AND {within}
), counts AS MATERIALIZED (
  SELECT id, length, word, ts_rank_cd('{{1,1,1,1}}', words, query) AS often
  FROM found JOIN asked ON words @@ query
), sizes AS (
  SELECT greatest(count(*), max(reltuples))::float8 AS chunks, avg(length) AS mean
  FROM found, pg_class WHERE oid = %s::text::regclass
), rarities AS (
  SELECT word, ln(1 + (max(chunks) - count(*) + 0.5) / (count(*) + 0.5)) AS rarity
  FROM counts, sizes GROUP BY word
), scores AS (
  SELECT id, sum(rarity * often * 2.2::float8 / (often + 0.3::float8 + 0.9::float8 * length / mean)) AS score
  FROM counts JOIN rarities USING (word) CROSS JOIN sizes
  GROUP BY id ORDER BY score DESC, id LIMIT %s
)
SELECT {columns}, score FROM scores JOIN {table} USING (id) ORDER BY score DESC, id
"""
