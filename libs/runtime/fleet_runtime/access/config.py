"""The section `auth` of the chart's values: how callers say who they are, and what they may do.

The gateway, the auth service and all other services read the same section. Names and defaults are Llama Stack's
(`server.auth`), so that its configs read the same here; secrets are named, never written: `{env: NAME}`.
"""

import ipaddress
import re
from typing import Annotated, Literal, Self, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from fleet_runtime.access.caller import CATEGORIES
from fleet_runtime.access.conditions import of_the_user, parse
from fleet_runtime.access.policy import AccessRule, Rule, as_list
from fleet_runtime.config import Config, Secret

API_KEY_PREFIX = "lf-"
"""How keys of the fleet's own begin."""
TENANT_ID = r"[a-z0-9][a-z0-9\-_]{0,127}"
"""What the id of a tenant is."""
_REGEX = "regex:"


def _url(text: str) -> str:
    """Check that `text` is a URL that can be called."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a URL begins with http:// or https:// and a host")
    if parts.username is not None:
        raise ValueError("a URL holds no user and no password")
    return text


def _mapping(mapping: dict[str, str]) -> dict[str, str]:
    """Check that claims are mapped to categories that there are."""
    for claim, category in mapping.items():
        _category(category, claim)
    return mapping


def _category(category: str, of: str) -> None:
    if category not in CATEGORIES:
        raise ValueError(f"{of!r} is mapped to {category!r}; there are {', '.join(CATEGORIES)}")


Url = Annotated[str, AfterValidator(_url)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+$", to_lower=True)]
TenantId = Annotated[str, StringConstraints(pattern=f"^{TENANT_ID}$")]
ClaimsMapping = Annotated[dict[str, str], AfterValidator(_mapping)]
"""Attribute categories by claims. A claim may be nested, as `a.b.c`; `\\.` is a dot in a name."""


class Tls(Config):
    """How a server is known that is asked about callers."""

    verify_tls: bool = True
    """Whether its certificate is checked."""
    tls_cafile: str | None = None
    """A PEM file with the authorities that may have signed it; the system's if unset."""


class Jwks(Config):
    """Where the keys are that tokens are signed with."""

    uri: Url
    """A JSON Web Key Set (RFC 7517)."""
    key_recheck_period: Annotated[int, Field(ge=1)] = 3600
    """How long keys are believed until they are read again, in seconds."""


class Introspection(Config):
    """A server that says whether a token is good (RFC 7662)."""

    url: Url
    """Its introspection endpoint."""
    client_id: str
    """Who we are to it."""
    client_secret: Secret
    """Our secret."""
    send_secret_in_body: bool = False
    """Say both in the form, not in the `Authorization` header."""


class OAuth2Token(Tls):
    """Tokens of an OAuth 2 or OpenID Connect server."""

    type: Literal["oauth2_token"]
    audience: str = "llama-stack"
    """Whom a token must be meant for."""
    issuer: str | None = None
    """Who must have issued it; anybody with such a key if unset."""
    claims_mapping: ClaimsMapping = {
        "sub": "roles",
        "username": "roles",
        "groups": "teams",
        "team": "teams",
        "project": "projects",
        "tenant": "namespaces",
        "namespace": "namespaces",
    }
    """Which claims are what attributes."""
    tenant_claim: str | None = None
    """The claim that says whose data the caller works with."""
    jwks: Jwks | None = None
    """The tokens are JWTs, which the gateway checks by itself."""
    introspection: Introspection | None = None
    """Instead: the server is asked about each."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.jwks is None) == (self.introspection is None):
            raise ValueError("give either 'jwks' or 'introspection'")
        return self


class GitHubToken(Tls):
    """Tokens of GitHub: GitHub is asked whose they are."""

    type: Literal["github_token"]
    github_api_base_url: Url = "https://api.github.com"
    """Its API; `https://HOST/api/v3` of an Enterprise Server."""
    claims_mapping: ClaimsMapping = {"login": "roles", "organizations": "teams"}
    """Which of the user's fields are what attributes; `organizations` are the logins of theirs."""


class Kubernetes(Tls):
    """Tokens of a Kubernetes cluster, such as of service accounts: its API server is asked whose they are."""

    type: Literal["kubernetes"]
    api_server_url: Url = "https://kubernetes.default.svc"
    """The API server."""
    claims_mapping: ClaimsMapping = {"username": "roles", "groups": "roles"}
    """Which of the user's fields are what attributes; `extra.…` among them."""
    tenant_claim: str | None = None
    """The field that says whose data the caller works with."""


class Custom(Tls):
    """Tokens that an endpoint of your own knows."""

    type: Literal["custom"]
    endpoint: Url
    """Gets `{"api_key", "request": {"path", "headers", "params"}}`, and answers with `principal` and `attributes`."""
    tenant_field: str | None = None
    """The field of its answer that says whose data the caller works with."""


class UpstreamHeader(Config):
    """A proxy before the gateway has asked already, and says so in headers."""

    type: Literal["upstream_header"]
    principal_header: HeaderName
    """Who calls."""
    tenant_header: HeaderName | None = None
    """Whose data they work with."""
    attributes_header: HeaderName | None = None
    """Their attributes: a JSON object of lists."""
    attribute_headers: dict[HeaderName, str] = {}
    """More headers, each with its category: a JSON list, or one value."""
    trusted_proxy_cidrs: list[str] = Field(min_length=1)
    """From where calls are believed. Whoever else could reach the gateway could say they were anybody."""

    @field_validator("attribute_headers")
    @classmethod
    def _known(cls, headers: dict[str, str]) -> dict[str, str]:
        return _mapping(headers)

    @field_validator("trusted_proxy_cidrs")
    @classmethod
    def _networks(cls, cidrs: list[str]) -> list[str]:
        for cidr in cidrs:
            ipaddress.ip_network(cidr)
        return cidrs


