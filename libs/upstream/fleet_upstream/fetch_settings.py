"""How documents are fetched."""

from pydantic import Field

from fleet_runtime.config import Config
from fleet_upstream.reach import AllowedHosts
from fleet_upstream.settings import Tls


class FetchConfig(Config):
    """How documents are fetched that callers give by their addresses.

    Only from public addresses, and not by way of a proxy, which would look names up by itself.
    """

    allowed: AllowedHosts = Field(default=[], examples=[["10.1.0.0/16", ".docs.corp"]])
    """What may be asked although its address is private: networks, and hosts by name, where `.corp` is every host of
    that domain."""
    max_bytes: int = Field(default=64 * 1024 * 1024, ge=1)
    """The largest document."""
    max_redirects: int = Field(default=5, ge=0, le=20)
    """How often a server may send us on. Where to is checked as the first address is."""
    timeout_seconds: float = Field(default=60.0, gt=0)
    """The longest that a document may take."""
    tls: Tls = Tls()
    """How servers prove who they are."""
