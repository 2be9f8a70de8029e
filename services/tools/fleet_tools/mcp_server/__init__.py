"""The fleet as an MCP server: what it says, and how its messages are told apart."""