class LocalApiKey(Config):
    """A few keys that never change; who has one is an admin."""

    type: Literal["local_api_key"]
    api_keys: list[Secret] = Field(min_length=1)
    """The keys."""


Provider: TypeAlias = Annotated[
    OAuth2Token | GitHubToken | Kubernetes | Custom | UpstreamHeader | LocalApiKey,
    Field(discriminator="type"),
]


class ApiKeys(Config):
    """Keys that an admin makes, lists and revokes at `/v1alpha/admin/api-keys`."""

    admin_key: Secret | None = None
    """A key that always holds, with the role `admin`: with it the first others are made. It begins with `lf-`."""


class RouteScope(Config):
    """Which routes."""

    paths: str | list[str]
    """Paths of the REST API: whole ones, such as `/v1/models`; beginnings, as `/v1/files*`; or `regex:` and an
    expression. A route's other paths, and its gRPC method, are meant with it."""

    @field_validator("paths")
    @classmethod
    def _paths(cls, paths: str | list[str]) -> str | list[str]:
        for path in as_list(paths):
            if path.startswith(_REGEX):
                try:
                    re.compile(path.removeprefix(_REGEX))
                except re.error as error:
                    raise ValueError(f"{path!r} is no regular expression: {error}") from None
            elif "*" in path[:-1]:
                raise ValueError(f"{path!r}: '*' stands at the end only; else write 'regex:…'")
            elif not path.startswith("/") and path != "*":
                raise ValueError(f"{path!r} does not begin with '/'")
        return paths


class RouteRule(Rule):
    """Permits or forbids some routes. The first rule that fits decides; where none does, a route is forbidden."""

    permit: RouteScope | None = None
    """The routes that are permitted."""
    forbid: RouteScope | None = None
    """The routes that are forbidden. Not together with `permit`."""

    @field_validator("when", "unless")
    @classmethod
    def _about_users(cls, value: str | list[str] | None) -> str | list[str] | None:
        for text in as_list(value):
            of_the_user(parse(text))
        return value

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.permit is None) == (self.forbid is None):
            raise ValueError("give either 'permit' or 'forbid'")
        return self


class RateLimit(Config):
    """How many calls of one caller are taken."""

    per: Literal["principal", "tenant"] = "principal"
    """Whose calls are counted together."""
    requests: Annotated[int, Field(ge=1)]
    """How many at most, at once too."""
    seconds: Annotated[int, Field(ge=1, le=86400)] = 60
    """In how long."""


class Tenancy(Config):
    """Whose data callers work with."""

    mode: Literal["disabled", "single", "multi"] = "disabled"
    """`disabled`: all callers share all data; `single`: it is that of `default_tenant_id`; `multi`: each caller's
    tenant is what their token or key says, and who has none is refused."""
    default_tenant_id: TenantId | None = None
    """The one tenant, where there is one."""

    @model_validator(mode="after")
    def _named(self) -> Self:
        if (self.mode == "single") is (self.default_tenant_id is None):
            raise ValueError("'default_tenant_id' goes with mode 'single', and with no other")
        return self


class AuthConfig(Config):
    """Who may call, and what they may do. By default anybody may do anything."""

    provider_config: Provider | None = None
    """Who knows the callers."""
    api_keys: ApiKeys | None = None
    """Keys of the fleet's own; beside another provider, or alone."""
    public_paths: list[str] = ["/v1/health", "/v1/version"]
    """What anybody may call, whole paths. `/healthz` is always among it."""
    route_policy: list[RouteRule] = []
    """Who may call what; everybody everything if empty."""
    access_policy: list[AccessRule] = []
    """Who may do what with which things; a thing's owner, and who shares an attribute with them, if empty."""
    rate_limits: list[RateLimit] = []
    """How many calls are taken; each limit is for every process of the gateway by itself."""
    tenancy: Tenancy = Tenancy()

    @property
    def enabled(self) -> bool:
        """Whether callers are asked who they are."""
        return self.provider_config is not None or self.api_keys is not None

    @property
    def jwt(self) -> OAuth2Token | None:
        """The tokens that the gateway checks by itself, if it does."""
        provider = self.provider_config
        return provider if isinstance(provider, OAuth2Token) and provider.jwks else None

    @property
    def asks_service(self) -> bool:
        """Whether there are callers about whom the auth service is asked."""
        return self.enabled and (self.jwt is None or self.api_keys is not None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.route_policy and not self.enabled:
            raise ValueError(
                "a 'route_policy' needs callers who say who they are: give 'provider_config' or 'api_keys'"
            )
        if self.rate_limits and not self.enabled:
            raise ValueError(
                "'rate_limits' need callers who say who they are: give 'provider_config' or 'api_keys'"
            )
        if self.tenancy.mode == "multi":
            self._check_tenants()
        return self

    def _check_tenants(self) -> None:
        provider = self.provider_config
        if not self.enabled:
            raise ValueError("tenancy 'multi' needs 'provider_config' or 'api_keys'")
        if isinstance(provider, LocalApiKey | GitHubToken):
            raise ValueError(  # noqa: TRY004 - a wrong setting, as pydantic wants it
                f"tenancy 'multi' does not go with {provider.type!r}, which knows no tenants"
            )
        for name in ("tenant_claim", "tenant_field", "tenant_header"):
            if provider is not None and getattr(provider, name, "set") is None:
                raise ValueError(f"tenancy 'multi' needs 'provider_config.{name}'")


def claim_steps(claim: str) -> list[str]:
    r"""Return the names along a claim's path: `a.b\.c` is `b.c` within `a`."""
    return [step.replace("\\.", ".") for step in re.split(r"(?<!\\)\.", claim)]
