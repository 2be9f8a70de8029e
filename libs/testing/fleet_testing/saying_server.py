"""An MCP server with one tool, `say`, built with the official SDK."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from mcp.server.mcpserver import MCPServer

from fleet_testing.mcp_servers import running


@asynccontextmanager
async def saying_server() -> AsyncGenerator[str, None]:
    """Run the server, and yield its address."""
    server = MCPServer("words")

    @server.tool()
    def say(text: str) -> str:
        """Say a word."""
        return f"Said {text}"

    async with running(server.streamable_http_app()) as address:
        yield f"{address}/mcp"
