"""Keeping responses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from fleet.agents.v1 import messages as m
from fleet_agents.items.ids import ids_around
from fleet_agents.responses.steps import Step, output
from fleet_agents.responses.tables import EVENTS, RESPONSES
from fleet_runtime.errors import NotFound
from fleet_runtime.store import Database, Page, PageRequest
from fleet_runtime.store.paging import select_page
from fleet_runtime.store.rows import TENANT, insert_into, now_ms

_OF = RESPONSES.c

_encode = msgspec.json.encode
_items = msgspec.json.Decoder(list[m.Item]).decode
_steps = msgspec.json.Decoder(list[Step]).decode
_response = msgspec.json.Decoder(m.Response).decode

# How many responses one query looks for.
_AT_ONCE = 100

ENDED = ("completed", "incomplete", "failed", "cancelled")
"""How a response is that changes no more."""


@dataclass(frozen=True)
class Stored:
    """A response as it is kept.

    Attributes:
        response: The response, without output.
        input: What was asked.
        steps: What happened.
        streamed: Whether its events are kept.
    """

    response: m.Response
    input: list[m.Item]
    steps: list[Step]
    streamed: bool = False

    def shown(self, include: frozenset[str] = frozenset()) -> m.Response:
        """Return what callers see of it."""
        self.response.output = output(self.steps, include)
        return self.response

    def history(self) -> list[Step]:
        """Return what a response that goes on from this one has before it."""
        return [*(Step(item=item) for item in self.input), *self.steps]


class ResponseStore:
    """Keeps responses, for callers and for all processes that make them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, connection: AsyncConnection, stored: Stored) -> None:
        """Keep a response as it is now, in place of what was kept of it."""
        await connection.execute(_SAVE[connection.dialect.name], _row(stored))

    async def get(self, response_id: str, param: str = "response_id") -> Stored:
        """Return a response.

        Raises:
            NotFound: It was not stored, or was deleted.
        """
        query = sa.select(RESPONSES).where(*_named(response_id))
        async with self._database.begin() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            raise missing(response_id, param)
        return _read(row)

    async def chain(self, response_id: str) -> list[Stored]:
        """Return a response and all that it goes on from, oldest first.

        Raises:
            NotFound: One of them was not stored, or was deleted.
        """
        async with self._database.begin() as connection:
            rows = (await connection.execute(_CHAIN, {"newest": response_id})).all()
        found = {row.id: row for row in rows}
        wanted: str | None = response_id
        chain: list[Stored] = []
        while wanted is not None:
            if wanted not in found:
                raise missing(wanted, "previous_response_id")
            row = found[wanted]
            chain.append(_read(row))
            wanted = row.previous
        return chain[::-1]

    async def items(self, ids: Sequence[str]) -> list[m.Item]:
        """Return those of some items that kept responses have put out."""
        around = sorted({names for name in ids if (names := ids_around(name)) is not None})
        found: dict[str, m.Item] = {}
        async with self._database.begin() as connection:
            for first in range(0, len(around), _AT_ONCE):
                some = around[first : first + _AT_ONCE]
                of = sa.or_(*(sa.and_(_OF.id >= low, _OF.id < high) for low, high in some))
                query = sa.select(RESPONSES.c.steps).where(_OF.tenant == TENANT, of)
                for steps in await connection.scalars(query):
                    found |= _by_id(_steps(steps))
        return [found[name] for name in ids if name in found]

    async def list(self, request: PageRequest, model: str | None) -> Page[Stored]:
        """Return a page of responses.

        Raises:
            InvalidArgument: There is no response `request.after`.
        """
        scope = sa.select(RESPONSES).where(_OF.tenant == TENANT)
        if model is not None:
            scope = scope.where(_OF.model == model)
        async with self._database.begin() as connection:
            page = await select_page(connection, scope, (_OF.created, _OF.id), request)
        return Page([_read(row) for row in page.items], page.has_more)

    async def locked(self, connection: AsyncConnection, response_id: str) -> Stored:
        """Return a response, which nobody else changes until the transaction of `connection` ends.

        Raises:
            NotFound: It was not stored, or was deleted.
        """
        query = sa.select(RESPONSES).where(*_named(response_id)).with_for_update()
        row = (await connection.execute(query)).first()
        if row is None:
            raise missing(response_id)
        return _read(row)

    async def unfinished(self, ids: Sequence[str]) -> set[str]:
        """Return those of some responses, whosever they are, that are still to be made."""
        query = sa.select(_OF.id).where(_OF.id.in_(ids), _OF.status.not_in(ENDED))
        async with self._database.begin() as connection:
            return set((await connection.execute(query)).scalars())

    async def delete(self, connection: AsyncConnection, response_id: str) -> None:
        """Forget a response.

        Raises:
            NotFound: There is none.
        """
        gone = await connection.execute(sa.delete(RESPONSES).where(*_named(response_id)))
        if not gone.rowcount:
            raise missing(response_id)
        await connection.execute(sa.delete(EVENTS).where(EVENTS.c.response == response_id))


# OpenAI's, where that is not plain.
_CODES = {"previous_response_id": "previous_response_not_found"}


def missing(response_id: str, param: str = "response_id") -> NotFound:
    """Return the error that there is no such response."""
    return NotFound(
        f"There is no response '{response_id}': it was not stored, or has been deleted."
        " 'client.responses.list()' says which there are.",
        code=_CODES.get(param, "response_not_found"),
        param=param,
    )


def _by_id(steps: Iterable[Step]) -> dict[str, m.Item]:
    items = (step.item for step in steps if step.item is not None)
    return {item.id: item for item in items if item.id is not None}


def _named(response_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _OF.tenant == TENANT, _OF.id == response_id


def _save(dialect: str) -> sa.Insert:
    """Return what keeps a response in place of what was kept of it. To build this takes longer than to write a row."""
    insert = insert_into(RESPONSES, dialect)
    changed = {name: insert.excluded[name] for name in ("status", "response", "steps")}
    upsert: sa.Insert = insert.on_conflict_do_update(index_elements=["tenant", "id"], set_=changed)
    return upsert


_SAVE = {dialect: _save(dialect) for dialect in ("postgresql", "sqlite")}


def _chain() -> sa.Select[Any]:
    """Return the query for a response and all that it goes on from."""
    first = sa.select(RESPONSES).where(_OF.tenant == TENANT, _OF.id == sa.bindparam("newest"))
    newer = first.cte("chain", recursive=True)
    older = sa.select(RESPONSES).where(_OF.tenant == TENANT, _OF.id == newer.c.previous)
    return sa.select(newer.union_all(older))


_CHAIN = _chain()


def _row(stored: Stored) -> dict[str, Any]:
    response = stored.response
    bare = msgspec.structs.replace(response, output=[])
    return {
        "tenant": TENANT,
        "id": response.id,
        # Within the second that callers see: those of one caller, who waits for each, keep their order.
        "created": min(now_ms(), response.created_at * 1000 + 999),
        "model": response.model,
        "status": response.status,
        "background": response.background,
        "streamed": stored.streamed,
        "previous": response.previous_response_id,
        "response": _encode(bare).decode(),
        "input": _encode(stored.input).decode(),
        "steps": _encode(stored.steps).decode(),
    }


def _read(row: Any) -> Stored:
    return Stored(
        _response(row.response),
        _items(row.input),
        _steps(row.steps),
        streamed=row.streamed,
    )
