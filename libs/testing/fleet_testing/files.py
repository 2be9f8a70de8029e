"""A real HTTP server of files, with Range and ETag, that can be told to misbehave."""

import hashlib
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Served:
    """What a path answers with.

    Attributes:
        cuts: How many bytes each of the next GETs sends before it hangs up.
    """

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cuts: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """A request that came in; the names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


class FileServer(ThreadingHTTPServer):
    """Answers GET and HEAD from `files`, by path without the query, and keeps what it saw.

    Attributes:
        files: What there is; may change at any time.
        seen: Every request, in order.
        hold: If there is one, cut connections stay open in silence until it is set.
    """

    daemon_threads = True

    def __init__(self, files: Mapping[str, Served]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = dict(files)
        self.seen: list[Seen] = []
        self.hold: threading.Event | None = None
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that left."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def gets(self, path: str) -> list[Seen]:
        """Return the GET requests for `path`."""
        return [seen for seen in self.seen if (seen.method, seen.path) == ("GET", path)]


class _Handler(BaseHTTPRequestHandler):
    server: FileServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def _answer(self, *, with_body: bool) -> None:
        path = urlsplit(self.path).path
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append(Seen(self.command, path, headers))
        served = self.server.files.get(path, Served(b"no such file", status=404))
        etag = '"' + hashlib.sha256(served.body).hexdigest()[:16] + '"'
        start = self._start(etag)
        total = len(served.body)
        if start > total:
            served, start = Served(b"no such range", status=416), 0
        self.send_response(206 if start else served.status)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        length = str(len(served.body) - start)
        for name, value in {"Content-Length": length, "ETag": etag, **served.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self._send(served.body[start:], served.cuts)

    def _start(self, etag: str) -> int:
        """Return where the asked-for range starts; 0 if the whole file is to be sent."""
        wanted = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-")
        stale = self.headers.get("If-Range", etag) != etag
        return 0 if stale or not wanted.isdigit() else int(wanted)

    def _send(self, body: bytes, cuts: list[int]) -> None:
        if not cuts:
            self.wfile.write(body)
            return
        self.wfile.write(body[: cuts.pop(0)])
        self.wfile.flush()
        if self.server.hold:
            self.server.hold.wait()
        self.close_connection = True


@contextmanager
def serving(files: Mapping[str, Served]) -> Iterator[FileServer]:
    """Serve `files` on a free port of this machine."""
    with FileServer(files) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            if server.hold:
                server.hold.set()
            server.shutdown()
            thread.join()
