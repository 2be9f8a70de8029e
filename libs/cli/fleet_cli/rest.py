"""A small client of a fleet's REST API, for commands. One call at a time, and no connection between calls."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener
from uuid import uuid4

import msgspec

from fleet.files.v1 import messages as files

T = TypeVar("T")
Sent: TypeAlias = Callable[[int, int], None]
"""Takes how many bytes of how many are sent."""

TIMEOUT = 60.0
"""Seconds without a sign of life after which a call is given up."""
PATIENCE = 600.0
"""The same for what takes long before its first byte: files that are kept, sources of datasets that are fetched."""

_PIECE = 1 << 18
_AWAY = (429, 502, 503, 504)
_UNAUTHENTICATED = 401
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_OWN_PROXIES = build_opener()
_NO_PROXIES = build_opener(ProxyHandler({}))
_ANSWERS_NOT = "`llama stack run starter` starts a fleet; --url or LLAMA_STACK_BASE_URL says where another one is"


class GatewayError(Exception):
    """A call came to nothing; the text says why, and what to do."""


class AwayError(GatewayError):
    """Nobody answers just now, or nobody has time; later it may work."""


class _Told(msgspec.Struct):
    """What OpenAI's envelope says of an error."""

    message: str


class _Envelope(msgspec.Struct):
    error: _Told


@dataclass(frozen=True, slots=True)
class Gateway:
    """Calls the gateway of a fleet.

    Attributes:
        url: Where it is, such as `http://127.0.0.1:8321`.
        key: The token that says who calls, if one is needed.
    """

    url: str
    key: str | None = field(repr=False)

    @classmethod
    def at(cls, url: str, key: str | None) -> "Gateway":
        """Return the gateway at `url`, which may end as clients of OpenAI's API want it, in `/v1`.

        Raises:
            GatewayError: That is no address.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise GatewayError(f"{url!r} is no gateway; write http://host:port or https://host")
        return cls(url.rstrip("/").removesuffix("/v1"), key or None)

    def get(
        self,
        path: str,
        into: type[T],
        seconds: float = TIMEOUT,
        **query: str | int | None,
    ) -> T:
        """Return what is at `path`; parts of the query that are `None` are left out."""
        wanted = {name: value for name, value in query.items() if value is not None}
        target = f"{path}?{urlencode(wanted)}" if wanted else path
        return self._read(Request(self.url + target), into, seconds)  # noqa: S310 - `at` looked

    def post(self, path: str, body: Any, into: type[T]) -> T:
        """Send JSON, and return the answer."""
        return self._read(self._posting(path, body), into, TIMEOUT)

    def tell(self, path: str, body: Any) -> None:
        """Send JSON where the answer says nothing."""
        with self._open(self._posting(path, body), TIMEOUT) as answer:
            answer.read()

    def delete(self, path: str) -> None:
        """Delete what is at `path`."""
        request = Request(self.url + path, method="DELETE")  # noqa: S310 - `at` looked
        with self._open(request, TIMEOUT) as answer:
            answer.read()

    def upload(self, path: Path, purpose: str, sent: Sent) -> files.File:
        """Keep a file of this machine in the files service; no more of it than a piece is in memory."""
        boundary = uuid4().hex
        head, tail = _form(path.name, purpose, boundary)
        headers = {
            "content-type": f"multipart/form-data; boundary={boundary}",
            "content-length": str(len(head) + path.stat().st_size + len(tail)),
        }
        body = _pieces(path, head, tail, sent)
        request = Request(self.url + "/v1/files", body, headers)  # noqa: S310 - `at` looked
        return self._read(request, files.File, PATIENCE)

    def download(self, file_id: str) -> Iterator[bytes]:
        """Yield what is in a file of the files service.

        Raises:
            AwayError: It broke off.
        """
        target = f"{self.url}/v1/files/{segment(file_id)}/content"
        with self._open(Request(target), PATIENCE) as answer:  # noqa: S310 - `at` looked
            left = answer.length
            try:
                while piece := answer.read(_PIECE):
                    left = None if left is None else left - len(piece)
                    yield piece
            except (OSError, HTTPException) as error:
                raise AwayError(f"the file broke off ({_why(error)}); try again") from error
        # `http.client` takes an early end for the end.
        if left:
            raise AwayError(f"the file broke off {left} bytes before its end; try again")

    def _posting(self, path: str, body: Any) -> Request:
        headers = {"content-type": "application/json"}
        data = msgspec.json.encode(body)
        return Request(self.url + path, data, headers)  # noqa: S310 - `at` looked

    def _read(self, request: Request, into: type[T], seconds: float) -> T:
        with self._open(request, seconds) as answer:
            try:
                content = answer.read()
            except (OSError, HTTPException) as error:
                raise AwayError(f"{self.url} broke off its answer ({_why(error)})") from error
        try:
            return msgspec.json.decode(content, type=into)
        except msgspec.MsgspecError as error:
            raise GatewayError(
                f"{request.full_url} answers as no fleet does ({error}); is --url right?"
            ) from error

    def _open(self, request: Request, seconds: float) -> HTTPResponse:
        if self.key:
            # Where a redirect leads, it is nobody's business.
            request.add_unredirected_header("authorization", f"Bearer {self.key}")
        try:
            answer: HTTPResponse = _opener(self.url).open(request, timeout=seconds)
        except HTTPError as error:
            with error:
                raise _refusal(error) from error
        except (URLError, OSError, HTTPException) as error:
            raise AwayError(
                f"no gateway answers at {self.url} ({_why(error)}); {_ANSWERS_NOT}"
            ) from error
        return answer


def segment(name: str) -> str:
    """Return a name as a part of a path."""
    return quote(name, safe="")


def segments(name: str) -> str:
    """Return a name that may have slashes as the end of a path."""
    return quote(name, safe="/")


def _opener(url: str) -> OpenerDirector:
    return _NO_PROXIES if urlsplit(url).hostname in _LOOPBACK else _OWN_PROXIES


def _refusal(error: HTTPError) -> GatewayError:
    """Return what a gateway's refusal means."""
    try:
        content = error.read()
    except (OSError, HTTPException):
        content = b""
    try:
        text = msgspec.json.decode(content, type=_Envelope).error.message
    except msgspec.MsgspecError:
        text = f"{error.url} answers {error.code} {error.reason}"
    if error.code == _UNAUTHENTICATED:
        return GatewayError(f"{text} (LLAMA_STACK_API_KEY holds the token that is sent)")
    return (AwayError if error.code in _AWAY else GatewayError)(text)


def _why(error: Exception) -> str:
    """Return the cause of a broken call in a few words."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return str(cause) or type(cause).__name__


def _form(name: str, purpose: str, boundary: str) -> tuple[bytes, bytes]:
    """Return what stands before and after a file in a form (https://html.spec.whatwg.org/#multipart-form-data)."""
    escaped = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    head = (
        f'--{boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\n{purpose}\r\n'
        f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="{escaped}"\r\n'
        "content-type: application/octet-stream\r\n\r\n"
    )
    return os.fsencode(head), f"\r\n--{boundary}--\r\n".encode()


def _pieces(path: Path, head: bytes, tail: bytes, sent: Sent) -> Iterator[bytes]:
    total, done = path.stat().st_size, 0
    yield head
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
            done += len(piece)
            sent(done, total)
    yield tail
