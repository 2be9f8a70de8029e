"""An MCP server with one tool, by the official SDK: `python -m fleet_bench.responses.tool_server --port 9000`."""

import argparse

from mcp.server.mcpserver import MCPServer

from fleet_bench.responses.script import FOUND, TOOL


def weather(city: str) -> str:
    """Tell what the weather is like in a city."""
    return FOUND


def main() -> None:
    """Serve streamable HTTP until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    server: MCPServer[None] = MCPServer("bench", log_level="ERROR")
    server.add_tool(weather, name=TOOL, structured_output=False)
    server.run("streamable-http", port=parser.parse_args().port)


if __name__ == "__main__":
    main()
