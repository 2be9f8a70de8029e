"""As much of MCP's streamable HTTP as a call of the tool needs (revision 2025-06-18)."""

import re
from typing import Any

import msgspec

from fleet_bench.api import body_of, request
from fleet_bench.load import BadAnswerError, Connection
from fleet_bench.responses.script import ARGUMENTS, FOUND, TOOL

PATH = "/mcp"
_REVISION = "2025-06-18"
_SESSION = re.compile(rb"\r\nmcp-session-id: *([^\r]+)", re.IGNORECASE)


def hello() -> bytes:
    """Return the whole HTTP request that opens a session."""
    who = {"name": "bench", "version": "1"}
    return _message(
        "initialize", {"protocolVersion": _REVISION, "capabilities": {}, "clientInfo": who}
    )


async def opened(connection: Connection) -> bytes:
    """Open a session; return the whole HTTP request that calls the tool in it.

    Raises:
        BadAnswerError: The server refuses.
    """
    answer = await connection.call(hello())
    session = _SESSION.search(answer)
    if session is None:
        raise BadAnswerError(f"no session: {answer[:500]!r}")
    call = {"name": TOOL, "arguments": msgspec.json.decode(ARGUMENTS)}
    return _message("tools/call", call, session[1])


def check_call(response: bytes) -> None:
    """Raise `BadAnswerError` if this is not what the tool says."""
    if FOUND.encode() not in body_of(response):
        raise BadAnswerError(response[:500].decode(errors="replace"))


def _message(method: str, params: dict[str, Any], session: bytes = b"") -> bytes:
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    # The SDK's server takes no host that has no port.
    headers = b"\r\nhost: localhost:80\r\naccept: application/json, text/event-stream\r\n"
    if session:
        headers += b"mcp-session-id: %s\r\n" % session
    whole = request("POST", PATH, msgspec.json.encode(message))
    return whole.replace(b"\r\nhost: localhost\r\naccept: */*\r\n", headers, 1)
