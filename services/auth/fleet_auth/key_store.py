"""API keys, kept as hashes."""

import hashlib
import secrets
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select

from fleet_auth.tables import API_KEYS
from fleet_runtime.access.config import API_KEY_PREFIX
from fleet_runtime.errors import NotFound
from fleet_runtime.store import Database, Page, PageRequest
from fleet_runtime.store.paging import select_page
from fleet_runtime.store.rows import now_ms

_OF = API_KEYS.c
_COLUMNS = (
    _OF.id,
    _OF.name,
    _OF.prefix,
    _OF.principal,
    _OF.tenant,
    _OF.attributes,
    _OF.created,
    _OF.expires,
)
_FIND = select(*_COLUMNS).where(_OF.hash == bindparam("hash"))
# In bytes of chance, and in characters that may be shown.
_LENGTH, _SHOWN = 32, len(API_KEY_PREFIX) + 6
_TOPIC = "api_keys"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, without itself.

    Attributes:
        id: Its id.
        name: What people call it.
        prefix: How it begins.
        principal: Who calls by it.
        tenant: Whose data they work with.
        attributes: Their roles, teams, projects and namespaces.
        created: When it was made, in Unix milliseconds.
        expires: When it ends, in Unix seconds, if it does.
    """

    id: str
    name: str
    prefix: str
    principal: str
    tenant: str
    attributes: Mapping[str, Sequence[str]]
    created: int
    expires: int | None


class KeyStore:
    """Makes keys, finds who has one, and revokes them.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lookup = database.lookup(_FIND)

    async def make(
        self,
        name: str,
        principal: str | None,
        tenant: str,
        attributes: Mapping[str, Sequence[str]],
        expires: int | None,
    ) -> tuple[str, ApiKey]:
        """Make a key, and return it itself, which is not kept, and what is known of it."""
        text = API_KEY_PREFIX + secrets.token_urlsafe(_LENGTH)
        key_id = f"key_{uuid.uuid4().hex}"
        key = ApiKey(
            id=key_id,
            name=name,
            prefix=text[:_SHOWN],
            principal=principal or key_id,
            tenant=tenant,
            attributes={category: list(values) for category, values in attributes.items()},
            created=now_ms(),
            expires=expires,
        )
        row = {column.name: getattr(key, column.name) for column in _COLUMNS}
        async with self._database.begin() as connection:
            await connection.execute(insert(API_KEYS).values(hash=_hash(text), **row))
        return text, key

    async def find(self, text: str) -> ApiKey | None:
        """Return what is known of a key, if it is one; whether it has ended is for the caller to see."""
        row: Any = await self._lookup(hash=_hash(text))
        return None if row is None else ApiKey(*row)

    async def list(self, request: PageRequest, tenant: str | None) -> Page[ApiKey]:
        """Return a page of the keys of one tenant, or of all.

        Raises:
            InvalidArgument: There is no key `request.after`.
        """
        scope = select(*_COLUMNS)
        if tenant is not None:
            scope = scope.where(_OF.tenant == tenant)
        async with self._database.begin() as connection:
            page = await select_page(connection, scope, (_OF.created, _OF.id), request)
        return Page([_read(row) for row in page.items], page.has_more)

    async def revoke(self, key_id: str, tenant: str | None) -> None:
        """Let nobody in by a key any more, on all replicas.

        Raises:
            NotFound: The tenant has no such key.
        """
        gone = delete(API_KEYS).where(_OF.id == key_id)
        if tenant is not None:
            gone = gone.where(_OF.tenant == tenant)
        async with self._database.begin() as connection:
            if not (await connection.execute(gone)).rowcount:
                raise NotFound(
                    f"There is no API key '{key_id}'.", code="api_key_not_found", param="id"
                )
            await self._database.announce(connection, _TOPIC)

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield within a second after a key was revoked, and now and then besides."""
        return self._database.changes(_TOPIC)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read(row: Row[Any]) -> ApiKey:
    return ApiKey(**row._asdict())
