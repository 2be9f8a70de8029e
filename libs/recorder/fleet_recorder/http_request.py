"""Reading requests off a connection, without knowing where the bytes come from (RFC 9112)."""

from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

# In bytes. As at the gateway.
_MOST_BODY = 64 * 2**20
_MOST_HEAD = 128 * 1024


class UnreadableError(Exception):
    """What came is no request, or too much of one; the text is the status line to answer with."""


@dataclass(slots=True)
class HttpRequest:
    """A request, whole.

    Attributes:
        verb: `GET` or another.
        target: The path and the query.
        headers: The headers, their names in lower case; several of one name are joined by commas.
        body: The body.
        chunks: Whether the caller understands an answer in chunks.
        lasting: Whether another request may follow on the connection.
    """

    verb: str = ""
    target: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    chunks: bool = True
    lasting: bool = True


class RequestParser:
    """Cuts requests out of what comes.

    Attributes:
        whole: Requests that are all here.
    """

    def __init__(self) -> None:
        self.whole: deque[HttpRequest] = deque()
        self._parser = HttpRequestParser(self)
        self._begin()

    def _begin(self) -> None:
        self._request = HttpRequest()
        self._target = b""
        self._body: list[bytes] = []
        self._head = self._size = 0
        self._expects = False

    def feed(self, data: bytes) -> None:
        """Read on.

        Raises:
            UnreadableError: It is no request, or too long a one.
        """
        size = self._size
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            raise UnreadableError("400 Bad Request") from error
        self._head += len(data) if self._size == size else 0
        if self._size > _MOST_BODY:
            raise UnreadableError("413 Content Too Large")
        if self._head > _MOST_HEAD:
            raise UnreadableError("431 Request Header Fields Too Large")

    def take_expectation(self) -> bool:
        """Say once whether the caller waits to be told that the body is welcome (RFC 9110, section 10.1.1)."""
        expects, self._expects = self._expects, False
        return expects

    # What follows is called by the parser; an exception of ours ends in an `HttpParserError`.

    def on_url(self, url: bytes) -> None:
        """Note a part of the target."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header."""
        key, text = name.decode().lower(), value.decode()
        known = self._request.headers.get(key)
        self._request.headers[key] = text if known is None else f"{known}, {text}"

    def on_headers_complete(self) -> None:
        """Note what is asked, by whom."""
        request, parts = self._request, urlsplit(self._target.decode("ascii"))
        request.verb = self._parser.get_method().decode()
        request.target = parts.path + (f"?{parts.query}" if parts.query else "")
        request.chunks = self._parser.get_http_version() != "1.0"
        request.lasting = request.chunks and self._parser.should_keep_alive()
        self._expects = request.headers.get("expect", "").lower() == "100-continue"

    def on_body(self, data: bytes) -> None:
        """Keep a piece, unless there is too much already."""
        self._size += len(data)
        if self._size <= _MOST_BODY:
            self._body.append(data)

    def on_message_complete(self) -> None:
        """Hand the request over."""
        self._request.body = b"".join(self._body)
        self.whole.append(self._request)
        self._begin()
