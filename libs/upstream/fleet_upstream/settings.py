"""How a model server is reached, and what is asked of it: the settings that all remote providers share."""

import re
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AliasChoices,
    Field,
    FilePath,
    PositiveFloat,
    PositiveInt,
    field_validator,
    model_validator,
)

from fleet_runtime.config import Config, ConfigError, Secret, reveal

_ADDRESS = re.compile(r"https?://(\[[\da-fA-F:.]+\]|[\w.-]+)(:\d+)?(/[^?#\s]*)?")
HttpAddress: TypeAlias = Annotated[str, Field(pattern=f"^{_ADDRESS.pattern}$")]
"""Where another server is that a provider asks, beside the one at its `base_url`."""

_NO_ADDRESS = "must be an http(s) address, without user, password and query"


class Tls(Config):
    """How the model server proves who it is, and how we do."""

    verify: bool | Path = True
    """Whether to check its certificate; or the file or folder of certificates to check it against."""
    min_version: Literal["TLSv1.2", "TLSv1.3"] = "TLSv1.2"
    """The oldest version of TLS to speak."""
    ciphers: list[str] = Field(default=[])
    """The ciphers of TLS 1.2 to offer, in OpenSSL's names. Python's choice if empty."""
    client_cert: FilePath | None = None
    """The file of our own certificate, for servers that ask for one."""
    client_key: FilePath | None = None
    """The file of its key, unless that is in the same file."""

    @field_validator("verify")
    @classmethod
    def _there(cls, verify: bool | Path) -> bool | Path:
        if isinstance(verify, Path) and not verify.exists():
            raise ValueError(f"there is no file or folder {verify}")
        return verify


class Proxy(Config):
    """The HTTP proxy on the way."""

    url: str | Secret | None = None
    """The proxy for every model server."""
    http: str | Secret | None = None
    """The proxy for servers at `http://`."""
    https: str | Secret | None = None
    """The proxy for servers at `https://`."""
    cacert: FilePath | None = None
    """A file of certificates to trust besides, for proxies that look inside TLS."""
    no_proxy: list[str] = Field(default=[])
    """Hosts to reach directly; `.corp` is every host of that domain, `*` is all."""

    @model_validator(mode="after")
    def _one_way(self) -> "Proxy":
        if self.url and (self.http or self.https):
            raise ValueError("set either `url`, or `http` and `https`")
        return self


class Timeouts(Config):
    """How long to wait, in seconds."""

    connect: PositiveFloat = 10.0
    """For a connection, its place in the pool included."""
    read: PositiveFloat = 600.0
    """For the next byte: the longest silence."""


class Limits(Config):
    """How many connections to hold."""

    max_connections: PositiveInt = 4096
    """The most at once. Calls beyond wait for a place."""
    max_keepalive_connections: int | None = Field(default=None, ge=0)
    """The most to keep for later calls. All if unset."""
    keepalive_expiry: PositiveFloat = 15.0
    """How long to keep one that nobody uses, in seconds."""


class Network(Config):
    """The way to a model server."""

    tls: Tls = Tls()
    proxy: Proxy = Proxy()
    timeout: PositiveFloat | Timeouts = Timeouts()
    """One number is for connecting and reading alike."""
    headers: dict[str, str | Secret] = Field(default={})
    """Sent with every request."""
    limits: Limits = Limits()

    @property
    def timeouts(self) -> Timeouts:
        """Both timeouts."""
        if isinstance(self.timeout, Timeouts):
            return self.timeout
        return Timeouts(connect=self.timeout, read=self.timeout)


class UpstreamConfig(Config):
    """The settings of a remote provider. Each adds a `base_url` of its own."""

    base_url: str | Secret
    """Where the API begins, such as `https://api.openai.com/v1`."""
    api_key: Secret | str | None = Field(
        default=None, repr=False, validation_alias=AliasChoices("api_key", "auth_credential")
    )
    """The key to be let in with. A key that the caller sends is taken instead."""
    allowed_models: list[str] | None = None
    """The only models to list and to use. All if unset."""
    refresh_models: bool = False
    """Of no effect, and here for Llama Stack's configs: the service lists the models every `refresh_seconds` anyhow."""
    network: Network = Network()

    @field_validator("base_url")
    @classmethod
    def _is_address(cls, base_url: str | Secret) -> str | Secret:
        if isinstance(base_url, str) and not _ADDRESS.fullmatch(base_url):
            raise ValueError(_NO_ADDRESS)
        return base_url

    def address(self) -> str:
        """Return where the API begins.

        Raises:
            ConfigError: The environment variable that should say so does not.
        """
        text = reveal(self.base_url)
        if isinstance(self.base_url, Secret) and not _ADDRESS.fullmatch(text):
            raise ConfigError(f"the environment variable {self.base_url.env} {_NO_ADDRESS}")
        return text
