"""Reading one answer after another off a connection, without knowing where the bytes come from."""

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

# In bytes. What brings no content is a head, a trailer, or no HTTP.
_MOST_OVERHEAD = 64 * 1024
_OK = 200
_SWITCHING_PROTOCOLS = 101
_HEADERS_ONLY = (204, 304)


class NotHttpError(Exception):
    """The bytes are no answer, or none that was asked for."""


class AnswerParser:
    """Holds the answer that is under way (RFC 9112).

    Answers with a status of 1xx are steps on the way, and skipped.

    Attributes:
        status: The status; 0 until the head is whole.
        headers: The headers, their names in lower case. The last one of a name counts.
        size: How many bytes of the body wait to be taken.
        begun: Whether a byte of it came.
        complete: Whether all of it came. So it is before the first question too.
        lasting: Whether the connection may be used again after it.
        until_close: Whether nothing but the end of the connection tells where its body ends, so that a part of it looks
            like all of it.
    """

    __slots__ = (
        "_head_only",
        "_overhead",
        "_parser",
        "_pieces",
        "begun",
        "complete",
        "headers",
        "lasting",
        "size",
        "status",
        "until_close",
    )

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._parser = HttpResponseParser(self)
        self.expect()
        self.complete = True

    def expect(self, head_only: bool = False) -> None:
        """Begin with the next answer; it is `head_only` where HEAD was asked."""
        self._head_only = head_only
        self._overhead = 0
        self._pieces.clear()
        self.until_close = False
        self.status = self.size = 0
        self.headers: dict[str, str] = {}
        self.begun = self.complete = False
        self.lasting = True

    def feed(self, data: bytes) -> None:
        """Read on.

        Raises:
            NotHttpError: This is no answer, or its head has no end. What follows a whole answer spoils the connection
                alone.
        """
        self.begun = True
        size = self.size
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.lasting = False
            if not self.complete:
                raise NotHttpError from error
        if self.size == size and not self.complete:
            self._overhead += len(data)
            if self._overhead > _MOST_OVERHEAD:
                raise NotHttpError

    def end(self) -> None:
        """Take note that no more comes: where nothing else tells, this ends the body (RFC 9112, section 6.3)."""
        self.lasting = False
        self.complete = self.complete or self.until_close

    def take(self) -> bytes:
        """Return what came of the body since the last time."""
        pieces = self._pieces
        if not pieces:
            return b""
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        pieces.clear()
        self.size = 0
        return data

    # What follows is called by the parser; an exception of ours ends in an `HttpParserError`.

    def on_message_begin(self) -> None:
        """Refuse an answer to nothing."""
        if self.complete:
            raise NotHttpError

    def on_header(self, name: bytes, value: bytes) -> None:
        """Note a header, but no trailer."""
        if not self.status:
            self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Note the status, and how the body will end."""
        status = self._parser.get_status_code()
        if status == _SWITCHING_PROTOCOLS:
            raise NotHttpError  # nobody asked for it
        if status < _OK:
            self.headers.clear()
            return
        self.status = status
        self.lasting = self._parser.should_keep_alive() and not self._head_only
        self.complete = self._head_only
        if not self.lasting and status not in _HEADERS_ONLY:
            coding = self.headers.get("transfer-encoding", "").lower()
            sized = "content-length" in self.headers or coding.endswith("chunked")
            self.until_close = not sized

    def on_body(self, data: bytes) -> None:
        """Keep a piece."""
        self._pieces.append(data)
        self.size += len(data)

    def on_message_complete(self) -> None:
        """Note the end, unless it is that of a step on the way."""
        if self.status:
            self.complete = True
