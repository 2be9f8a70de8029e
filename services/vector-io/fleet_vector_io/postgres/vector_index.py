"""How vectors are indexed in Postgres: not at all while they are few, then as the config says.

Comparing all is exact, and fast enough for some ten thousand; an index that is built over many vectors at once costs a
fraction of one that grows from the first. IVFFlat needs them to find its lists.
"""

from typing import Literal

from psycopg import sql
from pydantic import Field

from fleet_runtime.config import Config
from fleet_vector_io.postgres.pool import Connection

_MOST_WHOLE = 2_000
"""The most dimensions that an index takes in single precision."""
_MOST_HALVES = 4_000
"""The most that it takes in half precision."""
_BUILDING = {
    "maintenance_work_mem": "512MB",  # or building slows down once the graph has outgrown it
    "max_parallel_maintenance_workers": "0",  # they share memory of which containers have little
    "statement_timeout": "0",
}
"""Settings for building an index."""


class Hnsw(Config):
    """A graph of near neighbours (Malkov and Yashunin 2016)."""

    type: Literal["HNSW"] = "HNSW"
    """Which index."""
    m: int = Field(default=16, ge=2, le=100)
    """How many neighbours each vector is linked to. More find more, and make the index larger and slower to build."""
    ef_construction: int = Field(default=64, ge=4, le=1000)
    """How many candidates are looked at for each vector that is put in. More find more, and make building slower."""
    ef_search: int = Field(default=150, ge=1, le=1000)
    """How many candidates are looked at for each search, at least. Time grows with them. Of 50,000 vectors near a
    surface of 32 dimensions, as embeddings lie, 40 find 87 % of the ten nearest, 100 find 98 %, 150 find 99.5 %; of
    vectors in clusters 40 find all. Where all directions are equally likely, no number helps, but a larger
    `index_from` does."""

    def allows(self, dimension: int) -> bool:
        """Whether it takes vectors of that length."""
        return dimension <= _MOST_HALVES

    def settings(self) -> dict[str, str]:
        """Return what connections that search are to set."""
        return {
            "hnsw.ef_search": str(self.ef_search),
            # Go on until as many are found as a statement asks for, which may be more than the candidates.
            # `strict_order` would throw some of them away.
            "hnsw.iterative_scan": "relaxed_order",
        }

    def options(self) -> str:
        """Return what follows `CREATE INDEX`."""
        return f"WITH (m = {self.m}, ef_construction = {self.ef_construction})"


class IvfFlat(Config):
    """Lists of near vectors, of which a search looks through some."""

    type: Literal["IVFFlat", "IVFFLAT"] = "IVFFlat"
    """Which index."""
    nlist: int = Field(default=100, ge=1, le=32768)
    """How many lists there are. The square root of the number of chunks is usual."""
    nprobe: int = Field(default=10, ge=1, le=32768)
    """How many lists are looked through for each search, at least. All of them find all."""

    def allows(self, dimension: int) -> bool:
        """Whether it takes vectors of that length."""
        return 1 < dimension <= _MOST_HALVES

    def settings(self) -> dict[str, str]:
        """Return what connections that search are to set."""
        return {"ivfflat.probes": str(self.nprobe), "ivfflat.iterative_scan": "relaxed_order"}

    def options(self) -> str:
        """Return what follows `CREATE INDEX`."""
        return f"WITH (lists = {self.nlist})"


class VectorIndex:
    """The index of a collection's vectors.

    Args:
        config: What kind.
        least: How many chunks a table has when it gets one.
    """

    def __init__(self, config: Hnsw | IvfFlat, least: int) -> None:
        self._config = config
        self._least = least

    @property
    def settings(self) -> dict[str, str]:
        """What connections that search are to set."""
        return self._config.settings()

    def allows(self, dimension: int) -> bool:
        """Whether vectors of that length can be indexed. Others are always compared one by one."""
        return self._config.allows(dimension)

    def distance(self, dimension: int) -> str:
        """Return what rows are ordered by, with one placeholder: the negative product of vectors of length one."""
        if _MOST_WHOLE < dimension <= _MOST_HALVES:
            return f"embedding::halfvec({dimension:d}) <#> %b::vector::halfvec({dimension:d})"
        return "embedding <#> %b::vector"

    async def is_due(self, connection: Connection, table: str) -> bool:
        """Whether a table should have an index and has none."""
        statement = sql.SQL(
            "SELECT to_regclass({index}) IS NULL"
            " AND (SELECT count(*) FROM (SELECT FROM {table} LIMIT {least}) AS first) >= {least}"
        ).format(index=sql.Literal(_name(table)), table=sql.Identifier(table), least=self._least)
        row = await (await connection.execute(statement)).fetchone()
        return row == (True,)

    async def build(self, connection: Connection, table: str, dimension: int) -> None:
        """Build it, in a transaction, unless somebody else does. Writers wait meanwhile; readers do not."""
        lock = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 1))"
        if await (await connection.execute(lock, (table,))).fetchone() != (True,):
            return
        for setting, value in _BUILDING.items():
            await connection.execute("SELECT set_config(%s, %s, TRUE)", (setting, value))
        statement = (
            "CREATE INDEX IF NOT EXISTS {index} ON {table}"
            f" USING {self._config.type.lower()} ({_indexed(dimension)}) {self._config.options()}"
        )
        await connection.execute(
            sql.SQL(statement).format(
                index=sql.Identifier(_name(table)), table=sql.Identifier(table)
            )
        )


def _name(table: str) -> str:
    return f"{table}_by_vector"


def _indexed(dimension: int) -> str:
    """Return the column, or the expression, that an index is over, and its operators."""
    if dimension <= _MOST_WHOLE:
        return "embedding vector_ip_ops"
    return f"(embedding::halfvec({dimension:d})) halfvec_ip_ops"
