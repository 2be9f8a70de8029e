"""Why a response failed, as callers read it in the response."""

from fleet.agents.v1 import messages as m
from fleet_runtime.errors import FleetError, Internal

_CODES = {429: "rate_limit_exceeded", 400: "invalid_prompt"}


def failure(error: FleetError) -> m.ResponseError:
    """Return why a response failed, by OpenAI's name for it, or our own where it has none."""
    code = None if isinstance(error, Internal) else error.code
    return m.ResponseError(
        code=code or _CODES.get(error.status, "server_error"), message=error.message
    )
