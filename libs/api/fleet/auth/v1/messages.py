"""Messages of `fleet.auth.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class CreateApiKeyRequest(Struct, kw_only=True, omit_defaults=True):
    """A key to be made."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    """What people call it."""
    principal: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    """Who calls by it, as access policies name them; the key's id if unset."""
    tenant: str | None = None
    """Whose data they work with; the admin's tenant if unset."""
    roles: Annotated[list[str], Meta(max_length=50)] | None = None
    """Their roles; `admin` lets them manage keys."""
    teams: Annotated[list[str], Meta(max_length=50)] | None = None
    """Their teams."""
    projects: Annotated[list[str], Meta(max_length=50)] | None = None
    """Their projects."""
    namespaces: Annotated[list[str], Meta(max_length=50)] | None = None
    """Their namespaces."""
    expires_at: int | None = None
    """When it ends, in Unix seconds; never if unset."""


class ApiKey(Struct, kw_only=True, omit_defaults=True):
    """A key, without itself."""

    id: str
    """Its id."""
    object: Literal["api_key"] = field(default_factory=lambda: "api_key")
    """Always `api_key`."""
    name: str
    """What people call it."""
    prefix: str
    """How the key begins, to be told from others."""
    principal: str
    """Who calls by it."""
    tenant: str
    """Whose data they work with; empty where there are no tenants."""
    roles: list[str]
    """Their roles."""
    teams: list[str]
    """Their teams."""
    projects: list[str]
    """Their projects."""
    namespaces: list[str]
    """Their namespaces."""
    created_at: int
    """When it was made, in Unix seconds."""
    expires_at: int | None = field(default_factory=lambda: None)
    """When it ends, in Unix seconds."""


class NewApiKey(Struct, kw_only=True, omit_defaults=True):
    """A key that was made."""

    key: str
    """The key itself, which nobody can ask for again."""
    api_key: ApiKey
    """What is known of it."""


class ListApiKeysRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for a page of keys."""

    after: str | None = None
    """The id of the last key of the page before."""
    limit: int | None = None
    """How many, 1 to 100; 20 if unset."""


class ApiKeyList(Struct, kw_only=True, omit_defaults=True):
    """A page of keys."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[ApiKey]
    """The keys."""
    has_more: bool
    """Whether there are more."""


class RevokeApiKeyRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a key."""

    id: str
    """Its id."""


class ApiKeyRevoked(Struct, kw_only=True, omit_defaults=True):
    """A key is no more."""

    id: str
    """Its id."""
    object: Literal["api_key"] = field(default_factory=lambda: "api_key")
    """Always `api_key`."""
    deleted: bool
    """Always true."""
