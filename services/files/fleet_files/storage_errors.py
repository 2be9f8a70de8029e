"""What it means to our caller when a storage elsewhere refuses, is silent, or is not there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from fleet_runtime.errors import DeadlineExceeded, FleetError, Unavailable, UpstreamFailed
from fleet_upstream.refusals import retry_after

_UNAUTHORIZED = (401, 403)
_PASSING = (429, 500, 502, 503, 504)
_NOBODY_THERE = ("upstream_unreachable", "upstream_broke_off")
# In characters. Longer texts are dumps, not messages.
_LONGEST = 1000


@contextmanager
def in_the_name_of(storage: str) -> Iterator[None]:
    """Let errors on the way to a storage say its name; those that may pass are `Unavailable`."""
    try:
        yield
    except (UpstreamFailed, DeadlineExceeded) as error:
        if "The model server" not in error.message:
            raise
        message = error.message.replace("The model server", storage)
        if isinstance(error, DeadlineExceeded) or error.code in _NOBODY_THERE:
            raise Unavailable(message, code="storage_unavailable") from error
        raise UpstreamFailed(message, status=502, code=error.code) from error


def refused(storage: str, status: int, said: str, headers: Mapping[str, str]) -> FleetError:
    """Return the error for an answer of this status, in the storage's words."""
    if status in _UNAUTHORIZED:
        return UpstreamFailed(
            f"{storage} refused the credentials that are configured for it, or wants some.",
            status=502,
            code="storage_unauthorized",
        )
    why = said[:_LONGEST] or "it does not say why"
    if status in _PASSING:
        return Unavailable(
            f"{storage} has too much to do, or is not well: {why}",
            code="storage_unavailable",
            retry_after=retry_after(headers),
        )
    return UpstreamFailed(
        f"{storage} refused with {status}: {why}", status=502, code="storage_refused"
    )
