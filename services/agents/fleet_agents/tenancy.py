"""Whose things are whose."""

TENANT = ""
"""Until there is authentication there is one tenant."""
