"""What callers are told who are not let in."""

from fleet_runtime.errors import Unauthenticated


def unknown(message: str = "The token or key is not valid.") -> Unauthenticated:
    """Return the error for a token that nobody knows."""
    return Unauthenticated(message, code="invalid_api_key")
