"""Fetching documents over HTTP: in time, up to a size, and only from where it is allowed."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urljoin, urlsplit

from fleet_runtime.call import Call
from fleet_runtime.errors import DeadlineExceeded, FleetError, InvalidArgument, UpstreamFailed
from fleet_upstream.address import Address
from fleet_upstream.client import HttpClient
from fleet_upstream.dial import tls_context
from fleet_upstream.exchange import Exchange
from fleet_upstream.fetch_settings import FetchConfig
from fleet_upstream.reach import Reach
from fleet_upstream.settings import Limits, Network, Proxy, Timeouts, UpstreamConfig

# What a path and a query may hold as they are (RFC 3986, sections 3.3 and 3.4).
_AS_IT_IS = "/%:@!$&'()*+,;=~?"
_OK = 200
_ADVICE = (
    "The service's config may allow it in `fetch.allowed`; or upload the document at '/v1/files'."
)
_REDIRECTS = (301, 302, 303, 307, 308)
_WHY = {
    "upstream_unreachable": "its server cannot be reached",
    "upstream_broke_off": "its server hung up before it was complete",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document that is coming.

    Attributes:
        filename: The last part of its address; may be empty.
        content_type: What its server says it is, without parameters; may be empty.
        content: Its bytes. Reading them raises `InvalidArgument` if there are too many or not all come, and
            `DeadlineExceeded` if they do not come in time.
    """

    filename: str
    content_type: str
    content: AsyncGenerator[bytes, None]


class Fetcher:
    """Fetches what is at `http` and `https` addresses.

    Args:
        config: How far and how much.
    """

    def __init__(self, config: FetchConfig) -> None:
        self._config = config
        self._reach = Reach(config.allowed, _ADVICE)
        self._tls = tls_context(config.tls, Proxy())
        seconds = config.timeout_seconds
        self._network = Network(
            timeout=Timeouts(connect=min(seconds, Timeouts().connect), read=seconds),
            limits=Limits(max_connections=1),
        )

    @asynccontextmanager
    async def opened(self, uri: str, call: Call, param: str) -> AsyncGenerator[Fetched, None]:
        """Ask for the document at `uri`, and yield it before it is here.

        Args:
            uri: The address.
            call: On whose behalf.
            param: Where the address stands in the request.

        Raises:
            InvalidArgument: It is no such address, one that must not be asked, or not that of a document.
            DeadlineExceeded: The server did not answer in time.
        """
        left = call.seconds_left()
        seconds = self._config.timeout_seconds
        end = asyncio.get_running_loop().time() + (seconds if left is None else min(seconds, left))
        address = _address(uri, param)
        for _ in range(self._config.max_redirects + 1):
            async with self._answer(address, end, param) as answer:
                next_one = answer.headers.get("location") if answer.status in _REDIRECTS else None
                if next_one is None:
                    self._check(answer, param)
                    name = PurePosixPath(unquote(urlsplit(str(address)).path)).name
                    yield Fetched(name, answer.content_type, self._pieces(answer, param))
                    return
            address = _address(urljoin(str(address), next_one), param)
        raise _failed(f"it is behind more than {self._config.max_redirects} redirects", param)

    @asynccontextmanager
    async def _answer(
        self, address: Address, end: float, param: str
    ) -> AsyncGenerator[Exchange, None]:
        """Ask a server, and yield its answer, of which the body is not read yet."""
        base = f"{address.scheme}://{address.endpoint}"
        config = UpstreamConfig(base_url=base, network=self._network)
        async with AsyncExitStack() as stack:
            client = HttpClient(config, resolve=self._reach.resolve, tls=self._tls)
            stack.push_async_callback(client.aclose)
            left = end - asyncio.get_running_loop().time()
            exchange = client.exchange("GET", address, {}, seconds_left=left)
            with _explained(param):
                answer = await stack.enter_async_context(exchange)
            yield answer

    def _check(self, answer: Exchange, param: str) -> None:
        if answer.status != _OK:
            raise _failed(f"its server answered {answer.status}", param)
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise _failed("its server sent it compressed, which it was not asked to", param)
        length = answer.headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._config.max_bytes:
            raise self._too_large(param)

    async def _pieces(self, answer: Exchange, param: str) -> AsyncGenerator[bytes, None]:
        size = 0
        while True:
            with _explained(param):
                piece = await answer.more()
            if not piece:
                return
            size += len(piece)
            if size > self._config.max_bytes:
                raise self._too_large(param)
            yield piece

    def _too_large(self, param: str) -> InvalidArgument:
        return InvalidArgument(
            f"The document has more than {self._config.max_bytes} bytes; upload it at '/v1/files' instead.",
            code="file_too_large",
            param=param,
        )


def _address(uri: str, param: str) -> Address:
    """Return an address with its query, whose path stays as it is.

    Raises:
        InvalidArgument: It is none, or has a user and a password.
    """
    try:
        parts, address = urlsplit(uri), Address.parse(uri)
        UpstreamConfig(base_url=f"{address.scheme}://{address.endpoint}")
    except ValueError:
        raise InvalidArgument(
            "The document's address is none that can be fetched: it begins with 'http://' or 'https://' and a host.",
            code="invalid_value",
            param=param,
        ) from None
    if address.credentials:
        raise InvalidArgument(
            "The document's address has a user, whose password would be kept.",
            code="invalid_value",
            param=param,
        )
    query = f"?{parts.query}" if parts.query else ""
    return replace(address, path=quote(f"{parts.path or '/'}{query}", safe=_AS_IT_IS))


@contextmanager
def _explained(param: str) -> Generator[None, None, None]:
    """Say of a document what the client says of model servers."""
    try:
        yield
    except DeadlineExceeded:
        raise DeadlineExceeded(
            "The document did not come in time; upload it at '/v1/files' instead.",
            code="fetch_timeout",
            param=param,
        ) from None
    except UpstreamFailed as error:
        raise _failed(_WHY.get(error.code or "", "its server speaks no HTTP"), param) from None
    except FleetError as error:
        error.param = param
        raise


def _failed(reason: str, param: str) -> InvalidArgument:
    return InvalidArgument(
        f"The document cannot be fetched: {reason}.", code="fetch_failed", param=param
    )
