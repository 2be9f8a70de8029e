"""The settings of talking to MCP servers."""

from pydantic import Field, PositiveFloat, PositiveInt

from fleet_runtime.config import Config
from fleet_upstream.reach import AllowedHosts
from fleet_upstream.settings import Tls

MEBIBYTE = 1024 * 1024


class McpConfig(Config):
    """How MCP servers are talked to.

    Those that callers name only at public addresses, and none by way of a proxy, which would look names up by itself.
    """

    allowed: AllowedHosts = Field(default=[], examples=[["10.1.0.0/16", ".tools.corp"]])
    """What may be asked for callers although its address is private: networks, and hosts by name, where `.corp` is
    every host of that domain. Servers that the config names may be anywhere."""
    tls: Tls = Tls()
    """How servers prove who they are."""
    connect_seconds: PositiveFloat = 10.0
    """The longest wait for a connection."""
    open_seconds: PositiveFloat = 30.0
    """The longest that opening a session may take."""
    silence_seconds: PositiveFloat = 120.0
    """The longest that a server may say nothing while it works: neither an answer nor progress."""
    list_ttl_seconds: PositiveFloat = 300.0
    """How long a list of tools is kept, unless the server says that it changed, or that it may be kept for less."""
    idle_seconds: PositiveFloat = 300.0
    """How long a session is kept that nobody uses."""
    max_sessions: PositiveInt = 500
    """The most sessions at once. Where one more is wanted, the one goes that was not used for longest."""
    max_tools: PositiveInt = 1000
    """The most tools of a server; the others are not there."""
    max_message_bytes: PositiveInt = 16 * MEBIBYTE
    """The longest message that a server may send."""
