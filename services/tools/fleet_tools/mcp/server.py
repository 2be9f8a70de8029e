"""Which server is talked to, and as whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_tools.provider import Source

_PROVIDER_DATA = "mcp_headers"
_SCHEMES = ("http", "https")
_BEARER = "bearer "
# What the transport sets, or what would change where a request goes or ends.
_RESERVED = frozenset(
    {
        *("accept", "accept-encoding", "connection", "content-encoding", "content-length"),
        *("content-type", "expect", "host", "keep-alive", "last-event-id", "mcp-session-id"),
        *("mcp-protocol-version", "mcp-method", "mcp-name", "proxy-authorization", "te", "trailer"),
        *("transfer-encoding", "upgrade"),
    }
)


@dataclass(frozen=True, slots=True)
class Server:
    """A server, and who it is told that we are: sessions are shared by those for whom all of this is the same.

    Attributes:
        uri: Its address.
        headers: Further headers, sorted by name.
        authorization: The caller's token.
        trusted: Whether the config names it.
    """

    uri: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    authorization: str | None = field(default=None, repr=False)
    trusted: bool = False

    @property
    def host(self) -> str:
        """Its host."""
        return urlsplit(self.uri).hostname or ""

    @property
    def port(self) -> int:
        """Its port."""
        parts = urlsplit(self.uri)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def sent_headers(self) -> dict[str, str]:
        """The headers of each request that say who calls."""
        told = dict(self.headers)
        if self.authorization is not None:
            told["authorization"] = f"Bearer {self.authorization}"
        return told

    @property
    def names_caller(self) -> bool:
        """Whether the caller has sent credentials: what a server refuses then is not ours."""
        return self.authorization is not None or bool(self.headers)

    def hidden_in(self, message: str) -> str:
        """Return `message` without the caller's credentials."""
        secrets = [value for _, value in self.headers]
        secrets += [self.authorization] if self.authorization else []
        for secret in filter(None, secrets):
            message = message.replace(secret, "***")
        return message


def server_of(source: Source, call: Call) -> Server:
    """Return the server of a source, with what the caller's provider data says to it: `{uri: {header: value}}`.

    Raises:
        InvalidArgument: Its address is none, or a header is none or belongs to the transport.
    """
    uri = _checked_uri(source.uri)
    headers = _headers(_of_provider_data(uri, call)) | _headers(source.headers)
    token = source.authorization
    if token is not None:
        token = token[len(_BEARER) :] if token.lower().startswith(_BEARER) else token
        _check_value("authorization", token)
    return Server(uri, tuple(sorted(headers.items())), token, source.trusted)


def _checked_uri(uri: str | None) -> str:
    """Return an address that can be asked."""
    try:
        parts = urlsplit(uri or "")
        good = parts.scheme in _SCHEMES and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        good = False
    if uri is None or not good or parts.username is not None:
        raise InvalidArgument(
            "An MCP server's address begins with 'http://' or 'https://' and a host, without a user.",
            code="invalid_value",
            param="mcp_endpoint.uri",
        )
    return uri


def _of_provider_data(uri: str, call: Call) -> Mapping[str, Any]:
    """Return the headers that the caller's provider data has for a server."""
    by_server = call.provider_data().get(_PROVIDER_DATA)
    if not isinstance(by_server, dict):
        return {}
    for server, headers in by_server.items():
        if server.rstrip("/") == uri.rstrip("/") and isinstance(headers, dict):
            return headers
    return {}


def _headers(told: Mapping[str, Any]) -> dict[str, str]:
    """Return headers that may be sent, by their names in lower case."""
    headers = {name.lower(): value for name, value in told.items()}
    for name, value in headers.items():
        if name == "authorization":
            raise InvalidArgument(
                "`Authorization` cannot be one of an MCP server's headers; send the token as 'authorization' instead.",
                code="authorization_in_headers",
                param="headers",
            )
        if name in _RESERVED or not name.replace("-", "").replace("_", "").isalnum():
            raise InvalidArgument(
                f"The header '{name[:100]}' is not the caller's to set.",
                code="invalid_value",
                param="headers",
            )
        _check_value(name, value)
    return headers


def _check_value(name: str, value: object) -> None:
    if not isinstance(value, str) or not (value.isascii() and value.isprintable()):
        raise InvalidArgument(
            f"The value of '{name}' is none that a header can have.",
            code="invalid_value",
            param="authorization" if name == "authorization" else "headers",
        )
