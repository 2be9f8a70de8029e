"""What it means to our caller that an MCP server cannot be asked."""

from fleet_runtime.errors import DeadlineExceeded, FleetError, InvalidArgument, UpstreamFailed
from fleet_tools.mcp.exchange import Exchange
from fleet_tools.mcp.server import Server
from fleet_upstream.refusals import retry_after

# Longer texts are dumps, not messages.
_LONGEST = 1000
_TOO_MANY = 429


class CallFailed(Exception):
    """A request of a session got no answer.

    Args:
        message: What the SDK says.
        exchange: What became of its HTTP requests.
        code: JSON-RPC's number for it, if the server, or the SDK in its place, gave one.
    """

    def __init__(self, message: str, exchange: Exchange, code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.exchange = exchange
        self.code = code


def failure(failed: CallFailed, server: Server) -> FleetError:
    """Return what a caller is told.

    A server that refuses the caller's own credentials is the caller's matter, and keeps its status; all else that is
    wrong with a server is 502.
    """
    exchange = failed.exchange
    if exchange.is_unauthorized:
        return _unauthorized(exchange, server)
    if exchange.status == _TOO_MANY:
        after = retry_after({"retry-after": exchange.retry_after} if exchange.retry_after else {})
        return UpstreamFailed(
            "The MCP server has too much to do.", status=_TOO_MANY, retry_after=after
        )
    reason, code = _what_failed(failed, server)
    return UpstreamFailed(f"The MCP server {reason}", status=502, code=code)


def _what_failed(failed: CallFailed, server: Server) -> tuple[str, str]:
    """Return what is wrong with the server, and the code for it."""
    exchange = failed.exchange
    if exchange.unreached is not None:
        return f"cannot be reached: {exchange.unreached}.", "upstream_unreachable"
    if exchange.is_too_large:
        return "answered more than is taken.", "upstream_too_large"
    if exchange.status is not None:
        return f"answered {exchange.status}; check its address.", "upstream_refused"
    if exchange.is_broken:
        return "hung up, or speaks no HTTP.", "upstream_broke_off"
    return f"failed: {server.hidden_in(failed.message)[:_LONGEST]}", "upstream_failed"


def late(what: str) -> DeadlineExceeded:
    """Return the error for a server that is silent for too long."""
    return DeadlineExceeded(
        f"The MCP server did not {what} in time, and was told to stop.", code="upstream_timeout"
    )


def _unauthorized(exchange: Exchange, server: Server) -> FleetError:
    if not server.names_caller:
        return InvalidArgument(
            "The MCP server wants to know who calls. Send a token for it as 'authorization'.",
            code="missing_authorization",
            param="authorization",
        )
    return UpstreamFailed(
        "The MCP server refused the credentials that were sent for it.",
        status=exchange.status or 0,
        code="mcp_unauthorized",
        param="authorization",
    )
