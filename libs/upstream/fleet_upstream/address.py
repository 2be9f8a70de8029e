"""Addresses of servers, ready to be asked."""

from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote, urlsplit

_PORTS = {"http": 80, "https": 443}
# What a path may hold as it is (RFC 3986, section 3.3); `%` for what is escaped already.
_PATH = "/%:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class Address:
    """An `http` or `https` address, cut into its parts once.

    Attributes:
        scheme: `http` or `https`.
        host: The name or the IP address, without brackets.
        port: The port, the scheme's usual one if the address names none.
        path: Where on the server, without a slash at its end.
        credentials: `user:password`, if the address has them.
    """

    scheme: str
    host: str
    port: int
    path: str = ""
    credentials: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read an address.

        Raises:
            ValueError: It is none, or of another scheme.
        """
        parts = urlsplit(text)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("must be an http(s) address")
        return cls(
            parts.scheme,
            parts.hostname,
            parts.port or _PORTS[parts.scheme],
            quote(parts.path.rstrip("/"), safe=_PATH),
            unquote(parts.netloc.rpartition("@")[0]),
        )

    def __truediv__(self, path: str) -> "Address":
        return replace(self, path=f"{self.path}/{path}")

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def secure(self) -> bool:
        """Whether it is spoken to by TLS."""
        return self.scheme == "https"

    @property
    def endpoint(self) -> str:
        """Host and port, as CONNECT wants them (RFC 9110, section 9.3.6)."""
        host = self.host if self.host.isascii() else self.host.encode("idna").decode()
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    @property
    def authority(self) -> str:
        """Host and port, the usual port left out, as the header `host` has them."""
        return self.endpoint.removesuffix(f":{_PORTS[self.scheme]}")
