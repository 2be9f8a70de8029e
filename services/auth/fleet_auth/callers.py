"""Who calls: by a key of ours, or as the configured provider says."""

import asyncio
import hmac
import re
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from fleet_auth.config import MemoryConfig
from fleet_auth.key_store import KeyStore
from fleet_auth.memory import Memory
from fleet_auth.provider import Asked, Identity, IdentityProvider
from fleet_auth.refusals import unknown
from fleet_runtime.access.caller import Caller
from fleet_runtime.access.config import API_KEY_PREFIX, TENANT_ID, Tenancy
from fleet_runtime.errors import FleetError, Unauthenticated

ADMIN = "admin"
"""The role that lets manage keys, and the name of who has the key of the config."""
_ADMIN_PATHS = ("/v1alpha/admin/api-keys", "/fleet.auth.v1.ApiKeyService/")
_tenant_id = re.compile(TENANT_ID)


class Callers:
    """Knows who calls.

    Args:
        provider: Who knows those without a key of ours; nobody does if unset.
        keys: Our keys, if there are any.
        admin_key: A key that always holds.
        tenancy: Whose data callers work with.
        memory: How long answers are remembered.
    """

    def __init__(
        self,
        provider: IdentityProvider | None,
        keys: KeyStore | None,
        admin_key: str | None,
        tenancy: Tenancy,
        memory: MemoryConfig,
    ) -> None:
        self._provider = provider
        self._keys = keys
        self._admin_key = admin_key
        self._tenancy = tenancy
        self._known = Memory(memory.most, memory.seconds)
        self._refused = Memory(memory.most, memory.refused_seconds)

    async def identified(self, asked: Asked) -> Caller:
        """Return who calls.

        Raises:
            Unauthenticated: Nobody that is known, or they have no tenant and need one.
            PermissionDenied: They may not call from there.
            Unavailable: Nobody could tell.
        """
        if self._admin_key and hmac.compare_digest(asked.token.encode(), self._admin_key.encode()):
            return self._admin(asked)
        if self._keys and asked.token.startswith(API_KEY_PREFIX):
            return await self._by_key(self._keys, asked)
        if self._provider is None:
            raise unknown() if asked.token else missing()
        return await self._by_provider(self._provider, asked)

    @asynccontextmanager
    async def forgetting(self) -> AsyncGenerator[None, None]:
        """Forget what is remembered whenever a key may have been revoked, while the block runs."""
        if self._keys is None:
            yield
            return
        task = asyncio.create_task(self._forget(self._keys))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _forget(self, keys: KeyStore) -> None:
        async with aclosing(keys.changes()) as changes:
            async for _ in changes:
                self._known.forget()

    def _admin(self, asked: Asked) -> Caller:
        """Return the admin of the config, who has no tenant and so, where callers need one, only manages keys."""
        attributes = {"roles": frozenset({ADMIN})}
        if self._tenancy.mode == "multi" and asked.path.startswith(_ADMIN_PATHS):
            return Caller(ADMIN, "", attributes)
        return self._caller(Identity(ADMIN, attributes))

    async def _by_key(self, keys: KeyStore, asked: Asked) -> Caller:
        if caller := self._known.find(asked.token):
            return caller
        key = await keys.find(asked.token)
        left = None if key is None or key.expires is None else key.expires - time.time()
        if key is None or (left is not None and left <= 0):
            raise unknown("The API key is not valid: it has expired, or was revoked.")
        attributes = {c: frozenset(values) for c, values in key.attributes.items()}
        caller = self._caller(Identity(key.principal, attributes, key.tenant))
        self._known.keep(asked.token, caller, left)
        return caller

    async def _by_provider(self, provider: IdentityProvider, asked: Asked) -> Caller:
        name = provider.remembers_by(asked)
        if name is None:
            return self._caller(await provider.identify(asked))
        if not asked.token:
            raise missing()
        self._refused.find(name)
        if caller := self._known.find(name):
            return caller
        try:
            caller = self._caller(await provider.identify(asked))
        except Unauthenticated as error:
            self._refused.keep(name, error)
            raise
        self._known.keep(name, caller)
        return caller

    def _caller(self, identity: Identity) -> Caller:
        return Caller(identity.principal, self._tenant(identity), identity.attributes)

    def _tenant(self, identity: Identity) -> str:
        if self._tenancy.mode == "disabled":
            return ""
        if self._tenancy.mode == "single":
            return self._tenancy.default_tenant_id or ""
        if not identity.tenant or not _tenant_id.fullmatch(identity.tenant):
            raise no_tenant()
        return identity.tenant


def missing() -> Unauthenticated:
    """Return the error for a call without a token."""
    return Unauthenticated(
        "Authentication required. Send your token or key as 'Authorization: Bearer …'.",
        code="authentication_required",
    )


def no_tenant() -> FleetError:
    """Return the error for callers of whom nobody says whose data they work with."""
    return Unauthenticated(
        "Tenant context required but not resolved from authentication.", code="tenant_required"
    )
