"""`remote::neo4j`: chunks in Neo4j, 5.18 and later, over Bolt.

A collection is a label. Vectors are compared with all chunks of a selection (`vector.similarity.cosine`), not by a
vector index: that one takes its nearest before conditions are looked at, so that a narrow filter would find nothing,
and shows what is put only after a while. So results are exact, and a search takes as long as the selection is large.
Words are found by a full-text index, which is updated with each transaction. All goes to the leader of a cluster, for
what one replica puts the next one must find.

The service searches chunks alone, so expansion through relationships (`graph_retrieval_enabled`) is refused.

Format: https://neo4j.com/docs/cypher-manual/current
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import neo4j
from pydantic import Field, PositiveFloat, PositiveInt, field_validator

from fleet_runtime.config import Secret, reveal
from fleet_runtime.errors import NotFound
from fleet_vector_io.naming import engine_name
from fleet_vector_io.neo4j.conditions import Condition
from fleet_vector_io.neo4j.failures import failures
from fleet_vector_io.neo4j.nodes import chunk_of, row
from fleet_vector_io.neo4j.questions import questions
from fleet_vector_io.neo4j.statements import Statements
from fleet_vector_io.neo4j.undisturbed import Undisturbed
from fleet_vector_io.provider import ByMeaning, Chunk, Collection, Hit, Search, Selection
from fleet_vector_io.store_config import StoreConfig
from fleet_vector_io.vectors import cosine, unit

# How many chunks travel in one message.
_BATCH = 100
# How many chunks of a dropped collection are deleted at once.
_DELETED = 10_000
_LEADER = neo4j.RoutingControl.WRITE

_Write: TypeAlias = Callable[[neo4j.AsyncManagedTransaction], Awaitable[bool]]


class Neo4j:
    """Keeps chunks in Neo4j."""

    class Config(StoreConfig):
        """Where Neo4j is, and how to be let in."""

        uri: str | Secret = "bolt://localhost:7687"
        """Where it is: `bolt`, or `neo4j` for a cluster, with `+s` for TLS."""
        user: str = "neo4j"
        """The user."""
        password: Secret | str | None = Field(default=None, repr=False)
        """The user's password. Nobody is asked for one if unset."""
        database: str = "neo4j"
        """The database."""
        index_prefix: str = Field(default="ogx", pattern="^[A-Za-z][A-Za-z0-9]{0,31}$")
        """What the names of labels and indexes begin with."""
        timeout: PositiveFloat = 60.0
        """The longest that a call may take, in seconds."""
        graph_retrieval_enabled: bool = False
        """Must be off."""
        graph_expansion_depth: PositiveInt = 1
        """Of no effect while `graph_retrieval_enabled` is off, and here for Llama Stack's configs."""
        graph_max_neighbors: PositiveInt = 10
        """As `graph_expansion_depth`."""
        graph_expansion_weight: float = 0.15
        """As `graph_expansion_depth`."""
        graph_relationship_types: list[str] | None = None
        """As `graph_expansion_depth`."""

        @field_validator("graph_retrieval_enabled")
        @classmethod
        def _off(cls, enabled: bool) -> bool:
            if enabled:
                raise ValueError(
                    "expanding results through relationships is not offered; set it to false"
                )
            return enabled

    def __init__(self, config: Config) -> None:
        password = config.password
        self._driver = neo4j.AsyncGraphDatabase.driver(
            reveal(config.uri),
            auth=(config.user, reveal(password)) if password else None,
            connection_timeout=min(10.0, config.timeout),
            connection_acquisition_timeout=config.timeout,
            max_transaction_retry_time=config.timeout / 2,
        )
        self._database = config.database
        self._prefix = config.index_prefix
        self._seconds = config.timeout
        self._undisturbed = Undisturbed()

    async def aclose(self) -> None:
        await self._undisturbed.aclose()
        await self._driver.close()

    async def create(self, collection: Collection) -> None:
        statements = self._statements(collection)
        for statement in statements.create:
            await self._run(statement, {"name": statements.label})

    async def drop(self, collection: Collection) -> None:
        statements = self._statements(collection)
        await self._run(statements.forget, {"name": statements.label})
        gone = 1
        while gone:
            [record] = await self._run(statements.delete_some, {"most": _DELETED})
            gone = record["gone"]
        for statement in statements.drop:
            await self._run(statement, {})

    async def put(self, collection: Collection, chunks: Sequence[Chunk]) -> None:
        statements = self._statements(collection)
        batches = [chunks[start : start + _BATCH] for start in range(0, len(chunks), _BATCH)]

        async def write(transaction: neo4j.AsyncManagedTransaction) -> bool:
            for batch in batches:
                rows = [row(chunk) for chunk in batch]
                result = await transaction.run(statements.put, name=statements.label, rows=rows)
                record = await result.single(strict=True)
                if not record["written"]:
                    return False
            return True

        if not await self._undisturbed.run(self._written(write)):
            raise _missing(collection)

    async def delete(self, collection: Collection, selection: Selection) -> None:
        condition = Condition(selection)
        statement = self._statements(collection).delete(condition.text)
        await self._run(statement, condition.parameters)

    async def search(self, collection: Collection, query: Search) -> list[Hit]:
        statements, condition = self._statements(collection), Condition(query.within)
        values = condition.parameters | {"limit": query.limit}
        if isinstance(query, ByMeaning):
            values["vector"] = unit(query.vector).tolist()
            found = await self._found(collection, statements.nearest(condition.text), values)
            # Neo4j has no scores below 0, and moves cosines up.
            return [Hit(chunk_of(each), cosine(2 * each["score"] - 1)) for each in found]
        values["questions"] = questions(query.text)
        found = await self._found(collection, statements.worded(condition.text), values)
        return [Hit(chunk_of(each), each["score"]) for each in found]

    async def chunks(
        self, collection: Collection, selection: Selection, *, offset: int = 0, limit: int = 1000
    ) -> list[Chunk]:
        condition = Condition(selection)
        values = condition.parameters | {"offset": offset, "limit": limit}
        statement = self._statements(collection).listed(condition.text)
        return [chunk_of(each) for each in await self._found(collection, statement, values)]

    def _statements(self, collection: Collection) -> Statements:
        return Statements(self._prefix, engine_name(self._prefix, collection.id))

    async def _found(
        self, collection: Collection, statement: str, values: dict[str, Any]
    ) -> list[neo4j.Record]:
        """Return what a statement finds; if that is nothing, make sure that there is somewhere to look."""
        records = await self._run(statement, values)
        if not records:
            statements = self._statements(collection)
            [record] = await self._run(statements.there, {"name": statements.label})
            if not record["there"]:
                raise _missing(collection)
        return records

    async def _run(self, statement: str, values: dict[str, Any]) -> list[neo4j.Record]:
        return await self._undisturbed.run(self._asked(statement, values))

    async def _asked(self, statement: str, values: dict[str, Any]) -> list[neo4j.Record]:
        async with self._bounded():
            result = await self._driver.execute_query(
                neo4j.Query(statement, timeout=self._seconds),
                parameters_=values,
                routing_=_LEADER,
                database_=self._database,
            )
            return result.records

    async def _written(self, write: _Write) -> bool:
        """Do something in one transaction."""
        timed = neo4j.unit_of_work(timeout=self._seconds)(write)
        async with self._bounded(), self._driver.session(database=self._database) as session:
            return await session.execute_write(timed)

    @asynccontextmanager
    async def _bounded(self) -> AsyncIterator[None]:
        """Keep what is done inside to the time limit, and raise its failures as ours."""
        with failures():
            async with asyncio.timeout(self._seconds):
                yield


def _missing(collection: Collection) -> NotFound:
    return NotFound(f"Neo4j has no collection '{collection.id}'; create it first.")
