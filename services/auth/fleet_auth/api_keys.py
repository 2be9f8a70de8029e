"""The operations on API keys."""

import re
import time

from fleet.auth.v1 import messages as m
from fleet_auth.callers import ADMIN
from fleet_auth.key_store import ApiKey, KeyStore
from fleet_runtime.access.caller import CATEGORIES, Caller, current
from fleet_runtime.access.config import TENANT_ID, Tenancy
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, PermissionDenied
from fleet_runtime.operation import Answer
from fleet_runtime.store import PageRequest

_tenant_id = re.compile(TENANT_ID)


class ApiKeys:
    """Lets admins make, list and revoke keys.

    Args:
        keys: The keys, if any are kept.
        tenancy: Whose data callers work with.
    """

    def __init__(self, keys: KeyStore | None, tenancy: Tenancy) -> None:
        self._store = keys
        self._tenancy = tenancy

    async def create_api_key(
        self, request: m.CreateApiKeyRequest, call: Call
    ) -> Answer[m.NewApiKey]:
        """Make a key."""
        del call
        admin = _admin()
        if request.expires_at is not None and request.expires_at <= time.time():
            raise InvalidArgument(
                "'expires_at' is over already.", code="invalid_value", param="expires_at"
            )
        attributes = {c: values for c in CATEGORIES if (values := getattr(request, c))}
        text, key = await self._keys().make(
            request.name,
            request.principal,
            self._tenant(request.tenant, admin),
            attributes,
            request.expires_at,
        )
        return m.NewApiKey(key=text, api_key=_told(key))

    async def list_api_keys(
        self, request: m.ListApiKeysRequest, call: Call
    ) -> Answer[m.ApiKeyList]:
        """List keys."""
        del call
        limit = 20 if request.limit is None else request.limit
        page = await self._keys().list(PageRequest(request.after, limit), self._scope(_admin()))
        return m.ApiKeyList(data=[_told(key) for key in page.items], has_more=page.has_more)

    async def revoke_api_key(
        self, request: m.RevokeApiKeyRequest, call: Call
    ) -> Answer[m.ApiKeyRevoked]:
        """Revoke a key."""
        del call
        await self._keys().revoke(request.id, self._scope(_admin()))
        return m.ApiKeyRevoked(id=request.id, deleted=True)

    def _keys(self) -> KeyStore:
        if self._store is None:
            raise InvalidArgument(
                "There are no API keys here: the values have no `auth.api_keys`.",
                code="no_api_keys",
            )
        return self._store

    def _scope(self, admin: Caller) -> str | None:
        """Return of which tenant an admin manages keys; of all if `None`."""
        return admin.tenant if self._tenancy.mode == "multi" and admin.tenant else None

    def _tenant(self, wanted: str | None, admin: Caller) -> str:
        """Return of which tenant a new key is."""
        if self._tenancy.mode != "multi":
            if wanted not in (None, admin.tenant):
                raise _wrong_tenant("there are no tenants to choose from")
            return admin.tenant
        tenant = wanted or admin.tenant
        if self._scope(admin) not in (None, tenant):
            raise _wrong_tenant("it is not yours")
        if not _tenant_id.fullmatch(tenant):
            raise _wrong_tenant(f"a tenant's id matches {TENANT_ID}")
        return tenant


def _admin() -> Caller:
    """Return who calls, if they manage keys. Nobody does where nobody is asked who they are."""
    caller = current()
    if ADMIN not in caller.of("roles"):
        raise PermissionDenied(
            "Only callers with the role 'admin' may manage API keys.", code="admin_only"
        )
    return caller


def _wrong_tenant(why: str) -> InvalidArgument:
    return InvalidArgument(
        f"The key cannot be of that tenant: {why}.", code="invalid_value", param="tenant"
    )


def _told(key: ApiKey) -> m.ApiKey:
    """Return a key as admins see it."""
    return m.ApiKey(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        principal=key.principal,
        tenant=key.tenant,
        roles=_values(key, "roles"),
        teams=_values(key, "teams"),
        projects=_values(key, "projects"),
        namespaces=_values(key, "namespaces"),
        created_at=key.created // 1000,
        expires_at=key.expires,
    )


def _values(key: ApiKey, category: str) -> list[str]:
    return list(key.attributes.get(category, ()))
