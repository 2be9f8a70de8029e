"""What became of the HTTP requests of one call, which the SDK does not tell."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_UNAUTHORIZED = (401, 403)
_GONE = 404


@dataclass
class Exchange:
    """What became of the HTTP requests of one call.

    Attributes:
        is_sent: Whether one went out.
        unreached: Why there was no connection, if there was none.
        is_broken: Whether the server hung up, or spoke no HTTP.
        is_too_large: Whether an answer was longer than allowed.
        received: How many bytes came.
        status: The last HTTP status that says that a request failed.
        retry_after: The header of that name.
        on_failure: Is told of a request that failed, at once.
    """

    is_sent: bool = False
    unreached: str | None = None
    is_broken: bool = False
    is_too_large: bool = False
    received: int = 0
    status: int | None = None
    retry_after: str | None = None
    on_failure: Callable[[], None] | None = None

    @property
    def has_begun(self) -> bool:
        """Whether the server may have begun to do what was asked. A session that it does not know any more is a 404."""
        return self.is_sent and self.unreached is None and self.status != _GONE

    @property
    def is_unauthorized(self) -> bool:
        """Whether the server wants somebody else to call."""
        return self.status in _UNAUTHORIZED

    @property
    def has_failed(self) -> bool:
        """Whether a request failed."""
        return self.status is not None or self.unreached is not None or self.is_broken

    def fail(self) -> None:
        """Tell whoever waits that a request failed."""
        if self.on_failure:
            self.on_failure()


_current: ContextVar[Exchange | None] = ContextVar("mcp_exchange", default=None)


@contextmanager
def exchanging(exchange: Exchange) -> Generator[None, None, None]:
    """Let what is sent in this block be written down in `exchange`."""
    token = _current.set(exchange)
    try:
        yield
    finally:
        _current.reset(token)


def current() -> Exchange:
    """Return the exchange of the call on whose behalf something is sent. The SDK sends in the context of its caller."""
    return _current.get() or Exchange()
