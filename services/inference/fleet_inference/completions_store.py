"""Chat completions that callers asked to have stored."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)

from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.store import Database, Page, PageRequest, WriteBehind
from fleet_runtime.store.paging import page_of, select_page
from fleet_runtime.store.rows import insert_into

COMPLETIONS = Table(
    "chat_completions",
    MetaData(),
    Column("tenant", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("created", BigInteger),
    Column("model", Text),
    Column("completion", Text),
    Column("messages", Text),
    Column("metadata", JSON),
)
OF = COMPLETIONS.c
EACH_PAIR = {"postgresql": func.json_each_text, "sqlite": func.json_each}


@dataclass(frozen=True, slots=True)
class StoredCompletion:
    """A chat completion as it was answered. Both JSON texts are kept byte for byte."""

    tenant: str
    id: str
    created: int
    """Unix seconds."""
    model: str
    completion: str
    """The answer, as JSON. Its `metadata` is beside it, as that alone can change."""
    messages: str
    """The request's `messages`, a JSON array."""
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One input message: its id, and its JSON as the caller sent it."""

    id: str
    message: msgspec.Raw


class CompletionsStore:
    """Keeps each tenant's completions, and shows no tenant another's.

    Writing is behind the answer: a completion can be read a moment after it was saved.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.behind = WriteBehind(self._insert, lambda completion: completion.id)

    async def save(self, completion: StoredCompletion) -> None:
        """Have `completion` stored soon. Never fails; what is lost is logged and counted."""
        await self.behind.put(completion)

    async def list(
        self,
        tenant: str,
        request: PageRequest,
        *,
        model: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> Page[StoredCompletion]:
        """Return a page of the completions by `model` that have all pairs of `metadata`.

        Raises:
            InvalidArgument: The tenant has no completion `request.after`.
        """
        filters = [] if model is None else [OF.model == model]
        async with self._database.begin() as connection:
            filters += [_has(pair, connection.dialect.name) for pair in (metadata or {}).items()]
            page = await select_page(
                connection, _scope(tenant), (OF.created, OF.id), request, filters
            )
        return Page([_read(row) for row in page.items], page.has_more)

    async def get(self, tenant: str, completion_id: str) -> StoredCompletion:
        """Return a completion, or raise `NotFound`."""
        query = _scope(tenant).where(OF.id == completion_id)
        async with self._database.begin() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            raise _absent(completion_id)
        return _read(row)

    async def messages(
        self, tenant: str, completion_id: str, request: PageRequest
    ) -> Page[StoredMessage]:
        """Return a page of the messages that a completion answered, or raise `NotFound`."""
        stored = await self.get(tenant, completion_id)
        messages = msgspec.json.decode(stored.messages, type=tuple[msgspec.Raw, ...])
        numbered = [StoredMessage(f"{stored.id}-{i}", m) for i, m in enumerate(messages)]
        return page_of(numbered, lambda message: message.id, request)

    async def update(
        self, tenant: str, completion_id: str, metadata: Mapping[str, str]
    ) -> StoredCompletion:
        """Replace the metadata of a completion and return it, or raise `NotFound`."""
        changed = update(COMPLETIONS).where(OF.tenant == tenant, OF.id == completion_id)
        async with self._database.begin() as connection:
            await connection.execute(changed.values(metadata=checked(metadata)))
        return await self.get(tenant, completion_id)

    async def delete(self, tenant: str, completion_id: str) -> None:
        """Forget a completion, or raise `NotFound`."""
        gone = delete(COMPLETIONS).where(OF.tenant == tenant, OF.id == completion_id)
        async with self._database.begin() as connection:
            if not (await connection.execute(gone)).rowcount:
                raise _absent(completion_id)

    async def _insert(self, batch: Sequence[StoredCompletion]) -> None:
        rows = [asdict(stored) | {"metadata": checked(stored.metadata)} for stored in batch]
        async with self._database.begin() as connection:
            # After a lost connection nobody knows whether the batch was written.
            insert = insert_into(COMPLETIONS, connection.dialect.name).on_conflict_do_nothing()
            await connection.execute(insert, rows)


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[CompletionsStore]:
    """Run a store over `database`, and write what is left when the block ends."""
    store = CompletionsStore(database)
    async with store.behind.running():
        yield store


def checked(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return `metadata`, or raise `InvalidArgument` if it has a character that Postgres lacks."""
    for key, value in metadata.items():
        if "\0" in key or "\0" in value:
            message = f"metadata must not contain the character U+0000, as that of {key!r} does"
            raise InvalidArgument(message, code="invalid_metadata", param="metadata")
    return dict(metadata)


def _scope(tenant: str) -> Select[Any]:
    return select(COMPLETIONS).where(OF.tenant == tenant)


def _has(pair: tuple[str, str], dialect: str) -> ColumnElement[bool]:
    pairs = EACH_PAIR[dialect](OF.metadata).table_valued("key", "value")
    return (
        select(1)
        .select_from(pairs)
        .where(pairs.c.key == pair[0], pairs.c.value == pair[1])
        .exists()
    )


def _read(row: Row[Any]) -> StoredCompletion:
    return StoredCompletion(**row._asdict())


def _absent(completion_id: str) -> NotFound:
    message = f"no chat completion {completion_id!r} is stored"
    return NotFound(message, code="completion_not_found", param="completion_id")
