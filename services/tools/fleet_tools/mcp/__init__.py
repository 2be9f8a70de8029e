"""Talking to MCP servers: sessions with them, and what they answer. The protocol itself is the official SDK's."""
