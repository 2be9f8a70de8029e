"""The Model Context Protocol as its revisions have it that are spoken here.

Up to 2025-11-25 a client opens with `initialize`. From 2026-07-28 on there is nothing to open: each request says in
`_meta` what its client speaks, and in headers what it is about, and `server/discover` tells what a server can.

Source: https://modelcontextprotocol.io/specification
"""

from collections.abc import Mapping
from typing import Any

from fleet_runtime.call import Call

HANDSHAKE_VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""The revisions that are agreed on by `initialize`, oldest first."""
ENVELOPE_VERSIONS = ("2026-07-28",)
"""The revisions that each request names by itself."""

INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022

_META = "io.modelcontextprotocol/"
VERSION_KEY = f"{_META}protocolVersion"
CAPABILITIES_KEY = f"{_META}clientCapabilities"
SERVER_INFO_KEY = f"{_META}serverInfo"

_VERSION_HEADER = "mcp-protocol-version"
# The gateway sets it for every HTTP caller; others have no headers of the transport.
_HTTP_HEADER = "x-envoy-original-path"


class RpcError(Exception):
    """What is answered with an error.

    Args:
        code: JSON-RPC's.
        message: What would help.
        data: More about it.
    """

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


def agreed_version(asked: object) -> str:
    """Return the revision to speak with a client that opens with `asked`: the same, or else our latest."""
    return asked if asked in HANDSHAKE_VERSIONS else HANDSHAKE_VERSIONS[-1]


def has_envelope(method: str, params: Mapping[str, Any], call: Call) -> bool:
    """Whether a request is of a revision that each request names by itself.

    Raises:
        RpcError: It is, and not as it should be; or it is of a revision that is not spoken here.
    """
    header = call.header(_VERSION_HEADER)
    meta = params.get("_meta")
    version = meta.get(VERSION_KEY) if isinstance(meta, dict) else None
    if version is None and header not in ENVELOPE_VERSIONS:
        if header is not None and header not in HANDSHAKE_VERSIONS:
            raise _unsupported(header)
        return False
    if not isinstance(meta, dict) or version is None or CAPABILITIES_KEY not in meta:
        raise RpcError(INVALID_PARAMS, f"`_meta` needs `{VERSION_KEY}` and `{CAPABILITIES_KEY}`.")
    if call.header(_HTTP_HEADER) is not None:
        _check_headers(method, params, version, call)
    if version not in ENVELOPE_VERSIONS:
        raise _unsupported(version)
    return True


def _check_headers(method: str, params: Mapping[str, Any], version: object, call: Call) -> None:
    """Raise `RpcError` unless the headers say what the request says: whoever stands between reads them alone."""
    expected = {_VERSION_HEADER: version, "mcp-method": method}
    name = params.get("name") if method == "tools/call" else None
    if (
        isinstance(name, str) and name.isascii()
    ):  # others are written in base64, which nobody here routes by
        expected["mcp-name"] = name
    for header, value in expected.items():
        if call.header(header) != value:
            raise RpcError(HEADER_MISMATCH, f"The header `{header}` and the request differ.")


def _unsupported(version: object) -> RpcError:
    supported = [*ENVELOPE_VERSIONS, *HANDSHAKE_VERSIONS]
    return RpcError(
        UNSUPPORTED_VERSION,
        "Unsupported protocol version",
        {"supported": supported, "requested": str(version)},
    )
